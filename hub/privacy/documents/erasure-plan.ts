import { type ResetLevel, resetLevels } from "../../domain/reset.ts";
import type { KeyName } from "../declaration.ts";
import { mapHash, type PrivacyMap } from "./privacy-map.ts";

/** Which keys go, and what is gone with them; what is not in it stays. */
export interface Erasure {
  readonly keys: readonly KeyName[];
  /** Collections, chains, secrets and shelves of which nothing can be read any more, in no copy. */
  readonly gone: readonly string[];
}

export interface ErasurePlan {
  readonly mapHash: string;
  /** One person: their own key, and nobody else's. */
  readonly person: Erasure;
  /** Everything that is under a key of the home or of anybody in it. */
  readonly household: Erasure;
  readonly reset: { readonly [Level in ResetLevel]: Erasure };
}

const without = (map: PrivacyMap, isGone: (item: PrivacyMap["items"][number]) => boolean): Erasure => {
  const going = map.items.filter(isGone);
  const stands = new Set(map.items.filter((item) => !isGone(item)).map(({ key }) => key));
  const places = going.flatMap((item) => item.places.map(holderOf));
  return {
    keys: [...new Set(going.map(({ key }) => key))].filter((key) => !stands.has(key)).sort(),
    gone: [...new Set(places)].sort(),
  };
};

/** `collections/people` of `collections/people/name`. */
const holderOf = (place: string): string => place.split("/").slice(0, 2).join("/");

/** What erasing a person, leaving the home, and each reset destroy. */
export const erasurePlan = (map: PrivacyMap): ErasurePlan => ({
  mapHash: mapHash(map),
  person: without(map, ({ key }) => key === "person"),
  household: without(map, () => true),
  reset: Object.fromEntries(
    resetLevels.map((level) => [level, without(map, ({ survives }) => !survives.includes(level))]),
  ) as ErasurePlan["reset"],
});
