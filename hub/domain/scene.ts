import { clampState, confirms } from "./apply-command.ts";
import type { Palette, PaletteColor, Scene } from "./home.ts";
import type { LampId } from "./ids.ts";
import type { LightCapabilities, LightState } from "./light.ts";
import { stateDuring } from "./transition.ts";

/** What a scene keeps of the lamps as they are now. */
export const captureScene = (lamps: Iterable<readonly [LampId, LightState]>): Scene["states"] =>
  Object.fromEntries([...lamps].map(([lamp, state]) => [lamp, { ...state }]));

/** What one lamp shows in a scene, as near as it can; undefined when the scene leaves it alone. */
export const sceneState = (
  scene: Scene,
  lamp: LampId,
  capabilities: LightCapabilities,
): LightState | undefined => {
  const state = scene.states[lamp];
  return state === undefined ? undefined : clampState(state, capabilities);
};

/** A lamp as a scene is compared with it. */
export interface ScenePart {
  readonly state: LightState;
  readonly capabilities: LightCapabilities;
}

/** Whether the home shows the scene now: every lamp of it that still exists, and at least one. */
export const matchesScene = (scene: Scene, lamps: ReadonlyMap<LampId, ScenePart>): boolean => {
  const answers = (Object.entries(scene.states) as [LampId, LightState][]).flatMap(([lamp, wanted]) => {
    const part = lamps.get(lamp);
    return part === undefined ? [] : [confirms(wanted, part.state, part.capabilities)];
  });
  return answers.length > 0 && answers.every(Boolean);
};

const shown = ({ brightness, color, colorTemperature }: PaletteColor): LightState => ({
  on: true,
  brightness,
  ...(color === undefined ? {} : { color }),
  ...(color !== undefined || colorTemperature === undefined ? {} : { colorTemperature }),
});

const white: LightState = shown({ brightness: 100 as PaletteColor["brightness"] });

/**
 * The light of a palette at `phase`, going from stop to stop and from the last back to the first. A palette without
 * stops is plain light.
 *
 * @param phase in turns: 0 = first stop, 1 = the first again; any real number
 */
export const paletteState = ({ colors }: Palette, phase: number): LightState => {
  const at = (stop: number): LightState => {
    const color = colors[stop % colors.length];
    return color === undefined ? white : shown(color);
  };
  const place = (phase - Math.floor(phase)) * colors.length;
  const stop = Math.floor(place);
  return stateDuring(at(stop), at(stop + 1), place - stop);
};

/** Where in the palette one of `count` lamps starts, so that together they show all of it. 0..1, 1 excluded. */
export const paletteOffset = (index: number, count: number): number =>
  count > 0 ? (index % count) / count : 0;
