import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  levelOf,
  lightPayload,
  parseObject,
  parseSet,
  percentOf,
  sensorPayload,
} from "../../../hub/codec/mqtt-json.ts";
import type { LightState } from "../../../hub/domain/light.ts";
import { Mireds, Percent } from "../../../hub/domain/units.ts";

const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

test("the contract's own example", () => {
  const state: LightState = { on: true, brightness: percentOf(215), colorTemperature: Mireds(325) };
  expect(JSON.stringify(lightPayload(state))).toBe(
    '{"state":"ON","brightness":215,"color_mode":"color_temp","color_temp":325}',
  );
  expect(lightPayload({ on: false, brightness: Percent(50), color: { x: 0.123456, y: 0.7 } })).toEqual({
    state: "OFF",
    brightness: 127,
    color_mode: "xy",
    color: { x: 0.1235, y: 0.7 },
  });
});

test("brightness is round(percent x 2.54), and a lamp that is lit a little is not dark", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.2, max: 100, noNaN: true }), (percent) => {
      expect(levelOf(Percent(percent))).toBe(Math.max(1, Math.round(percent * 2.54)));
    }),
  );
  expect([levelOf(Percent(0)), levelOf(Percent(0.01)), levelOf(Percent(100))]).toEqual([0, 1, 254]);
  for (let level = 0; level <= 254; level++) expect(levelOf(percentOf(level))).toBe(level);
});

const brightness = fc.integer({ min: 1, max: 254 }).map(percentOf);
const chroma = fc.oneof(
  fc.constant({}),
  fc.integer({ min: 50, max: 1_000 }).map((mireds) => ({ colorTemperature: Mireds(mireds) })),
  fc
    .tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 10_000 }))
    .map(([x, y]) => ({ color: { x: x / 10_000, y: y / 10_000 } })),
);

test("what is published can be sent back as a command and means the same", () => {
  fc.assert(
    fc.property(fc.boolean(), brightness, chroma, (on, level, shown) => {
      const state: LightState = { on, brightness: level, ...shown };
      const { color_mode: _mode, ...payload } = lightPayload(state);
      expect(parseSet(bytes(payload))).toEqual({ value: { ...state } });
    }),
  );
});

describe("a set payload", () => {
  test.each([
    ["ON", { on: true }],
    ["off", { on: false }],
    ["Toggle", { on: "toggle" }],
    ['{"state":"TOGGLE"}', { on: "toggle" }],
    ['{"state":"on","transition":2}', { on: true, transition: 2_000 }],
    ['{"brightness":254}', { brightness: 100 }],
    ['{"brightness":0}', { brightness: 0 }],
    ['{"brightness":127.0}', { brightness: 50 }],
    ['{"brightness_step":-127}', { brightnessStep: -50 }],
    ['{"effect":"none"}', { effect: "none" }],
    ["{}", {}],
  ])("%s", (payload, value) => {
    expect(parseSet(bytes(payload))).toEqual({ value });
  });

  test.each([
    ["", "malformed_json"],
    ["MAYBE", "malformed_json"],
    ['{"state":"ON"', "malformed_json"],
    ['{"brightness":NaN}', "malformed_json"],
    ["null", "invalid_input"],
    ["[]", "invalid_input"],
    ["12", "invalid_input"],
    ['"ON"', "invalid_input"],
    ['{"state":"MAYBE"}', "invalid_input", "state"],
    ['{"state":true}', "invalid_input", "state"],
    ['{"state":null}', "invalid_input", "state"],
    ['{"brightness":"100"}', "invalid_input", "brightness"],
    ['{"brightness":255}', "range_violation", "brightness"],
    ['{"brightness":-1}', "range_violation", "brightness"],
    ['{"brightness":1e999}', "range_violation", "brightness"],
    ['{"color_temp":0}', "range_violation", "color_temp"],
    ['{"color":null}', "invalid_input", "color"],
    ['{"color":{"x":0.3}}', "invalid_input", "color"],
    ['{"color":{"x":0.3,"y":1.1}}', "invalid_input", "color"],
    ['{"color":{"x":0.3,"y":0.3,"hue":1,"saturation":1}}', "invalid_input", "color"],
    ['{"color":{"x":0.3,"y":0.3},"color_temp":300}', "invalid_input", "color"],
    ['{"effect":""}', "invalid_input", "effect"],
    ['{"transition":-1}', "range_violation", "transition"],
    ['{"on":true}', "unknown_field"],
    ['{"__proto__":{"state":"ON"}}', "unknown_field"],
    ['{"a\\u0007b":1}', "unknown_field"],
    [`{"effect":"${"x".repeat(1 << 20)}"}`, "limit_exceeded"],
  ])("%s is refused", (payload, code, field?: string) => {
    expect(parseSet(bytes(payload))).toMatchObject({
      refusal: { code, ...(field === undefined ? {} : { field }) },
    });
  });

  test("any bytes give an answer, never an error; and no answer is both", () => {
    const looksRight = fc.record(
      {
        state: fc.oneof(fc.constantFrom("ON", "OFF"), fc.jsonValue()),
        brightness: fc.oneof(fc.double(), fc.jsonValue()),
        color_temp: fc.oneof(fc.double(), fc.jsonValue()),
        color: fc.oneof(fc.record({ x: fc.double(), y: fc.double() }), fc.jsonValue()),
        transition: fc.jsonValue(),
        effect: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const payloads = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map(bytes),
      fc.string().map(bytes),
      looksRight.map((value) => bytes(value)),
    );
    fc.assert(
      fc.property(payloads, (payload) => {
        const parsed = parseSet(payload);
        expect(Object.keys(parsed)).toHaveLength(1);
        if ("value" in parsed && parsed.value.brightness !== undefined) {
          expect(parsed.value.brightness).toBeGreaterThanOrEqual(0);
          expect(parsed.value.brightness).toBeLessThanOrEqual(100);
        }
        expect(Object.keys(parseObject(payload))).toHaveLength(1);
      }),
      { numRuns: 1_000 },
    );
  });
});

test("a stranger's field is not repeated to those who listen", () => {
  expect(JSON.stringify(parseSet(bytes('{"canary":1}')))).not.toContain("canary");
});

test("an action is an event, not a state", () => {
  expect(sensorPayload({ temperature: 20.5, action: "single" })).toEqual({ temperature: 20.5 });
});
