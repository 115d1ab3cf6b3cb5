import { hmacSha256 } from "../crypto/digest.ts";
import { isoText } from "../domain/instant-text.ts";
import type { Instant } from "../domain/units.ts";

/** The day of an instant, UTC: `2026-11-27`. */
export const dayOf = (at: Instant): string => isoText(at).slice(0, 10);

const shownBytes = 8;

/**
 * An address as it may stand in a log: it says that two requests of one day came from one machine, and nothing else. On
 * the next day the same machine has another.
 *
 * @param key secret, and of this hub alone: there are few enough addresses to try them all
 * @param day as `dayOf` has it
 */
export const dailyHash = (key: Uint8Array, address: string, day: string): string =>
  hmacSha256(key, Buffer.from(`lampkeeper address ${day}\n${address}`))
    .toString("hex")
    .slice(0, 2 * shownBytes);
