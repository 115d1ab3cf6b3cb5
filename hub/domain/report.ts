import type { LightState } from "./light.ts";

/**
 * What a lamp shows after a partial report. Colour and colour temperature exclude each other, so the one that is
 * reported drives the other out; the effect "none" means no effect.
 */
export const mergeReport = (known: LightState, part: Partial<LightState>): LightState => {
  const { colorTemperature, color, effect, ...rest } = known;
  const shownEffect = part.effect ?? effect;
  return {
    ...rest,
    ...(part.on === undefined ? {} : { on: part.on }),
    ...(part.brightness === undefined ? {} : { brightness: part.brightness }),
    ...shownColor(part.color || part.colorTemperature ? part : { color, colorTemperature }),
    ...(shownEffect === undefined || shownEffect === "none" ? {} : { effect: shownEffect }),
  };
};

const shownColor = (of: {
  readonly color?: LightState["color"] | undefined;
  readonly colorTemperature?: LightState["colorTemperature"] | undefined;
}): Partial<LightState> => {
  if (of.color !== undefined) return { color: of.color };
  return of.colorTemperature === undefined ? {} : { colorTemperature: of.colorTemperature };
};
