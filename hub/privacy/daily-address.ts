import { createHmac } from "node:crypto";

/**
 * An address as a log may hold it: the same within a day, another one the next, and never to be turned back.
 * @param key 32 random bytes that are kept nowhere
 * @param day as `2026-11-27`
 * @returns 16 hex digits
 */
export const dailyHash = (key: Uint8Array, address: string, day: string): string =>
  createHmac("sha256", key).update(`${day}\0${address}`).digest("hex").slice(0, 16);
