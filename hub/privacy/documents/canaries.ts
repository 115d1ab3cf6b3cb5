import { sha256 } from "../../crypto/digest.ts";
import type { CanaryPattern } from "../categories.ts";
import type { PrivacyMap } from "./privacy-map.ts";

/** A value to plant for an item: nothing else in the house looks like it, so wherever it turns up, it came from there. */
export interface Canary {
  readonly item: string;
  readonly pattern: CanaryPattern;
  readonly value: string;
}

const digits = (digest: Buffer, count: number): string =>
  BigInt(`0x${digest.toString("hex")}`)
    .toString()
    .slice(-count);

/** How a value of each kind is spelt, from 32 random-looking bytes. */
const spellings: { readonly [Pattern in CanaryPattern]: (digest: Buffer) => string } = {
  name: (digest) => `Canary ${digest.toString("hex", 0, 8)}`,
  identifier: (digest) => digest.toString("hex", 0, 6).match(/../g)?.join(":") ?? "",
  number: (digest) => `0.${digits(digest, 12)}`,
  position: (digest) => `${digest.readUInt8(0) % 60}.${digits(digest, 9)}`,
  // No word of the code looks like that: it could stand in a log.
  state: (digest) => `canary ${digest.toString("hex", 0, 8)}`,
  secret: (digest) => digest.toString("base64url").slice(0, 24),
};

/** One canary for each item of the map. @param seed another seed, other canaries */
export const canariesOf = (map: PrivacyMap, seed: string): readonly Canary[] =>
  map.items.map(({ id, canary }) => ({
    item: id,
    pattern: canary,
    value: spellings[canary](sha256(Buffer.from(`${seed}/${id}`))),
  }));
