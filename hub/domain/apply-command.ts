import { checkXy, clipToGamut, miredsFromXy, xyFromMireds, xyOf } from "./color.ts";
import type { Draft } from "./draft.ts";
import { InvalidInput, RangeViolation } from "./errors.ts";
import type { Clamped, LightCapabilities, LightCommand, LightState, Xy } from "./light.ts";
import { clamp, type Duration, type Mireds, Percent } from "./units.ts";

export interface AppliedCommand {
  readonly state: LightState;
  /** What the lamp cannot do as asked; done as near as it can. */
  readonly clamped: readonly Clamped[];
  /** The fade that was asked for, at most the lamp's longest. */
  readonly transition?: Duration;
}

/** One step of the 0..254 that lamps speak: no lamp shows less without being off. */
export const dimmest = Percent(100 / 254);
const full = Percent(100);

const lowest = ({ brightness }: LightCapabilities): Percent =>
  brightness === undefined ? full : (Math.max(brightness.min, dimmest) as Percent);

type Chroma = Pick<LightState, "color" | "colorTemperature">;

/** Only what is there: `exactOptionalPropertyTypes` tells absent from undefined, and so do stores and payloads. */
const chromaOf = ({ color, colorTemperature }: Chroma): Chroma =>
  color !== undefined ? { color } : colorTemperature !== undefined ? { colorTemperature } : {};

const hasChroma = ({ color, colorTemperature }: Chroma): boolean =>
  color !== undefined || colorTemperature !== undefined;

/** The nearest the lamp can show; nothing for a lamp of one colour. */
const nearestChroma = (wanted: Chroma, { color, colorTemperature }: LightCapabilities): Chroma => {
  const isWhite = wanted.color === undefined;
  if (isWhite && wanted.colorTemperature === undefined) return {};
  if (colorTemperature !== undefined && (isWhite || color === undefined)) {
    const mireds = wanted.color === undefined ? wanted.colorTemperature : miredsFromXy(wanted.color);
    return { colorTemperature: clamp(mireds as Mireds, colorTemperature.min, colorTemperature.max) };
  }
  return color === undefined ? {} : { color: clipToGamut(xyOf(wanted), color.gamut) };
};

const isSame = (a: Xy, b: Xy): boolean => Math.hypot(a.x - b.x, a.y - b.y) < 1e-9;

/** Whether the lamp shows what was asked: the colour itself, or the same white said the other way. */
const isAsAsked = (asked: Chroma, shown: Chroma): boolean => {
  if (asked.color !== undefined) return shown.color !== undefined && isSame(asked.color, shown.color);
  if (shown.color === undefined) return asked.colorTemperature === shown.colorTemperature;
  return isSame(xyFromMireds(asked.colorTemperature as Mireds), shown.color);
};

/** Refuses what no lamp could mean; everything else is done as near as the lamp can. */
const check = (command: LightCommand): void => {
  if (command.color !== undefined && command.colorTemperature !== undefined) {
    throw new InvalidInput("give color or colorTemperature, not both", { path: "color" });
  }
  if (command.color !== undefined) checkXy(command.color);
  const step = command.brightnessStep ?? 0;
  if (!(Math.abs(step) <= 100)) {
    throw new RangeViolation("brightnessStep must be between -100 and 100", {
      what: "brightnessStep",
      min: -100,
      max: 100,
    });
  }
};

/**
 * On or off after a command. Asking for light switches on, asking for none switches off; `on: false` beside a
 * brightness only stores it. A step down ends at the dimmest level, never in the dark.
 */
const onAfter = (current: LightState, { on, brightness, brightnessStep = 0 }: LightCommand): boolean => {
  if (on === false || brightness === 0) return false;
  if (on === "toggle") return !current.on;
  return on === true || current.on || brightness !== undefined || brightnessStep > 0;
};

/** The level asked for, before the lamp's limits. A lamp that is off counts as dark when it is stepped up. */
const levelAfter = (current: LightState, { brightness, brightnessStep = 0 }: LightCommand): number => {
  if (brightness !== undefined) return brightness === 0 ? current.brightness : brightness;
  if (current.on) return current.brightness + brightnessStep;
  return brightnessStep > 0 ? brightnessStep : current.brightness;
};

const brightnessClamped = (command: LightCommand, capabilities: LightCapabilities): boolean => {
  if (capabilities.brightness !== undefined) {
    const { brightness = 0 } = command;
    return brightness > 0 && brightness < lowest(capabilities);
  }
  const { brightness = full, brightnessStep = 0 } = command;
  return (brightness > 0 && brightness < full) || (command.brightness === undefined && brightnessStep !== 0);
};

