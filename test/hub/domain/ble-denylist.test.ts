import { expect, test } from "vitest";
import { deniedBy, deniedWrites } from "../../../hub/domain/ble-denylist.ts";

const write = (characteristic: string, hex: string) => ({ characteristic, bytes: Buffer.from(hex, "hex") });

const envelope = "0001800000090a0b";

test.each([
  ["a factory reset of a Hue", write("97fe656100044f6286e9b71ee2da3d22", "01")],
  ["a reset of a Playbulb, whatever is written", write("fffd", "")],
  ["a PIN of a Playbulb", write("fff7", "30303030")],
  ["a colour that is kept in flash", write("ff01", `${envelope}31ff000000005af07a`)],
  ["a colour of four channels that is kept in flash", write("ff01", "0001800000080a0b31ff00000000f020")],
  ["a switch that is kept in flash", write("ff01", "000180000004050b7123f084")],
  ["another number of LEDs", write("ff01", "00228000000b0c0b6200640003010064" + "03f021")],
])("%s is denied, and says why and by whom it was described", (_what, frame) => {
  const denied = deniedBy(frame);
  expect(denied?.why.length).toBeGreaterThan(10);
  expect(denied?.source.length).toBeGreaterThan(10);
});

test.each([
  ["a colour that is not kept", write("ff01", `${envelope}31ff000000005a0f99`)],
  ["a switch that is not kept", write("ff01", "000180000004050b71230fa3")],
  ["a colour with a channel of f0", write("ff01", `${envelope}31f0f0f0f0f05a0f4a`)],
  ["the light of a Hue", write("932c32bd000747a2835aa8d455b859dd", "010100")],
  ["the colour of a Playbulb", write("fffc", "ff000000")],
])("%s is not denied", (_what, frame) => {
  expect(deniedBy(frame)).toBeUndefined();
});

test("every rule denies something of its own", () => {
  const characteristics = deniedWrites.map(({ characteristic }) => characteristic);
  expect(characteristics.every((uuid) => /^([0-9a-f]{4}|[0-9a-f]{32})$/.test(uuid))).toBe(true);
  expect(deniedWrites.filter(({ value }) => value !== undefined).length).toBe(4);
});
