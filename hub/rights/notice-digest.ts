import { sha256 } from "../crypto/digest.ts";
import { purposes } from "../domain/purpose.ts";
import { chains, collections, secretShelves, secrets } from "../privacy/data-map.ts";

let known: string | undefined;

/** SHA-256 over everything that the hub declares about data, hex. The notice says this and nothing else. */
export const noticeDigest = (): string => {
  known ??= sha256(
    Buffer.from(JSON.stringify({ purposes, collections, chains, secrets, secretShelves })),
  ).toString("hex");
  return known;
};
