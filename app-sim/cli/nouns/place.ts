import type { Shape } from "../../../hub/api/contract.ts";
import { type Context, findOne, type Named } from "../context.ts";
import type { ArgumentDefinition, CommandDefinition, NounDefinition } from "../definition.ts";
import { fadeOf, fadeOption, lightCommandOf, lightOptions } from "../light-options.ts";
import { commandPlace, type PlaceKind } from "./target.ts";

interface Place extends Named {
  readonly members: readonly string[];
}

type Zone = Shape<"Zone">;

/** What differs between rooms, zones and groups. */
interface Calls {
  list(context: Context): Promise<readonly Place[]>;
  add(context: Context, name: string, members: readonly string[]): Promise<Place>;
  rename(context: Context, id: string, name: string): Promise<Place>;
  remove(context: Context, id: string): Promise<void>;
  /** Absent: members move by themselves, as devices do between rooms. */
  replaceMembers?(context: Context, id: string, members: readonly string[]): Promise<Place>;
}

const memberCount = ({ length }: readonly unknown[]): string =>
  `${length} ${length === 1 ? "member" : "members"}`;
const placeOfRoom = ({ id, name, devices }: Shape<"Room">): Place => ({ id, name, members: devices });
const same = ({ id, name, members }: Zone): Place => ({ id, name, members });

const calls: Readonly<Record<PlaceKind, Calls>> = {
  room: {
    list: async (context) => (await context.hub().call("listRooms")).data.map(placeOfRoom),
    add: async (context, name) => placeOfRoom(await context.hub().call("addRoom", { body: { name } })),
    rename: async (context, id, name) =>
      placeOfRoom(await context.hub().call("changeRoom", { id, body: { name } })),
    remove: async (context, id) => await context.hub().call("removeRoom", { id }),
  },
  zone: {
    list: async (context) => (await context.hub().call("listZones")).data.map(same),
    add: async (context, name, members) =>
      same(await context.hub().call("addZone", { body: { name, members } })),
    rename: async (context, id, name) => same(await context.hub().call("changeZone", { id, body: { name } })),
    remove: async (context, id) => await context.hub().call("removeZone", { id }),
    replaceMembers: async (context, id, members) =>
      same(await context.hub().call("changeZone", { id, body: { members } })),
  },
  group: {
    list: async (context) => (await context.hub().call("listGroups")).data.map(same),
    add: async (context, name, members) =>
      same(await context.hub().call("addGroup", { body: { name, members } })),
    rename: async (context, id, name) =>
      same(await context.hub().call("changeGroup", { id, body: { name } })),
    remove: async (context, id) => await context.hub().call("removeGroup", { id }),
    replaceMembers: async (context, id, members) =>
      same(await context.hub().call("changeGroup", { id, body: { members } })),
  },
};

const devicesOf = async (context: Context): Promise<readonly Named[]> =>
  (await context.hub().call("listDevices")).data;

const find = async (context: Context, kind: PlaceKind, word: string): Promise<Place> =>
  findOne(kind, word, await calls[kind].list(context));

const switching = (kind: PlaceKind, verb: "on" | "off" | "toggle"): CommandDefinition => ({
  path: `${kind} ${verb}`,
  summary: verb === "toggle" ? `Switch the lamps of a ${kind} over` : `Switch the lamps of a ${kind} ${verb}`,
  args: [placeArgument(kind)],
  options: [fadeOption],
  examples: [`lampkeeper ${kind} ${verb} Kitchen`],
  run: async (context, [word = ""], options) => {
    const on = verb === "toggle" ? "toggle" : verb === "on";
    return await commandPlace(context, kind, await find(context, kind, word), { on, ...fadeOf(options) });
  },
});

const placeArgument = (kind: PlaceKind): ArgumentDefinition => ({
  name: kind,
  help: `id or name of a ${kind}`,
  completes: kind,
});

const membersArgument: ArgumentDefinition = {
  name: "members",
  help: "ids or names of devices",
  optional: true,
  variadic: true,
  completes: "device",
};

const memberVerb = (kind: PlaceKind, verb: "include" | "exclude"): CommandDefinition => ({
  path: `${kind} ${verb}`,
  summary: verb === "include" ? `Add devices to a ${kind}` : `Take devices out of a ${kind}`,
  args: [placeArgument(kind), { ...membersArgument, help: "ids or names of devices" }],
  examples: [`lampkeeper ${kind} ${verb} Upstairs Hall Desk`],
  run: async (context, [word = "", ...words]) => {
    const place = await find(context, kind, word);
    const devices = await devicesOf(context);
    const named = words.map((each) => findOne("device", each, devices).id);
    const members =
      verb === "include"
        ? [...new Set([...place.members, ...named])]
        : place.members.filter((member) => !named.includes(member));
    if (context.dryRun)
      return { data: { id: place.id, members }, text: `${place.name} would have ${memberCount(members)}` };
    const changed = (await calls[kind].replaceMembers?.(context, place.id, members)) ?? place;
    return { data: changed, text: `${changed.name} has ${memberCount(changed.members)}` };
  },
});

