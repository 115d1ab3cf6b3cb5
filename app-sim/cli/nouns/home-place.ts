import type { BodyOf, Shape } from "../../../hub/api/contract.ts";
import type { PlaceDoubt } from "../../../hub/domain/place.ts";
import { notRunTexts } from "../../../hub/domain/rule-text.ts";
import { type VeilLevel, veilLevels } from "../../../hub/domain/veil.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CliOption, CommandDefinition } from "../definition.ts";
import { positionOf, secondsOf } from "../quantities.ts";
import type { Options } from "../settings.ts";
import type { Table } from "../table.ts";

type Place = Shape<"Place">;
type City = Shape<"Cities">["data"][number];
type Rounding = Shape<"Rounding">;

const countries = new Intl.DisplayNames(["en"], { type: "region" });

const degreesText = (degrees: number, [positive, negative]: readonly [string, string]): string =>
  `${Math.abs(degrees)}° ${degrees < 0 ? negative : positive}`;

const positionText = ({ latitude, longitude }: { readonly latitude: number; readonly longitude: number }) =>
  `${degreesText(latitude, ["N", "S"])}, ${degreesText(longitude, ["E", "W"])}`;

const veilText: Readonly<Record<VeilLevel, string>> = {
  off: "off: the times at which lamps follow the sun tell where the home is",
  coarse:
    "coarse: what can be observed is computed for a secret place about 100 km away; sunset is off by 2 to 3 minutes",
  strong:
    "strong: what can be observed is computed for a secret place about 300 km away; sunset is off by 10 minutes",
};

const doubtText: Readonly<Record<PlaceDoubt["code"], string>> = {
  longitude_sign: "is the sign of the longitude right? West is negative",
  latitude_sign: "is the sign of the latitude right? South is negative",
  swapped: "latitude comes first: are the two swapped?",
  zone_differs: "is that the home's zone?",
};

const placeText = ({ set, zone, latitude, longitude, step, tolerance, veil, phone, held }: Place): string => {
  if (!set) return `no place is set; its clocks are those of ${zone}\n  set one: lampkeeper place set Berlin`;
  const lines = [`a place is set; its zone is ${zone}`];
  if (latitude !== undefined && longitude !== undefined) {
    lines.push(
      `  position  ${positionText({ latitude, longitude })}, rounded to ${step}° for events within ${tolerance} s`,
    );
  }
  if (phone !== undefined) lines.push(`  given by  the phone ${phone}`);
  if (held !== undefined) lines.push(`  on hold   ${notRunTexts[held]}; rules that follow the sun rest`);
  if (veil !== undefined) lines.push(`  veil      ${veilText[veil]}`);
  return lines.join("\n");
};

const cityTable = (cities: readonly City[]): Table => ({
  columns: ["TOWN", "COUNTRY", "ZONE", "ID"],
  rows: cities.map(({ name, country, zone, id }) => [name, countries.of(country) ?? country, zone, id]),
  empty: "no town of the list begins so; give coordinates with --at",
});

const citiesLike = async (context: Context, q: string): Promise<readonly City[]> =>
  (await context.hub().call("findCities", { query: { q } })).data;

/** The one town that was meant: by id, or the only one of that very name. @throws CliError naming those there are */
const cityOf = async (context: Context, word: string): Promise<City> => {
  const found = await citiesLike(context, word);
  const exact = found.filter(({ id, name }) => id === word || name.toLowerCase() === word.toLowerCase());
  const [only] = exact.length === 0 ? found : exact;
  if (only !== undefined && (found.length === 1 || exact.length === 1)) return only;
  if (found.length === 0) {
    throw new CliError(
      "notFound",
      "unknown_city",
      `no town "${word}" is in the list`,
      "give coordinates: --at 52.5,13.4",
    );
  }
  const candidates = found.map(({ id, country }) => `${id} (${countries.of(country) ?? country})`);
  throw usageError(`several towns begin with "${word}"`, `say which: ${candidates.join(", ")}`);
};

const atOption: CliOption = {
  name: "at",
  value: "LAT,LON",
  help: "coordinates in degrees; south and west negative",
};
const zoneOption: CliOption = {
  name: "zone",
  value: "ZONE",
  help: "the home's time zone; a town brings its own",
};
const toleranceOption: CliOption = {
  name: "tolerance",
  value: "TIME",
  help: "by how much sunset may be off because the position is kept rounded (default 60s)",
};

const phoneOption: CliOption = {
  name: "phone",
  value: "PHONE",
  help: "id of the phone that gives it: it is used while that phone may know where it is, and goes with it",
};

const text = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
};

