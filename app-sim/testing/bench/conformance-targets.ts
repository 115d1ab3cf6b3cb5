import { clampState } from "../../../hub/domain/apply-command.ts";
import type { LightState, Xy } from "../../../hub/domain/light.ts";
import { Mireds, Percent } from "../../../hub/domain/units.ts";
import type { BleLampProfile } from "./ble-lamp-profile.ts";

/** States that show whether a lamp can do what its profile says, by capability. */
export interface ConformanceTargets {
  readonly capability: "power" | "brightness" | "colorTemperature" | "color" | "effects";
  readonly title: string;
  readonly targets: readonly LightState[];
}

const full: LightState = { on: true, brightness: Percent(100) };

/** Red, green, blue and one between: parts that stand in the wrong order are seen. */
const colors: readonly Xy[] = [
  { x: 0.64, y: 0.33 },
  { x: 0.3, y: 0.6 },
  { x: 0.15, y: 0.06 },
  { x: 0.42, y: 0.28 },
];

const brightnesses = ({ capabilities: { brightness } }: BleLampProfile): readonly LightState[] =>
  brightness === undefined
    ? []
    : [Math.max(brightness.min, 10), 50, 100].map((level) => ({ on: true, brightness: Percent(level) }));

const whites = ({ capabilities: { colorTemperature } }: BleLampProfile): readonly LightState[] => {
  if (colorTemperature === undefined) return [];
  const { min, max } = colorTemperature;
  return [min, (min + max) / 2, max].map((mireds) => ({ ...full, colorTemperature: Mireds(mireds) }));
};

const colored = ({ capabilities }: BleLampProfile): readonly LightState[] =>
  capabilities.color === undefined ? [] : colors.map((color) => ({ ...full, color }));

/** Ends an effect. Where parts stand in the wrong order this one looks the same. */
const plain = ({ capabilities }: BleLampProfile): readonly LightState[] =>
  capabilities.color === undefined ? [] : [{ ...full, color: { x: 0.3127, y: 0.329 } }];

/** So many of many: a lamp in a workshop has to come to an end. */
const mostEffects = 3;

const effects = (profile: BleLampProfile): readonly LightState[] => {
  const names = profile.capabilities.effects ?? [];
  const places = [0, Math.floor(names.length / 2), names.length - 1];
  const chosen = names.length <= mostEffects ? names : places.map((at) => names[at] ?? "");
  if (chosen.length === 0) return [];
  return [...chosen.map((effect) => ({ ...full, effect })), ...plain(profile)];
};

/** What is tried of a lamp, in this order; what its profile does not know is left out. */
export const conformanceTargets = (profile: BleLampProfile): readonly ConformanceTargets[] => {
  const { capabilities } = profile;
  const all: readonly ConformanceTargets[] = [
    { capability: "power", title: "goes on and off", targets: [full, { ...full, on: false }, full] },
    { capability: "brightness", title: "takes levels", targets: brightnesses(profile) },
    { capability: "colorTemperature", title: "takes whites", targets: whites(profile) },
    { capability: "color", title: "takes colours", targets: colored(profile) },
    {
      capability: "effects",
      title: "plays its effects, and ends them for a colour",
      targets: effects(profile),
    },
  ];
  return all
    .filter(({ targets }) => targets.length > 0)
    .map((each) => ({ ...each, targets: each.targets.map((target) => clampState(target, capabilities)) }));
};
