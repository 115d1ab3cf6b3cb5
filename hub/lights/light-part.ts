import { confirms } from "../domain/apply-command.ts";
import type { Draft } from "../domain/draft.ts";
import type { LightCapabilities, LightCommand, LightState } from "../domain/light.ts";
import { mergeReport } from "../domain/report.ts";

/** A part of a state; what is absent stays as it is. */
export type LightPart = Partial<LightState>;

/** Of the state that a command led to, what the command was about. An effect ends with a new colour, so it goes with it. */
export const partOf = (state: LightState, asked: LightCommand): LightPart => {
  const isDimmed = asked.brightness !== undefined || asked.brightnessStep !== undefined;
  const isColored = asked.color !== undefined || asked.colorTemperature !== undefined;
  const part: Draft<LightPart> = { on: state.on };
  if (isDimmed) part.brightness = state.brightness;
  if (isColored && state.color !== undefined) part.color = state.color;
  if (isColored && state.colorTemperature !== undefined) part.colorTemperature = state.colorTemperature;
  if (isColored || asked.effect !== undefined) part.effect = state.effect ?? "none";
  return part;
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
