import { expect, test } from "vitest";
import { type HeardSigns, signStrength } from "../../../hub/domain/ble-sign.ts";
import type { BleLink, BleSign } from "../../../hub/domain/profile.ts";

const link = (...signs: readonly BleSign[]): BleLink => ({
  kind: "ble",
  over: "gatt",
  signs,
  notifies: [],
  reads: [],
  bonded: false,
  readsBack: false,
});

const heard = (part: Partial<HeardSigns>): HeardSigns => ({ services: [], manufacturer: [], ...part });
const strip = heard({
  name: "ELK-BLEDOM",
  services: ["fff0"],
  manufacturer: [{ company: 0x5a02, data: Buffer.from("53050865f00cda81001d", "hex") }],
});

test("a longer beginning of the name speaks for more than a shorter one", () => {
  const [short, long] = [link({ names: ["ELK-"] }), link({ names: ["ELK-BLEDOM"] })];
  expect(signStrength(long, strip)).toBeGreaterThan(signStrength(short, strip));
  expect(signStrength(short, strip)).toBeGreaterThan(0);
});

test("of a sign all that is given has to fit, of signs one", () => {
  expect(signStrength(link({ names: ["ELK-"], services: ["ffd5"] }), strip)).toBe(0);
  expect(signStrength(link({ names: ["Triones"] }, { services: ["fff0"] }), strip)).toBeGreaterThan(0);
  expect(signStrength(link({ companies: [0x5a02], data: ["................001d"] }), strip)).toBeGreaterThan(
    0,
  );
  expect(signStrength(link({ companies: [0x5a03] }), strip)).toBe(0);
  expect(signStrength(link({ data: ["................00a3"] }), strip)).toBe(0);
});

test("who is silent, and who has no signs, is nobody", () => {
  expect(signStrength(link({ names: ["ELK-"] }), heard({}))).toBe(0);
  expect(
    signStrength(link({ data: ["53"] }), heard({ manufacturer: [{ company: 1, data: Buffer.alloc(0) }] })),
  ).toBe(0);
  expect(signStrength(link(), strip)).toBe(0);
});
