import type { Scene } from "../domain/home.ts";
import type { LightState } from "../domain/light.ts";

export const sharedSceneSchema = "lampkeeper.scene/1";

/** A scene as one gives it to others: light, and nothing that says whose it was. */
export interface SharedScene {
  readonly schema: typeof sharedSceneSchema;
  readonly states: readonly Omit<LightState, "effect">[];
  readonly palette?: NonNullable<Scene["palette"]>;
}

/**
 * Takes names, rooms and lamps out of a scene. The states stand in an order of their own, so that it does not tell which lamp
 * came first; names of effects are words that somebody may have chosen.
 */
export const sharedScene = ({ states, palette }: Scene): SharedScene => {
  const plain = Object.values(states).map(({ on, brightness, color, colorTemperature }) => ({
    on,
    brightness,
    ...(color && { color }),
    ...(colorTemperature && { colorTemperature }),
  }));
  return {
    schema: sharedSceneSchema,
    states: plain.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ...(palette && { palette }),
  };
};