/** The verbs that rooms, zones and groups share. */
export const placeCommands = (kind: PlaceKind): readonly CommandDefinition[] => [
  {
    path: `${kind} list`,
    summary: `All ${kind}s`,
    examples: [`lampkeeper ${kind} list`],
    run: async (context) => {
      const places = await calls[kind].list(context);
      return {
        data: places,
        text: {
          columns: [kind.toUpperCase(), "DEVICES", "ID"],
          rows: places.map(({ name, members, id }) => [
            name,
            String(members.length),
            { text: id, dim: true },
          ]),
          empty: `no ${kind}s yet; add one with: lampkeeper ${kind} add NAME`,
        },
      };
    },
  },
  {
    path: `${kind} show`,
    summary: `One ${kind} with its devices`,
    args: [placeArgument(kind)],
    examples: [`lampkeeper ${kind} show Kitchen`],
    run: async (context, [word = ""]) => {
      const [place, devices] = await Promise.all([find(context, kind, word), devicesOf(context)]);
      const nameOf = (id: string) => devices.find((device) => device.id === id)?.name ?? id;
      return {
        data: place,
        text: {
          columns: ["DEVICE", "ID"],
          rows: place.members.map((id) => [nameOf(id), { text: id, dim: true }]),
          empty: `${place.name} is empty`,
        },
      };
    },
  },
  {
    path: `${kind} add`,
    summary: `Add a ${kind}`,
    args: [
      { name: "name", help: "1 to 64 visible characters" },
      ...(kind === "room" ? [] : [membersArgument]),
    ],
    examples: [kind === "room" ? "lampkeeper room add Study" : `lampkeeper ${kind} add Upstairs Hall Desk`],
    run: async (context, [name = "", ...words]) => {
      const devices = words.length === 0 ? [] : await devicesOf(context);
      const members = words.map((word) => findOne("device", word, devices).id);
      if (context.dryRun) return { data: { name, members }, text: `${name} would be added` };
      const place = await calls[kind].add(context, name, members);
      return { data: place, text: `${place.name} is added (${place.id})` };
    },
  },
  {
    path: `${kind} rename`,
    summary: `Give a ${kind} another name`,
    args: [placeArgument(kind), { name: "name", help: "1 to 64 visible characters" }],
    examples: [`lampkeeper ${kind} rename Study Office`],
    run: async (context, [word = "", name = ""]) => {
      const place = await find(context, kind, word);
      if (context.dryRun)
        return { data: { id: place.id, name }, text: `${place.name} would be called ${name}` };
      const changed = await calls[kind].rename(context, place.id, name);
      return { data: changed, text: `${place.name} is now called ${changed.name}` };
    },
  },
  {
    path: `${kind} remove`,
    summary: `Remove a ${kind}; its devices stay`,
    args: [placeArgument(kind)],
    examples: [`lampkeeper ${kind} remove Study --yes`],
    run: async (context, [word = ""]) => {
      const place = await find(context, kind, word);
      if (context.dryRun) return { data: { id: place.id }, text: `${place.name} would be removed` };
      await context.confirm(`Remove ${place.name}? Its devices stay.`);
      await calls[kind].remove(context, place.id);
      return { data: { id: place.id }, text: `${place.name} is removed` };
    },
  },
  switching(kind, "on"),
  switching(kind, "off"),
  switching(kind, "toggle"),
  {
    path: `${kind} set`,
    summary: `Set level, colour or effect of the lamps of a ${kind}, as one`,
    args: [placeArgument(kind)],
    options: lightOptions,
    examples: [`lampkeeper ${kind} set Kitchen --bri 30% --kelvin 2200`],
    run: async (context, [word = ""], options) =>
      await commandPlace(context, kind, await find(context, kind, word), lightCommandOf(options)),
  },
  ...(kind === "room" ? [] : [memberVerb(kind, "include"), memberVerb(kind, "exclude")]),
];

export const placeNouns: readonly NounDefinition[] = [
  { name: "room", summary: "Rooms; a device is in one or in none" },
  { name: "zone", summary: "Zones: devices of any rooms; zones may overlap" },
  { name: "group", summary: "Groups: lamps that are always commanded together" },
];
