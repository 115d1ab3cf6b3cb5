/** Unpredictable bytes for ids, keys, nonces and tokens. From the operating system; seeded in simulation only. */
export interface Entropy {
  bytes(count: number): Buffer;
}
