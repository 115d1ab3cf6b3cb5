import type { Scenes } from "../../../hub/api/traits.ts";
import { InvalidInput, NotFound } from "../../../hub/domain/errors.ts";
import type { Scene } from "../../../hub/domain/home.ts";
import { type CommandId, idFrom, type LampId, type SceneId } from "../../../hub/domain/ids.ts";
import type { LightState } from "../../../hub/domain/light.ts";
import type { CommandOutcome } from "../../../hub/lights/applied-alike.ts";
import type { House } from "./house.ts";

/** Scenes that are recalled and change nothing. */
export class PlainScenes implements Scenes {
  readonly house: House;
  readonly scenes = new Map<SceneId, Scene>();

  constructor(house: House) {
    this.house = house;
  }

  list = () => [...this.scenes.values()];
  get = (id: SceneId) => this.scenes.get(id);

  add(wanted: Parameters<Scenes["add"]>[0]): Scene {
    const { name, room = null, states, capture, palette } = wanted;
    if (states === undefined && capture === undefined) throw new InvalidInput("states or capture");
    const captured = (capture === undefined ? [] : this.house.inventory.members(capture))?.map((lamp) => [
      lamp,
      this.house.lights.get(lamp)?.desired,
    ]);
    const id = idFrom("scene", this.house.entropy.bytes(12));
    const scene: Scene = {
      id,
      name,
      room,
      states: states ?? Object.fromEntries(captured ?? []),
      ...(palette === undefined ? {} : { palette }),
    };
    this.scenes.set(id, scene);
    return scene;
  }

  change(id: SceneId, { palette, ...rest }: Parameters<Scenes["change"]>[1]): Scene {
    const { palette: before, ...scene } = this.#need(id);
    const kept = palette === undefined ? before : palette;
    const changed = { ...scene, ...rest, ...(kept === undefined || kept === null ? {} : { palette: kept }) };
    this.scenes.set(id, changed);
    return changed;
  }

  remove(id: SceneId): void {
    this.#need(id);
    this.scenes.delete(id);
  }

  recall(id: SceneId): CommandOutcome {
    const lamps = Object.entries(this.#need(id).states) as [LampId, LightState][];
    const command = "c-bbbbbbbbbbbb" as CommandId;
    return { command, lamps: lamps.map(([lamp, desired]) => ({ lamp, desired, clamped: [] })) };
  }

  #need(id: SceneId): Scene {
    const scene = this.scenes.get(id);
    if (scene === undefined) throw new NotFound("no such scene");
    return scene;
  }
}
