import fc from "fast-check";
import { expect, test } from "vitest";
import {
  improvAbilitiesOf,
  improvAbilityByte,
  improvErrorByte,
  improvErrorOf,
  improvFrame,
  improvStateByte,
  improvStateOf,
  improvStates,
  improvStringBytes,
  improvStrings,
  readImprovFrame,
} from "../../../../hub/codec/ble/improv.ts";
import { hex, improvHome, improvIdentify, improvUrl, improvWifi } from "./vectors.ts";

const texts = (data: Uint8Array) => improvStrings(data)?.map((part) => Buffer.from(part).toString());

test.each([
  [improvWifi, 1, ["MyWirelessAP", "mysecurepassword"]],
  [improvHome, 1, ["home", "secret12"]],
  [improvUrl, 1, ["http://10.0.0.5"]],
  [improvIdentify, 2, []],
])("%s", (frame, command, parts) => {
  const read = readImprovFrame(hex(frame));
  if (typeof read === "string") throw new RangeError(read);
  expect([read.command, texts(read.data)]).toEqual([command, parts]);
  const data = improvStringBytes(parts.map((part) => Buffer.from(part)));
  expect(improvFrame(command, data).toString("hex")).toBe(frame);
});

test("a frame in pieces is whole with its last byte, and broken with one more or another sum", () => {
  const bytes = hex(improvWifi);
  for (let length = 0; length < bytes.length; length++)
    expect(readImprovFrame(bytes.subarray(0, length))).toBe("more");
  expect(readImprovFrame(Buffer.concat([bytes, hex("00")]))).toBe("broken");
  const changed = Buffer.from(bytes);
  changed[5] = (changed[5] ?? 0) ^ 1;
  expect(readImprovFrame(changed)).toBe("broken");
});

test("what was framed is read as it was", () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 });
  fc.assert(
    fc.property(fc.nat(255), parts, (command, given) => {
      const read = readImprovFrame(improvFrame(command, improvStringBytes(given)));
      if (typeof read === "string") throw new RangeError(read);
      expect(read.command).toBe(command);
      expect(improvStrings(read.data)?.map((each) => [...each])).toEqual(given.map((each) => [...each]));
    }),
  );
});

test("states, errors and abilities by their bytes; what is not known is no state, and an error", () => {
  for (const state of improvStates) expect(improvStateOf(Buffer.of(improvStateByte(state)))).toBe(state);
  expect(improvStateOf(Buffer.of(9))).toBeUndefined();
  expect(improvStateOf(Buffer.of())).toBeUndefined();
  for (const error of [
    "invalid-rpc",
    "unknown-rpc",
    "unable-to-connect",
    "not-authorized",
    "bad-hostname",
  ] as const)
    expect(improvErrorOf(Buffer.of(improvErrorByte(error)))).toBe(error);
  expect([0, 0x77, 0xff].map((byte) => improvErrorOf(Buffer.of(byte)))).toEqual([
    undefined,
    "unknown",
    "unknown",
  ]);
  expect([...improvAbilitiesOf(Buffer.of(improvAbilityByte(["identify", "sealed"])))]).toEqual([
    "identify",
    "sealed",
  ]);
  expect(improvStrings(hex("0548"))).toBeUndefined();
});