/** The effect that plays afterwards; a new colour ends the one before. */
const effectAfter = (
  current: LightState,
  command: LightCommand,
  known: readonly string[],
): string | undefined => {
  const { effect } = command;
  if (effect === "none") return undefined;
  if (effect !== undefined && known.includes(effect)) return effect;
  const isRecoloured = command.color !== undefined || command.colorTemperature !== undefined;
  return isRecoloured ? undefined : current.effect;
};

/**
 * What a lamp should show after a command. Absent = keep; what is set while off waits for the next on.
 * The result always lies within the capabilities.
 *
 * @throws InvalidInput color and colorTemperature together. RangeViolation a colour or step outside its range.
 */
export const applyCommand = (
  current: LightState,
  command: LightCommand,
  capabilities: LightCapabilities,
): AppliedCommand => {
  check(command);
  const clamped: Clamped[] = [];
  const note = (attribute: Clamped, isClamped: boolean): void => {
    if (isClamped) clamped.push(attribute);
  };
  const asked = chromaOf(command);
  const shown = hasChroma(asked) ? nearestChroma(asked, capabilities) : asked;
  const { effect, transition } = command;
  const effects = capabilities.effects ?? [];
  const longest = capabilities.transition?.max ?? (Infinity as Duration);

  note("brightness", brightnessClamped(command, capabilities));
  note("color", asked.color !== undefined && !isAsAsked(asked, shown));
  note("colorTemperature", asked.colorTemperature !== undefined && !isAsAsked(asked, shown));
  note("effect", effect !== undefined && effect !== "none" && !effects.includes(effect));
  note("transition", transition !== undefined && transition > longest);

  const wanted = stateWith(
    onAfter(current, command),
    clamp(levelAfter(current, command), 0, 100) as Percent,
    hasChroma(shown) ? shown : chromaOf(current),
    effectAfter(current, command, effects),
  );
  const state = clampState(wanted, capabilities);
  return transition === undefined
    ? { state, clamped }
    : { state, clamped, transition: clamp(transition, 0 as Duration, longest) };
};

const stateWith = (
  on: boolean,
  brightness: Percent,
  { color, colorTemperature }: Chroma,
  effect: string | undefined,
): LightState => {
  const state: Draft<LightState> = { on, brightness };
  if (color !== undefined) state.color = color;
  if (colorTemperature !== undefined) state.colorTemperature = colorTemperature;
  if (effect !== undefined) state.effect = effect;
  return state;
};

/** The nearest state the lamp can show: its levels, its whites, its triangle, its effects. */
export const clampState = (state: LightState, capabilities: LightCapabilities): LightState => {
  const { on, brightness, effect } = state;
  const isKnown = effect !== undefined && capabilities.effects?.includes(effect) === true;
  return stateWith(
    on,
    clamp(brightness, lowest(capabilities), full),
    nearestChroma(state, capabilities),
    isKnown ? effect : undefined,
  );
};

/**
 * Tolerances of "confirmed": lamps round to 1/254, Tasmota and Shelly to whole percent; told in 0..254 both are at
 * most one step off. Mireds are whole, colours have 8-bit channels.
 */
const oneLevel = 0.5 + 1e-9;
const oneMired = 1 + 1e-9;
const nearColor = 0.01;

/** How far rounding moves a colour in xy, times the steps of its brightest channel: 0.31 at most, while that is more than 0.01. */
const colorOfOneStep = 0.35;

const nearColorOf = ({ color }: LightCapabilities, { brightness }: LightState): number =>
  color?.steps === undefined
    ? nearColor
    : Math.max(nearColor, colorOfOneStep / ((color.steps * brightness) / 100));

const confirmsChroma = (desired: Chroma, reported: Chroma, near: number): boolean => {
  if (desired.colorTemperature !== undefined && reported.colorTemperature !== undefined) {
    return Math.abs(desired.colorTemperature - reported.colorTemperature) <= oneMired;
  }
  // Some lamps answer a white in xy, or the other way round.
  const [a, b] = [xyOf(desired), xyOf(reported)];
  const isReported = reported.color !== undefined || reported.colorTemperature !== undefined;
  return isReported && Math.hypot(a.x - b.x, a.y - b.y) <= near;
};

/**
 * Whether a report shows that the lamp does what is desired: within half a percent, 1 mired, 0.01 in xy, or what the
 * steps of its channels allow. Of a lamp that should be off only that counts; while an effect plays its colour is the
 * effect's own.
 */
export const confirms = (
  desired: LightState,
  reported: LightState,
  capabilities: LightCapabilities,
): boolean => {
  if (desired.on !== reported.on) return false;
  if (!desired.on) return true;
  const wanted = clampState(desired, capabilities);
  if (capabilities.brightness !== undefined && Math.abs(wanted.brightness - reported.brightness) > oneLevel) {
    return false;
  }
  if (wanted.effect !== reported.effect) return false;
  if (wanted.effect !== undefined || !hasChroma(wanted)) return true;
  return confirmsChroma(wanted, reported, nearColorOf(capabilities, wanted));
};
