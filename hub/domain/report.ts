import type { Draft } from "./draft.ts";
import type { LightState } from "./light.ts";

/**
 * What a lamp shows after a partial report. Colour and colour temperature exclude each other, so the one that is
 * reported drives the other out; the effect "none" means no effect.
 */
export const mergeReport = (known: LightState, part: Partial<LightState>): LightState => {
  const state: Draft<LightState> = {
    on: part.on ?? known.on,
    brightness: part.brightness ?? known.brightness,
  };
  const { color, colorTemperature } = part.color || part.colorTemperature ? part : known;
  if (color !== undefined) state.color = color;
  else if (colorTemperature !== undefined) state.colorTemperature = colorTemperature;
  const effect = part.effect ?? known.effect;
  if (effect !== undefined && effect !== "none") state.effect = effect;
  return state;
};

/**
 * Whether `mergeReport(known, part)` is the same as `state` in every part. What a lamp says after a command is mostly what
 * was asked of it, and then nothing has to be put together.
 */
export const isReported = (known: LightState, part: Partial<LightState>, state: LightState): boolean => {
  const colored = part.color || part.colorTemperature ? part : known;
  const effect = part.effect ?? known.effect;
  return (
    (part.on ?? known.on) === state.on &&
    (part.brightness ?? known.brightness) === state.brightness &&
    (effect === "none" ? undefined : effect) === state.effect &&
    colored.color?.x === state.color?.x &&
    colored.color?.y === state.color?.y &&
    (colored.color === undefined ? colored.colorTemperature : undefined) === state.colorTemperature
  );
};

/** Whether two states are the same in every part. */
export const sameState = (a: LightState, b: LightState): boolean =>
  a === b ||
  (a.on === b.on &&
    a.brightness === b.brightness &&
    a.colorTemperature === b.colorTemperature &&
    a.color?.x === b.color?.x &&
    a.color?.y === b.color?.y &&
    a.effect === b.effect);

/** `state`, as `known` where that says the same: what a lamp was asked to show and what it shows are then one object. */
export const sharedState = (state: LightState, known: LightState): LightState =>
  sameState(state, known) ? known : state;
