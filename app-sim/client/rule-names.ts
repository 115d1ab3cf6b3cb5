import type { AnswerOf, RouteName } from "../../hub/api/contract.ts";

/** What a place in a rule names, by the key that stands there. A `sensor` may be a room where motion is meant. */
const kinds = ["target", "sensor", "person", "scene", "device"] as const;
type NamedInRule = (typeof kinds)[number];

/** Finds the id of what somebody named; throws in its own words when there is no such thing. */
export type FindId = (kind: NamedInRule, word: string) => string;

const isKind = (key: string): key is NamedInRule => kinds.some((kind) => kind === key);

/**
 * A rule as people write it, with names wherever ids may stand, as the hub takes it. Anything else is left as it is: the
 * hub says what is wrong with it.
 */
export const withIds = (rule: unknown, find: FindId): unknown => {
  if (Array.isArray(rule)) return rule.map((each) => withIds(each, find));
  if (typeof rule !== "object" || rule === null) return rule;
  return Object.fromEntries(
    Object.entries(rule).map(([key, value]) => [
      key,
      isKind(key) && typeof value === "string" ? find(key, value) : withIds(value, find),
    ]),
  );
};

interface Named {
  readonly id: string;
  readonly name: string;
  readonly room?: string | null;
}

/** Whoever asks the hub: the client itself, or what wraps it. */
interface Asking {
  call<Name extends RouteName>(name: Name): Promise<AnswerOf<Name>>;
}

const targetKinds = ["lamp", "room", "zone", "group"] as const;

/**
 * Finds what rules name in the home as it is now: by id, by name, by room and name ("Kitchen/Ceiling"), or with the kind
 * before it where a lamp and a room have one name ("room:Hall").
 *
 * @param pick the one thing of that name; throws when there is none, or are several
 */
export const ruleFinder = async (
  hub: Asking,
  pick: (kind: string, word: string, things: readonly Named[]) => Named,
): Promise<FindId> => {
  const [lamps, rooms, zones, groups, scenes, devices, people] = await Promise.all([
    hub.call("listLights"),
    hub.call("listRooms"),
    hub.call("listZones"),
    hub.call("listGroups"),
    hub.call("listScenes"),
    hub.call("listDevices"),
    // Who may not see people can still make rules without them.
    hub.call("listPeople").catch(() => ({ data: [] })),
  ]);
  const roomName = (id: string | null | undefined) => rooms.data.find((room) => room.id === id)?.name;
  const placed = (things: readonly Named[]): readonly Named[] => [
    ...things,
    ...things.map((thing) => ({ id: thing.id, name: `${roomName(thing.room)}/${thing.name}` })),
  ];
  const targets: Readonly<Record<(typeof targetKinds)[number], readonly Named[]>> = {
    lamp: placed(lamps.data),
    room: rooms.data,
    zone: zones.data,
    group: groups.data,
  };
  const sensors = devices.data.filter(({ kind }) => kind === "sensor");
  const one = (kind: string, word: string, things: readonly Named[]): string =>
    (things.find(({ id }) => id === word) ?? pick(kind, word, things)).id;
  return (kind, word) => {
    switch (kind) {
      case "target": {
        const named = targetKinds.find((each) => word.startsWith(`${each}:`));
        if (named !== undefined) return one(named, word.slice(named.length + 1), targets[named]);
        return one(
          "lamp, room, zone or group",
          word,
          targetKinds.flatMap((each) => targets[each]),
        );
      }
      case "sensor":
        return one("sensor", word, [...placed(sensors), ...rooms.data]);
      case "device":
        return one("device", word, placed(devices.data));
      case "scene":
        return one("scene", word, scenes.data);
      case "person":
        return one("person", word, people.data);
    }
  };
};
