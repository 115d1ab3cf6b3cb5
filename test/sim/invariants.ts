import { isId, type LampId } from "../../hub/domain/ids.ts";
import type { LightState } from "../../hub/domain/light.ts";
import { canary, type World } from "./world.ts";

/** What must hold in every world once the faults have stopped. Each says what is wrong, or nothing. */
export const invariants: Readonly<Record<string, (world: World) => readonly string[]>> = {
  /** Lamps show what the home wants of them. */
  "lamps-as-desired": (world) =>
    eachLamp(world, (id, desired) => {
      const ble = world.ble.lamps.get(id);
      if (ble !== undefined) {
        // What level it would have nobody sees while it is off; told to light up it is told the level too.
        const isAsked = ble.on === desired.on && (!ble.on || Math.abs(ble.level - desired.brightness) <= 1);
        return isAsked ? undefined : `${id} shows ${ble.on} ${ble.level}, asked ${JSON.stringify(desired)}`;
      }
      const lamp = world.house.lamp(id);
      if (lamp === undefined || !lamp.isPowered) return undefined;
      const { on, level } = lamp.goal;
      const shown = (level / lamp.model.limits.full) * 100;
      const isAsked =
        on === desired.on && (!on || !lamp.model.limits.dims || Math.abs(shown - desired.brightness) <= 1);
      return isAsked ? undefined : `${id} shows ${on} ${shown}, asked ${desired.on} ${desired.brightness}`;
    }),

  /** Every state change has exactly one cause. Noted while it happens. */
  "one-cause": noted("one-cause"),

  /** Nobody hears what is on another's topics. Noted while it happens. */
  "own-topics-only": noted("own-topics-only"),

  /** What is due by clock or sun happens at most once, whatever the clock, the power and the disk do. Noted meanwhile. */
  "fires-once": noted("fires-once"),

  /** Nothing happens by a clock that nobody vouches for. Noted meanwhile. */
  "trusted-clock-only": noted("trusted-clock-only"),

  /** A power cut loses at most 5 s of what is coalesced. Checked at every start. */
  "at-most-5-s-lost": noted("at-most-5-s-lost"),

  /** What was acknowledged as saved is there. */
  "acknowledged-is-kept": (world) => {
    const { hub } = world;
    if (hub === undefined) return ["the hub does not run"];
    const held = new Map(
      [...hub.inventory.rooms(), ...hub.inventory.devices()].map(({ id, name }) => [id as string, name]),
    );
    return [...world.facts.names]
      .filter(([id, allowed]) => !allowed.has(held.get(id) ?? ""))
      .map(([id]) => `${id} has lost its name`);
  },

  /** Nothing a person wrote lies in clear on the disk or in the log. */
  "nothing-in-clear": (world) => [
    ...(world.disk.image().includes(canary) ? ["a name lies on the disk"] : []),
    ...(world.log.lines.some((line) => JSON.stringify(line).includes(canary))
      ? ["a name stands in the log"]
      : []),
  ],

  /** What programs are told of a lamp's availability is so. */
  "availability-is-true": (world) =>
    world.house.ids.flatMap((id) => {
      const told = world.told.get(`lampkeeper/${id}/availability`);
      const isThere = world.house.get(id)?.isLinked === true;
      return told === JSON.stringify({ state: isThere ? "online" : "offline" })
        ? []
        : [`${id}: told ${told}`];
    }),

  /** The state programs are told over MQTT is the one the hub knows. */
  "mqtt-tells-the-truth": (world) =>
    eachLamp(world, (id) => {
      const { reported, readsBack } = world.hub?.lights.get(id) ?? {};
      if (readsBack === false) return undefined;
      const told = world.told.get(`lampkeeper/${id}`);
      if (reported === null || reported === undefined || told === undefined) return `${id}: nothing told`;
      const { state, brightness } = JSON.parse(told);
      const isTrue = state === (reported.on ? "ON" : "OFF") && isLevel(brightness, reported.brightness);
      return isTrue ? undefined : `${id}: told ${told}`;
    }),
};

const isLevel = (told: number | undefined, percent: number): boolean =>
  told === undefined || Math.abs(told - percent * 2.54) <= 1;

function noted(invariant: string) {
  return (world: World): readonly string[] => world.facts.broken.get(invariant) ?? [];
}

const eachLamp = (
  world: World,
  check: (id: LampId, desired: LightState) => string | undefined,
): readonly string[] =>
  (world.hub?.lights.list() ?? []).flatMap(({ id, desired }) =>
    isId("lamp", id) ? (check(id, desired) ?? []) : [],
  );
