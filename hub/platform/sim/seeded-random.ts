import type { Random } from "../../ports/random.ts";

/** FNV-1a over the label, so that equal labels give equal streams on every machine. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
};

/** One round of a 32-bit finaliser (murmur3): spreads neighbouring seeds apart. */
const spread = (seed: number): number => {
  let value = seed >>> 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
};

/** Chance from a seed. Generator: mulberry32 (public domain); streams of different labels do not influence each other. */
export class SeededRandom implements Random {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = spread(seed);
    this.#state = this.#seed;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  }

  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  fork(label: string): Random {
    return new SeededRandom((this.#seed ^ hash(label)) >>> 0);
  }
}
