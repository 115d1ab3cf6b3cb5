import { createHmac } from "node:crypto";

/**
 * A number that only who has the key can foretell, the same for the same label for ever; 0 <= x < 1, 48 bits.
 * HMAC-SHA-256 [RFC 2104].
 */
export const keyedDraw = (key: Uint8Array, label: string): number =>
  createHmac("sha256", key).update(label).digest().readUIntBE(0, 6) / 2 ** 48;
