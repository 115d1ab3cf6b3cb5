import type { Entropy } from "../ports/entropy.ts";
import type { KeyChip } from "../ports/key-chip.ts";

const placeCount = 2 ** 22;

/** Drawn, so that one that another program gives up and takes again is hardly ever the same. */
export const freePlace = (chip: KeyChip, entropy: Entropy): number => {
  const taken = new Set(chip.places());
  for (;;) {
    const place = entropy.bytes(4).readUInt32BE() % placeCount;
    if (!taken.has(place)) return place;
  }
};
