import { type Chance, happens } from "../../faults.ts";

/** How a lamp misbehaves over its link. Absent = behaves. Shares are 0..1, of what it tells or lets be read. */
export interface BleFaults {
  /** Never leaves. Notifications only. */
  readonly lost?: number;
  readonly twice?: number;
  /** Comes so much later, in milliseconds. Notifications only. */
  readonly lateMs?: number;
  /** Is noise of any length. */
  readonly garbage?: number;
  /** Ends in the middle. */
  readonly half?: number;
  /** Is what a lamp of another make would have said. */
  readonly foreign?: number;
  /** The parts of numbers and colours stand in the wrong order, in what it hears or in what it tells. */
  readonly swaps?: "heard" | "told";
}

/** What its outlets need of a lamp. */
export interface Misbehaving extends Chance {
  readonly faults: BleFaults;
  readonly model: { readonly family: string };
  happens(share: number | undefined): boolean;
  later(delayMs: number, call: () => void): unknown;
}

/** What lamps of each family say of themselves. */
const words: Readonly<Record<string, string>> = {
  hue: "0101010201fe0302f401",
  triones: "661523412000ff0000000699",
  lednetwf: "811d2361f000ff00000002003043",
  yeelight: "434501020000000032138800000000000000",
  playbulb: "00ffff00",
};

const foreignTo = (family: string, chance: Chance): Uint8Array => {
  const others = Object.keys(words).filter((each) => each !== family);
  const other = others[Math.floor(chance.draw() * others.length)] ?? "hue";
  return Buffer.from(words[other] ?? "", "hex");
};

const noise = (chance: Chance): Uint8Array =>
  Uint8Array.from({ length: Math.floor(chance.draw() * 24) }, () => Math.floor(chance.draw() * 256));

/** A value as a lamp with these faults tells it. */
export const corrupted = (
  chance: Chance,
  faults: BleFaults,
  value: Uint8Array,
  family: string,
): Uint8Array => {
  if (happens(chance, faults.garbage)) return noise(chance);
  if (happens(chance, faults.half)) return value.subarray(0, Math.floor(value.length / 2));
  return happens(chance, faults.foreign) ? foreignTo(family, chance) : value;
};
