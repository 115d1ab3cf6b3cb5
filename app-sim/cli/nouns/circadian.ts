import type { Shape } from "../../../hub/api/contract.ts";
import { notRunTexts } from "../../../hub/domain/rule-text.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { brightnessOf, numberOf, secondsOf } from "../quantities.ts";
import { settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";
import { findLamp, lampsOf } from "./target.ts";

type Circadian = Shape<"Circadian">;
type Options = Parameters<CommandDefinition["run"]>[2];

const roomArgument = { name: "room", help: "id or name of a room", completes: "room" } as const;

const curveOptions = [
  { name: "warmest", value: "KELVIN", help: "white while the sun is low (2200)" },
  { name: "coolest", value: "KELVIN", help: "white while the sun is high (5000)" },
  { name: "dimmest", value: "LEVEL", help: "brightness while the sun is low (40%)" },
  { name: "brightest", value: "LEVEL", help: "brightness while the sun is high (100%)" },
  { name: "take-over", value: "TIME", help: "how long what somebody sets stays (3h)" },
] as const;

/** Only what was said: the rest stays as it is. */
const curveOf = (options: Options): Shape<"CircadianCurve"> => {
  const said = <Value>(name: string, read: (text: string) => Value): Value | undefined => {
    const text = options[name];
    return typeof text === "string" ? read(text) : undefined;
  };
  const kelvin = (name: string) => said(name, (text) => numberOf(text, `--${name}`));
  const curve = {
    warmest: kelvin("warmest"),
    coolest: kelvin("coolest"),
    dimmest: said("dimmest", brightnessOf),
    brightest: said("brightest", brightnessOf),
    takeOver: said("take-over", (text) => secondsOf(text, "--take-over")),
  };
  return Object.fromEntries(Object.entries(curve).filter(([, value]) => value !== undefined));
};

const placesOf = async (context: Context) => {
  const hub = context.hub();
  const found = await Promise.all([hub.call("listRooms"), hub.call("listZones"), hub.call("listGroups")]);
  return [
    ...found.flatMap(({ data }) => data.map(({ id, name }) => ({ id, name }))),
    ...(await lampsOf(context)),
  ];
};

const lightText = ({ light, held }: Circadian): string => {
  if (light !== undefined) return `${Math.round(light.brightness)} % ${Math.round(light.colorTemperature)} K`;
  return held === undefined ? "not known" : `waits: ${notRunTexts[held]}`;
};

/** "Sink: brightness until 21:40" */
const takenOverText = (
  { takenOver }: Circadian,
  nameOf: (id: string) => string,
  timeZone: string | undefined,
): string =>
  takenOver
    .map(({ lamp, brightness, color }) => {
      const parts = [
        brightness === null ? "" : `brightness until ${timeText(brightness, timeZone)}`,
        color === null ? "" : `colour until ${timeText(color, timeZone)}`,
      ];
      return `${nameOf(lamp)}: ${parts.filter(Boolean).join(", ")}`;
    })
    .join("; ");

const table = async (context: Context, all: readonly Circadian[]): Promise<Result> => {
  const places = await placesOf(context);
  const nameOf = (id: string): string => places.find((place) => place.id === id)?.name ?? id;
  const timeZone = settingOf(context.settings, "time-zone").value;
  return {
    data: all,
    text: {
      columns: ["PLACE", "NOW", "TAKEN OVER"],
      rows: all.map((each) => [nameOf(each.target), lightText(each), takenOverText(each, nameOf, timeZone)]),
      empty: "nothing follows the sun; let a room: lampkeeper circadian on ROOM",
    },
  };
};

export const circadianCommands: readonly CommandDefinition[] = [
  {
    path: "circadian list",
    summary: "What follows the sun, and what somebody took over of it until when",
    examples: ["lampkeeper circadian list"],
    run: async (context) => await table(context, (await context.hub().call("listCircadian")).data),
  },
  {
    path: "circadian on",
    summary:
      "Let the lamps of a room follow the sun: warm and dim while it is low, cool and bright while it is high",
    args: [roomArgument],
    options: curveOptions,
    examples: [
      "lampkeeper circadian on Kitchen",
      "lampkeeper circadian on Study --coolest 6000 --dimmest 20%",
    ],
    run: async (context, [word = ""], options) => {
      const room = findOne("room", word, (await context.hub().call("listRooms")).data);
      const body = curveOf(options);
      if (context.dryRun)
        return { data: { id: room.id, curve: body }, text: `${room.name} would follow the sun` };
      return await table(context, [await context.hub().call("setCircadian", { id: room.id, body })]);
    },
  },
  {
    path: "circadian off",
    summary: "The lamps of a room stay as they are and follow the sun no more",
    args: [roomArgument],
    examples: ["lampkeeper circadian off Kitchen"],
    run: async (context, [word = ""]) => {
      const room = findOne("room", word, (await context.hub().call("listRooms")).data);
      if (context.dryRun) return { data: { id: room.id }, text: `${room.name} would follow the sun no more` };
      await context.hub().call("endCircadian", { id: room.id });
      return { data: { id: room.id }, text: `${room.name} follows the sun no more` };
    },
  },
  {
    path: "circadian resume",
    summary: "Give a lamp that somebody took over back to the sun",
    args: [{ name: "lamp", help: "id or name of a lamp", completes: "lamp" }],
    examples: ["lampkeeper circadian resume Sink"],
    run: async (context, [word = ""]) => {
      const lamp = await findLamp(context, word);
      if (context.dryRun) return { data: { id: lamp.id }, text: `${lamp.name} would follow the sun again` };
      const after = await context.hub().call("resumeCircadian", { id: lamp.id });
      return { data: after, text: `${after.name} follows the sun again` };
    },
  },
  {
    path: "vacation show",
    summary: "What this evening looks like while the home is on vacation, or would",
    details:
      "Drawn for each evening anew from how much rooms are usually lit; nothing of a past evening is played back.",
    examples: ["lampkeeper vacation show"],
    run: async (context) => {
      const [vacation, places] = await Promise.all([context.hub().call("readVacation"), placesOf(context)]);
      const timeZone = settingOf(context.settings, "time-zone").value;
      return {
        data: vacation,
        text: {
          columns: ["ROOM", "FROM", "TO"],
          rows: vacation.evening.map(({ room, from, to }) => [
            places.find(({ id }) => id === room)?.name ?? room,
            timeText(from, timeZone),
            timeText(to, timeZone),
          ]),
          empty:
            vacation.held === undefined
              ? "nothing is lit this evening"
              : `no evening is known: ${notRunTexts[vacation.held]}`,
        },
      };
    },
  },
];
