import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  closed,
  filled,
  hex,
  littleEndian,
  padded,
  recordsIn,
  sumOf,
  u16be,
  u16le,
  xorOf,
} from "../../../devices/kit/bytes.ts";

const bytes = fc.uint8Array({ maxLength: 30 });

test("a frame is filled in where its capitals stand, the high byte of two first", () => {
  expect(filled("7e0401NNffffff00ef", { NN: 10 })).toEqual(hex("7e04010affffff00ef"));
  expect(filled("4343KKKKNN", { KKKK: 5_000, NN: 100 })).toEqual(hex("4343138864"));
});

test("a sum and an exclusive or close a frame, so that one wrong byte is noticed", () => {
  fc.assert(
    fc.property(bytes, fc.nat(29), fc.integer({ min: 1, max: 255 }), (frame, at, change) => {
      for (const close of [sumOf, xorOf]) {
        const whole = closed(frame, close);
        expect(close(whole.subarray(0, -1))).toBe(whole.at(-1));
        if (frame.length === 0) continue;
        whole[at % frame.length] = ((whole[at % frame.length] ?? 0) + change) % 256;
        expect(close(whole.subarray(0, -1))).not.toBe(whole.at(-1));
      }
    }),
  );
});

test("two bytes are one number, in the order that was asked for", () => {
  fc.assert(
    fc.property(fc.nat(0xffff), (value) => {
      const [low, high] = littleEndian(value);
      expect(u16le(Uint8Array.of(low, high), 0)).toBe(value);
      expect(u16be(Uint8Array.of(high, low), 0)).toBe(value);
    }),
  );
  expect([u16le(hex("01"), 0), u16be(hex("0102"), 1)]).toEqual([undefined, undefined]);
});

test("a frame is filled up with zeros, and never cut", () => {
  expect(padded(hex("4340"), 4)).toEqual(hex("43400000"));
  expect(padded(hex("434001"), 2)).toEqual(hex("434001"));
});

describe("records", () => {
  test("are found by their types", () => {
    expect([...(recordsIn(hex("01010103026e01")) ?? [])]).toEqual([
      [1, hex("01")],
      [3, hex("6e01")],
    ]);
    expect(recordsIn(hex(""))?.size).toBe(0);
  });

  test.each(["01", "0102", "010201", "010101ff"])("that do not end with the bytes are none: %s", (digits) => {
    expect(recordsIn(hex(digits))).toBeUndefined();
  });
});
