import type { RouteName, Shape } from "../../../hub/api/contract.ts";
import { CliError, usageError } from "../cli-error.ts";
import { type Context, findOne, type Light, type Named } from "../context.ts";
import type { Result } from "../output.ts";
import { type Options, settingOf } from "../settings.ts";
import { stateCell, stateText } from "../wording.ts";

/** The places whose lamps are commanded as one. */
export type PlaceKind = "room" | "zone" | "group";

type Command = Shape<"LightCommand">;

const setRoutes = { room: "setRoom", zone: "setZone", group: "setGroup" } as const satisfies Record<
  PlaceKind,
  RouteName
>;

export const lampsOf = async (context: Context): Promise<readonly Light[]> =>
  (await context.hub().call("listLights")).data;

/** Whoever is limited to chosen lamps sees no rooms. */
export const roomsOf = async (context: Context): Promise<readonly Shape<"Room">[]> => {
  try {
    return (await context.hub().call("listRooms")).data;
  } catch (error) {
    if (error instanceof CliError && error.exit === "notAuthorised") return [];
    throw error;
  }
};

/** The zone to show times in: as it was said, or the home's. */
export const zoneOf = async (context: Context): Promise<string> =>
  settingOf(context.settings, "time-zone").value ?? (await context.hub().call("readPlace")).zone;

export const findLamp = async (context: Context, word: string): Promise<Light> =>
  (await finder(context, [word]))(word);

/** Of two lamps with one name, "Kitchen/Ceiling" is the one in the kitchen. */
const finder = async (context: Context, words: readonly string[]): Promise<(word: string) => Light> => {
  const lamps = await lampsOf(context);
  if (!words.some((word) => word.includes("/"))) return (word) => findOne("lamp", word, lamps);
  const rooms = await roomsOf(context);
  const roomName = (id: string | null) => rooms.find((room) => room.id === id)?.name ?? "";
  const placed = lamps.map((lamp) => ({ id: lamp.id, name: `${roomName(lamp.room)}/${lamp.name}`, lamp }));
  return (word) => (word.includes("/") ? findOne("lamp", word, placed).lamp : findOne("lamp", word, lamps));
};

/** The lamps that were named, or with `--all` every one. */
export const namedLamps = async (
  context: Context,
  words: readonly string[],
  options: Options,
): Promise<readonly Light[]> => {
  if (options["all"] === true) {
    if (words.length > 0) throw usageError("--all takes no names beside it");
    return await lampsOf(context);
  }
  if (words.length === 0) throw usageError("name a lamp, or say --all", "see: lampkeeper lamp list");
  return words.map(await finder(context, words));
};

interface Outcome {
  readonly lamp: Light;
  readonly error?: CliError;
  readonly after?: Shape<"CommandedLight">;
}

/** Commands lamps side by side; when only some obeyed, says which and ends with `partial`. */
export const commandLamps = async (
  context: Context,
  lamps: readonly Light[],
  commandFor: (lamp: Light) => Command,
  isWaiting: boolean,
): Promise<Result> => {
  if (context.dryRun) return planned(lamps, commandFor);
  const outcomes = await Promise.all(
    lamps.map((lamp) => commandLamp(context, lamp, commandFor(lamp), isWaiting)),
  );
  const failed = outcomes.filter(({ error }) => error !== undefined);
  if (failed.length > 0 && failed.length === outcomes.length && failed[0]?.error !== undefined)
    throw failed[0].error;
  return {
    data: outcomes.map(({ lamp, after, error }) =>
      after === undefined ? { id: lamp.id, error: { code: error?.code, message: error?.message } } : after,
    ),
    text: {
      columns: ["LAMP", "STATE", ""],
      rows: outcomes.map(({ lamp, after, error }) => [
        lamp.name,
        stateCell(after?.desired ?? lamp.desired),
        noteOf(after, error),
      ]),
    },
    ...(failed.length > 0 ? { exit: "partial" as const } : {}),
  };
};

const noteOf = (after: Shape<"CommandedLight"> | undefined, error: CliError | undefined): string => {
  if (error !== undefined) return error.message;
  return after === undefined || after.clamped.length === 0
    ? ""
    : `as near as it can: ${after.clamped.join(", ")}`;
};

const commandLamp = async (
  context: Context,
  lamp: Light,
  body: Command,
  isWaiting: boolean,
): Promise<Outcome> => {
  try {
    const query = isWaiting ? { wait: "reported" as const } : {};
    return { lamp, after: await context.hub().call("setLight", { id: lamp.id, body, query }) };
  } catch (error) {
    if (error instanceof CliError) return { lamp, error };
    throw error;
  }
};

const planned = (lamps: readonly Light[], commandFor: (lamp: Light) => Command): Result => ({
  data: lamps.map((lamp) => ({ id: lamp.id, command: commandFor(lamp) })),
  text: {
    columns: ["LAMP", "WOULD GET"],
    rows: lamps.map((lamp) => [lamp.name, JSON.stringify(commandFor(lamp))]),
  },
});

/** Commands every lamp of a place with one message. */
export const commandPlace = async (
  context: Context,
  kind: PlaceKind,
  place: Named,
  body: Command,
): Promise<Result> => {
  if (context.dryRun) {
    return { data: { id: place.id, command: body }, text: `${place.name} would get ${JSON.stringify(body)}` };
  }
  const outcome = await context.hub().call(setRoutes[kind], { id: place.id, body });
  const lamps = await lampsOf(context);
  const nameOf = (id: string) => lamps.find((lamp) => lamp.id === id)?.name ?? id;
  return outcomeResult(outcome, nameOf);
};

export const outcomeResult = (outcome: Shape<"CommandOutcome">, nameOf: (id: string) => string): Result => ({
  data: outcome,
  text: {
    columns: ["LAMP", "STATE", ""],
    rows: outcome.lamps.map(({ id, desired, clamped }) => [
      nameOf(id),
      stateCell(desired),
      clamped.length === 0 ? "" : `as near as it can: ${clamped.join(", ")}`,
    ]),
    empty: "no lamp there",
  },
});

export const lampLine = (lamp: Light): string => `${lamp.name}: ${stateText(lamp.desired)}`;
