import { confirms } from "../domain/apply-command.ts";
import type { LightCapabilities, LightCommand, LightState } from "../domain/light.ts";
import { mergeReport } from "../domain/report.ts";

/** A part of a state; what is absent stays as it is. */
export type LightPart = Partial<LightState>;

/** Of the state that a command led to, what the command was about. An effect ends with a new colour, so it goes with it. */
export const partOf = (state: LightState, asked: LightCommand): LightPart => {
  const isDimmed = asked.brightness !== undefined || asked.brightnessStep !== undefined;
  const isColored = asked.color !== undefined || asked.colorTemperature !== undefined;
  return {
    on: state.on,
    ...(isDimmed ? { brightness: state.brightness } : {}),
    ...(isColored && state.color !== undefined ? { color: state.color } : {}),
    ...(isColored && state.colorTemperature !== undefined
      ? { colorTemperature: state.colorTemperature }
      : {}),
    ...(isColored || asked.effect !== undefined ? { effect: state.effect ?? "none" } : {}),
  };
};

/** Whether a lamp that shows `shown` shows `desired` once it has taken `part`. */
export const suffices = (
  part: LightPart,
  shown: LightState,
  desired: LightState,
  capabilities: LightCapabilities,
): boolean => isRestSame(part, shown, desired) || confirms(desired, mergeReport(shown, part), capabilities);

const isRestSame = (part: LightPart, shown: LightState, desired: LightState): boolean => {
  const isColored = part.color !== undefined || part.colorTemperature !== undefined;
  return (
    (part.brightness !== undefined || shown.brightness === desired.brightness) &&
    (part.effect !== undefined || shown.effect === desired.effect) &&
    (isColored ||
      (shown.colorTemperature === desired.colorTemperature &&
        shown.color?.x === desired.color?.x &&
        shown.color?.y === desired.color?.y))
  );
};

/** Whether a state has all of a part. */
export const isPartOf = (part: LightPart, state: LightState): boolean =>
  part.on === state.on &&
  (part.brightness === undefined || part.brightness === state.brightness) &&
  (part.colorTemperature === undefined || part.colorTemperature === state.colorTemperature) &&
  (part.color === undefined || (part.color.x === state.color?.x && part.color.y === state.color?.y)) &&
  (part.effect === undefined || part.effect === (state.effect ?? "none"));
