import { InvalidInput, NotFound } from "../../domain/errors.ts";
import type { LightTargetId } from "../../domain/home.ts";
import { isId, type LampId } from "../../domain/ids.ts";
import type { LightState } from "../../domain/light.ts";
import { Seconds } from "../../domain/units.ts";
import { byName } from "../by-name.ts";
import type { Shape } from "../contract.ts";
import type { Handlers } from "../handler.ts";
import { present } from "../handler.ts";
import { outcomeJson, paletteOf, sceneJson, stateOf } from "../home-json.ts";
import type { Services } from "../traits.ts";
import { roomOf } from "./devices.ts";

type SceneRoutes = "listScenes" | "getScene" | "addScene" | "changeScene" | "removeScene" | "recallScene";

export const sceneHandlers = ({ scenes }: Services): Handlers<SceneRoutes> => ({
  listScenes: () => ({ data: byName(scenes.list()).map(sceneJson) }),
  getScene: ({ id }) => {
    const scene = scenes.get(id);
    if (scene === undefined) throw new NotFound("no such scene");
    return sceneJson(scene);
  },
  addScene: ({ body: { name, room, states, capture, palette } }) => {
    const source = capture ?? room ?? undefined;
    return sceneJson(
      scenes.add({
        name,
        room: roomOf(room ?? null),
        ...(states === undefined ? {} : { states: statesOf(states) }),
        ...(source === undefined ? {} : { capture: targetOf(source) }),
        ...(palette === undefined ? {} : { palette: paletteOf(palette) }),
      }),
    );
  },
  changeScene: ({ id, body: { name, states, palette } }) =>
    sceneJson(
      scenes.change(id, {
        ...(name === undefined ? {} : { name }),
        ...(states === undefined ? {} : { states: statesOf(states) }),
        ...(palette === undefined ? {} : { palette: palette === null ? null : paletteOf(palette) }),
      }),
    ),
  removeScene: ({ id }) => {
    scenes.remove(id);
    return undefined;
  },
  recallScene: ({ id, body, caller }) => {
    const transition = body.transition === undefined ? undefined : Seconds(body.transition);
    return outcomeJson(scenes.recall(id, { trigger: present(caller).id }, transition));
  },
});

const statesOf = (states: NonNullable<Shape<"NewScene">["states"]>): Readonly<Record<LampId, LightState>> =>
  Object.fromEntries(
    Object.entries(states).map(([id, state]) => {
      if (!isId("lamp", id)) throw new InvalidInput("states are listed by lamp", { path: "states" });
      if (state.color !== undefined && state.colorTemperature !== undefined) {
        throw new InvalidInput("a light has one of color and colorTemperature", { path: "states" });
      }
      return [id, stateOf(state)];
    }),
  );

const targetOf = (id: string): LightTargetId => {
  if (isId("lamp", id) || isId("room", id) || isId("zone", id) || isId("group", id)) return id;
  throw new InvalidInput("not the id of a lamp, room, zone or group", { path: "capture" });
};
