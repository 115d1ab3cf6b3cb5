import type { Context, Light } from "../context.ts";
import { findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { fadeOf, fadeOption, lightCommandOf, lightOptions, waitOption } from "../light-options.ts";
import { settingOf } from "../settings.ts";
import { causeText, stateCell, stateText, timeText } from "../wording.ts";
import { commandLamps, findLamp, lampLine, lampsOf, namedLamps } from "./target.ts";

const lampArgument = { name: "lamp", help: "id or name of a lamp", completes: "lamp" } as const;
const lampArguments = [
  { name: "lamps", help: "ids or names of lamps", optional: true, variadic: true, completes: "lamp" },
] as const;
const allOption = { name: "all", help: "every lamp" };

const roomNames = async (context: Context): Promise<ReadonlyMap<string, string>> =>
  new Map((await context.hub().call("listRooms")).data.map(({ id, name }) => [id, name]));

const describe = (lamp: Light, room: string, timeZone: string | undefined): string =>
  [
    lampLine(lamp),
    `  id         ${lamp.id}`,
    `  room       ${room}`,
    `  profile    ${lamp.profile}`,
    `  reachable  ${lamp.reachable ? "yes" : "no"}`,
    `  reported   ${lamp.readsBack ? stateText(lamp.reported) : "never: this lamp does not say what it shows"}`,
    `  because    ${causeText(lamp.cause)}, ${timeText(lamp.cause.at, timeZone)}`,
    ...(lamp.power === undefined ? [] : [`  power      ${lamp.power.toFixed(1)} W`]),
  ].join("\n");

const switching = (verb: "on" | "off" | "toggle", summary: string): CommandDefinition => ({
  path: `lamp ${verb}`,
  summary,
  args: lampArguments,
  options: [allOption, fadeOption, waitOption],
  examples: [`lampkeeper lamp ${verb} Hall`, `lampkeeper lamp ${verb} --all --fade 2s`],
  run: async (context, words, options) => {
    const lamps = await namedLamps(context, words, options);
    const on = verb === "toggle" ? "toggle" : verb === "on";
    return await commandLamps(context, lamps, () => ({ on, ...fadeOf(options) }), options["wait"] === true);
  },
});

export const lampCommands: readonly CommandDefinition[] = [
  {
    path: "lamp list",
    summary: "All lamps and what they show",
    examples: ["lampkeeper lamp list", "lampkeeper lamp list --json"],
    run: async (context) => {
      const [lamps, rooms] = await Promise.all([lampsOf(context), roomNames(context)]);
      return {
        data: lamps,
        text: {
          columns: ["LAMP", "ROOM", "STATE", "REACHABLE", "ID"],
          rows: lamps.map((lamp) => [
            lamp.name,
            rooms.get(lamp.room ?? "") ?? "-",
            stateCell(lamp.desired),
            lamp.reachable ? "yes" : "no",
            { text: lamp.id, dim: true },
          ]),
          empty: "no lamps yet",
        },
      };
    },
  },
  {
    path: "lamp show",
    summary: "One lamp: what it should show, what it shows, and why",
    args: [lampArgument],
    examples: ["lampkeeper lamp show Hall"],
    run: async (context, [word = ""]) => {
      const [lamp, rooms] = await Promise.all([findLamp(context, word), roomNames(context)]);
      const timeZone = settingOf(context.settings, "time-zone").value;
      return {
        data: lamp,
        text: describe(lamp, rooms.get(lamp.room ?? "") ?? "-", timeZone),
        next: `more: lampkeeper why ${lamp.id}`,
      };
    },
  },
  switching("on", "Switch lamps on"),
  switching("off", "Switch lamps off; they keep their level and colour"),
  switching("toggle", "Switch lamps over"),
  {
    path: "lamp set",
    summary: "Set level, colour, effect; what is not said stays as it is",
    args: lampArguments,
    options: [allOption, ...lightOptions, waitOption],
    examples: [
      "lampkeeper lamp set Hall --bri 60% --kelvin 2700 --fade 2s",
      "lampkeeper lamp set Desk Sofa --hex '#ff8800'",
      "lampkeeper lamp set --all --off",
    ],
    run: async (context, words, options) => {
      const command = lightCommandOf(options);
      const lamps = await namedLamps(context, words, options);
      return await commandLamps(context, lamps, () => command, options["wait"] === true);
    },
  },
  {
    path: "lamp rename",
    summary: "Give a lamp another name",
    args: [lampArgument, { name: "name", help: "1 to 64 visible characters" }],
    examples: ["lampkeeper lamp rename l-abcdefghijkl Hall"],
    run: async (context, [word = "", name = ""]) => {
      const lamp = await findLamp(context, word);
      if (context.dryRun)
        return { data: { id: lamp.id, name }, text: `${lamp.name} would be called ${name}` };
      const changed = await context.hub().call("changeLight", { id: lamp.id, body: { name } });
      return { data: changed, text: `${lamp.name} is now called ${changed.name}` };
    },
  },
  {
    path: "lamp move",
    summary: "Put a lamp into a room",
    args: [lampArgument, { name: "room", help: "id or name of a room; none: in no room", completes: "room" }],
    examples: ["lampkeeper lamp move Desk Study", "lampkeeper lamp move Desk none"],
    run: async (context, [word = "", where = ""]) => {
      const lamp = await findLamp(context, word);
      const room =
        where === "none" ? null : findOne("room", where, (await context.hub().call("listRooms")).data);
      const place = room?.name ?? "no room";
      if (context.dryRun)
        return { data: { id: lamp.id, room: room?.id ?? null }, text: `${lamp.name} would be in ${place}` };
      const changed = await context
        .hub()
        .call("changeLight", { id: lamp.id, body: { room: room?.id ?? null } });
      return { data: changed, text: `${lamp.name} is now in ${place}` };
    },
  },
  {
    path: "lamp remove",
    summary: "Remove a lamp and its credentials; it has to be paired again",
    args: [lampArgument],
    examples: ["lampkeeper lamp remove Hall --yes"],
    run: async (context, [word = ""]) => {
      const lamp = await findLamp(context, word);
      if (context.dryRun) return { data: { id: lamp.id }, text: `${lamp.name} would be removed` };
      await context.confirm(`Remove ${lamp.name}? It has to be paired again.`);
      await context.hub().call("removeDevice", { id: lamp.id });
      return { data: { id: lamp.id }, text: `${lamp.name} is removed` };
    },
  },
];
