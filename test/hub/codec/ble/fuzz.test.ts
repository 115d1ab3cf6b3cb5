import { expect, test } from "vitest";
import { readAdStructures } from "../../../../hub/codec/ble/ad-structures.ts";
import { readBthome } from "../../../../hub/codec/ble/bthome.ts";
import { readEddystone } from "../../../../hub/codec/ble/eddystone.ts";
import { readIbeacon } from "../../../../hub/codec/ble/ibeacon.ts";
import {
  improvAbilitiesOf,
  improvErrorOf,
  improvStateOf,
  improvStrings,
  readImprovFrame,
} from "../../../../hub/codec/ble/improv.ts";
import { mibeaconReading, readMibeacon } from "../../../../hub/codec/ble/mibeacon.ts";
import { resolves, resolvingKeys } from "../../../../hub/crypto/private-address.ts";
import { SeededRandom } from "../../../../hub/platform/sim/seeded-random.ts";
import type { Random } from "../../../../hub/ports/random.ts";
import { size } from "../../../support/size.ts";
import * as vectors from "./vectors.ts";

const { hex } = vectors;
const inputs = size(100_000, 1_000_000);
/** A failure prints it, and the number of the input. */
const seed = 20_261_127;

const seeds = [
  vectors.bthomeAdvertisement,
  vectors.shellyBlu,
  vectors.bthomeSealed.official,
  "40530C48656C6C6F20576F726C6421",
  "403B010305",
  ...vectors.bthomeObjects.map(([packet]) => packet),
  vectors.mibeaconSealed.frame,
  "60205b050128010a10015d",
  vectors.libreBeacon,
  vectors.multiBeacon,
  "0215e2c56db5dffb48d2b060d0f5a71096e000000000c5",
  vectors.eddystoneUrl,
  "00ee00112233445566778899aabbccddeeff0000",
  "20000bb81980000000010000000a",
  "30ee0011223344556677",
  vectors.improvWifi,
  vectors.improvUrl,
  vectors.privateAddress.address,
].map(hex);

const byte = (random: Random): number => random.below(256);

/** A vector with something done to it, or noise. */
const mutated = (random: Random): Buffer => {
  const vector =
    random.below(8) === 0 ? noise(random, 40) : Buffer.from(seeds[random.below(seeds.length)] ?? []);
  for (let times = random.below(4); times > 0 && vector.length > 0; times--) {
    const at = random.below(vector.length);
    vector[at] = random.below(2) === 0 ? byte(random) : (vector[at] ?? 0) ^ (1 << random.below(8));
  }
  const cut = random.below(4) === 0 ? vector.subarray(0, random.below(vector.length + 1)) : vector;
  return random.below(4) === 0 ? Buffer.concat([cut, noise(random, 8)]) : cut;
};

const noise = (random: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: random.below(most + 1) }, () => byte(random)));

/** What a decoder says may hold no more than what it was given, and no number that is none. */
const assertBounded = (value: unknown, given: number): number => {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError("not a number");
    return 0;
  }
  if (typeof value === "string") return value.length;
  if (value instanceof Uint8Array) return value.length;
  if (value === null || typeof value !== "object") return 0;
  const total = Object.values(value).reduce((sum: number, each) => sum + assertBounded(each, given), 0);
  if (total > 40 + 20 * given) throw new RangeError(`${total} bytes out of ${given}`);
  return total;
};

const keys = resolvingKeys(hex(vectors.privateAddress.key));

const decoders: Readonly<Record<string, (bytes: Buffer) => unknown>> = {
  "AD structures": readAdStructures,
  BTHome: readBthome,
  MiBeacon: (bytes) => {
    const read = readMibeacon(bytes);
    return read?.sealed === false ? mibeaconReading(read.objects) : read;
  },
  iBeacon: readIbeacon,
  Eddystone: readEddystone,
  Improv: (bytes) => {
    const frame = readImprovFrame(bytes);
    const parts = typeof frame === "string" ? improvStrings(bytes) : improvStrings(frame.data);
    return [parts, improvStateOf(bytes), improvErrorOf(bytes), [...improvAbilitiesOf(bytes)]];
  },
  "private addresses": (bytes) => keys.some((key) => resolves(key, bytes)),
};

test.each(Object.entries(decoders))(`%s: ${inputs} inputs`, { timeout: 600_000 }, (_name, decode) => {
  const random = new SeededRandom(seed);
  const failures: string[] = [];
  for (let number = 0; number < inputs && failures.length === 0; number++) {
    const bytes = mutated(random);
    try {
      assertBounded(decode(bytes), bytes.length);
    } catch (error) {
      failures.push(`seed ${seed}, input ${number}: ${bytes.toString("hex")}: ${String(error)}`);
    }
  }
  expect(failures).toEqual([]);
});