const wantedOf = async (
  context: Context,
  town: string | undefined,
  options: Options,
): Promise<BodyOf<"setPlace">> => {
  const [at, zone, tolerance, phone] = ["at", "zone", "tolerance", "phone"].map((name) =>
    text(options, name),
  );
  if ((town === undefined) === (at === undefined))
    throw usageError("name a town, or give coordinates with --at");
  if (at !== undefined && zone === undefined)
    throw usageError("coordinates need --zone, such as Europe/Berlin");
  return {
    ...(town === undefined ? {} : { city: (await cityOf(context, town)).id }),
    ...(at === undefined ? {} : positionOf(at, "--at")),
    ...(zone === undefined ? {} : { zone }),
    ...(tolerance === undefined ? {} : { tolerance: secondsOf(tolerance, "--tolerance") }),
    ...(phone === undefined ? {} : { phone }),
  };
};

const roundingTable = (roundings: readonly Rounding[]): Table => ({
  columns: ["ROUNDED TO", "HIDES WITHIN", "MOVES SUNSET AND SUNRISE BY"],
  rows: roundings.map(({ step, withinKm, worst }) => [
    `${step}°`,
    `${withinKm} km`,
    worst === null ? "a day gets or loses an event" : `at most ${worst} s`,
  ]),
});

export const homePlaceCommands: readonly CommandDefinition[] = [
  {
    path: "place show",
    summary: "Whether a place is set, and to its owner where",
    options: [{ name: "roundings", help: "what each rounding would hide, and cost" }],
    examples: ["lampkeeper place show", "lampkeeper place show --roundings"],
    run: async (context, _, options) => {
      if (options["roundings"] === true) {
        const { data } = await context.hub().call("listRoundings");
        return { data, text: roundingTable(data) };
      }
      const place = await context.hub().call("readPlace");
      return { data: place, text: placeText(place) };
    },
  },
  {
    path: "place set",
    summary: "Say where the home is: a town of the list, or coordinates",
    details:
      "The position is kept rounded, as coarsely as the tolerance allows, and sealed. With --dry-run the trade is shown and nothing is kept.",
    args: [{ name: "town", help: "name or id of a town", optional: true }],
    options: [atOption, zoneOption, toleranceOption, phoneOption],
    examples: [
      "lampkeeper place set Berlin",
      "lampkeeper place set --at -33.87,151.21 --zone Australia/Sydney --tolerance 2m",
    ],
    run: async (context, [town], options) => {
      const body = await wantedOf(context, town, options);
      if (context.dryRun) {
        const { data } = await context.hub().call("previewRoundings", { body });
        return { data, text: roundingTable(data) };
      }
      const place = await context.hub().call("setPlace", { body });
      const { doubt } = place;
      if (doubt !== undefined) {
        context.out.say(`The clocks there are those of ${doubt.zoneThere}: ${doubtText[doubt.code]}`);
      }
      return { data: place, text: placeText(place) };
    },
  },
  {
    path: "place find",
    summary: "Towns of the list whose name begins so",
    args: [{ name: "name", help: "the beginning of a name; accents do not matter" }],
    examples: ["lampkeeper place find springfield", 'lampkeeper place find "paris fr"'],
    run: async (context, [name = ""]) => {
      const cities = await citiesLike(context, name);
      return { data: cities, text: cityTable(cities) };
    },
  },
  {
    path: "place forget",
    summary: "Forget where the home is; rules that follow the sun rest",
    examples: ["lampkeeper place forget --yes"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "the place would be forgotten" };
      await context.confirm("Forget where the home is? Rules that follow the sun rest until a place is set.");
      await context.hub().call("forgetPlace");
      return { data: {}, text: "the place is forgotten" };
    },
  },
  {
    path: "place veil",
    summary: "How far what can be observed of the sun is moved away from the home",
    details: Object.values(veilText).join(". "),
    args: [
      {
        name: "level",
        help: `one of ${veilLevels.join(", ")}`,
        optional: true,
        completes: { choices: veilLevels },
      },
    ],
    examples: ["lampkeeper place veil", "lampkeeper place veil strong"],
    run: async (context, [word]) => {
      if (word === undefined) {
        const { veil } = await context.hub().call("readPlace");
        return { data: { veil }, text: veil === undefined ? "only the owner can see it" : veilText[veil] };
      }
      const level = veilLevels.find((each) => each === word);
      if (level === undefined)
        throw usageError(`there is no veil "${word}"; there are: ${veilLevels.join(", ")}`);
      if (context.dryRun) return { data: { veil: level }, text: `the veil would be ${veilText[level]}` };
      if (level === "off") {
        await context.confirm("Off? Whoever sees when a lamp follows the sun then knows the place for good.");
      }
      const place = await context.hub().call("setVeil", { body: { level } });
      return { data: place, text: `the veil is ${veilText[level]}` };
    },
  },
];
