import list from "./city-list.json" with { type: "json" };
import { plainName } from "./city-name.ts";
import type { ZoneName } from "./civil.ts";
import type { Degrees, Place } from "./place.ts";

/** A town of the list that ships: the largest of the world, capitals, and the largest of every zone. */
export interface City extends Place {
  /** Words and country: `koln-de`. */
  readonly id: string;
  readonly name: string;
  /** ISO 3166-1, two letters. */
  readonly country: string;
}

interface Entry {
  readonly city: City;
  readonly plain: string;
  /** The id as somebody would say it. */
  readonly words: string;
}

const entryOf = (line: string): Entry => {
  const [id = "", name = "", country = "", latitude, longitude, zone] = line.split(";");
  const position = { latitude: Number(latitude) as Degrees, longitude: Number(longitude) as Degrees };
  const city = { id, name, country, position, zone: list.zones[Number(zone)] as ZoneName };
  return { city, plain: plainName(name), words: id.replaceAll("-", " ") };
};

/** The largest first. */
const entries: readonly Entry[] = list.cities.map(entryOf);

/** How well a town fits what was typed, 0 best; undefined: not at all. */
const rankOf = ({ plain, words }: Entry, typed: string): number | undefined => {
  if (plain === typed || words === typed) return 0;
  if (plain.startsWith(typed) || words.startsWith(typed)) return 1;
  return ` ${plain}`.includes(` ${typed}`) ? 2 : undefined;
};

/**
 * Towns whose name, or a word in it, begins so; accents, case and signs do not matter and the country may follow. The
 * best fit comes first, of equals the largest.
 */
export const findCities = (text: string, most = 20): readonly City[] => {
  const typed = plainName(text);
  if (typed === "") return [];
  const fits = entries.flatMap((entry) => {
    const rank = rankOf(entry, typed);
    return rank === undefined ? [] : [{ rank, city: entry.city }];
  });
  return fits
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ city }) => city);
};

export const cityOf = (id: string): City | undefined => entries.find(({ city }) => city.id === id)?.city;

/** The largest town of a zone; undefined for a zone without a town, such as `Etc/UTC`. */
export const largestCityIn = (zone: ZoneName): City | undefined =>
  entries.find(({ city }) => city.zone === zone)?.city;
