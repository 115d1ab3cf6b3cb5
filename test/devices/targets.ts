import fc from "fast-check";
import { clampState } from "../../hub/domain/apply-command.ts";
import type { LightState } from "../../hub/domain/light.ts";
import type { LampProfile, LightTarget } from "../../hub/domain/profile.ts";
import { Millis, Mireds, Percent } from "../../hub/domain/units.ts";

/** States that a lamp of this profile can have, as the hub would ask for them. */
export const lampStates = ({ capabilities }: LampProfile): fc.Arbitrary<LightState> => {
  const { colorTemperature, color } = capabilities;
  const white =
    colorTemperature === undefined
      ? []
      : [
          fc
            .double({ min: colorTemperature.min, max: colorTemperature.max, noNaN: true })
            .map((mireds) => ({ colorTemperature: Mireds(mireds) })),
        ];
  const unit = fc.double({ min: 0.02, max: 0.98, noNaN: true });
  const colors = color === undefined ? [] : [fc.record({ x: unit, y: unit }).map((xy) => ({ color: xy }))];
  const shades = [...white, ...colors];
  return fc
    .record({
      on: fc.boolean(),
      brightness: fc.double({ min: 1, max: 100, noNaN: true }).map(Percent),
      shade: shades.length === 0 ? fc.constant({}) : fc.oneof(...shades),
    })
    .map(({ shade, ...state }) => clampState({ ...state, ...shade }, capabilities));
};

/** As `lampStates`, some of them with a fade. */
export const lampTargets = (profile: LampProfile): fc.Arbitrary<LightTarget> => {
  const longest = profile.capabilities.transition?.max ?? 0;
  const fades = fc.integer({ min: 0, max: Math.min(longest, 4_000) }).map(Millis);
  return fc
    .tuple(lampStates(profile), fc.option(fades))
    .map(([state, transition]) => (transition === null ? state : { ...state, transition }));
};
