import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { profileId } from "../../devices/kit/define-profile.ts";
import { profileById, profiles } from "../../devices/registry.ts";
import { deniedBy } from "../../hub/domain/ble-denylist.ts";
import { templateOf } from "../../hub/domain/frame.ts";
import type { LightState } from "../../hub/domain/light.ts";
import type { Frame, LampProfile, Profile } from "../../hub/domain/profile.ts";
import { lampTargets } from "./targets.ts";

/**
 * What every profile promises, run for each one in the registry: whoever adds a lamp writes no test. That decode
 * inverts encode is shown against the simulated twin, in test/devices/sim/conformance.test.ts.
 */
const named = profiles.map((profile): [string, Profile] => [profile.id, profile]);
const lamps = profiles
  .filter((profile): profile is LampProfile => profile.kind === "lamp")
  .map((profile): [string, LampProfile] => [profile.id, profile]);

const topicsOf = (profile: Profile): readonly string[] =>
  profile.link.kind === "mqtt" ? [...profile.link.publishes, ...profile.link.subscribes] : [];

const listens = (profile: Profile, topic: string): boolean =>
  profile.link.kind === "mqtt" &&
  profile.link.subscribes.some((filter) =>
    filter.endsWith("/#") ? topic.startsWith(filter.slice(0, -1)) : filter === topic,
  );

test("every id stands once, and is made of vendor and model", () => {
  const ids = profiles.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(profiles.filter(({ id, vendor, model }) => id !== profileId(vendor, model))).toEqual([]);
  expect(ids.filter((id) => profileById(id)?.id !== id)).toEqual([]);
});

test("every topic names the device by its address and by nothing else", () => {
  const topics = profiles.flatMap(topicsOf);
  expect(topics.filter((topic) => topic.split("{address}").length !== 2)).toEqual([]);
  expect(
    topics.filter((topic) => templateOf(topic.replace("{address}", "a1"), "a1", [topic]) !== topic),
  ).toEqual([]);
});

describe.each(named)("%s", (_id, profile) => {
  test("has two facts with a source, at least one of them a frame that it reads", () => {
    expect(profile.source.length).toBeGreaterThan(5);
    expect(profile.examples.length).toBeGreaterThan(0);
    expect(profile.examples.every(({ source }) => source.length > 5)).toBe(true);
  });

  test("reads what its examples show", () => {
    const shown: { frame: unknown; read: unknown; report: unknown }[] = [];
    for (const example of profile.examples) {
      const told = "frame" in example ? example : "decode" in example ? example.decode : undefined;
      if (told !== undefined) shown.push({ ...told, read: profile.decode(told.frame) });
    }
    for (const { read, report } of shown) expect(nearly(read)).toEqual(nearly(report));
  });

  test("never throws on noise, and reads nothing from unknown places", () => {
    fc.assert(
      fc.property(framesTo(profile), (frame: Frame) => {
        const read = profile.decode(frame);
        if (placeOf(frame) === "elsewhere") expect(read).toBeUndefined();
        const state: Partial<LightState> = read && "state" in read ? (read.state ?? {}) : {};
        expect(state.brightness ?? 0).toBeGreaterThanOrEqual(0);
        expect(state.brightness ?? 0).toBeLessThanOrEqual(100);
      }),
      { numRuns: profile.link.kind === "ble" ? 2_000 : 300 },
    );
  });
});

describe.each(lamps)("%s", (_id, profile) => {
  test("sends what its examples show", () => {
    const sent = profile.examples.flatMap(({ encode }) => (encode === undefined ? [] : [encode]));
    for (const { target, frames } of sent) expect(profile.encode(target)).toEqual(frames);
  });

  test("sends only to topics it declares, in short messages, for every state it can have", () => {
    fc.assert(
      fc.property(lampTargets(profile), (target) => {
        const frames = [...profile.encode(target), ...profile.query];
        expect(frames.length).toBeGreaterThan(0);
        for (const frame of frames) {
          expect(frame.kind).toBe(profile.link.kind);
          if (frame.kind !== "mqtt") continue;
          expect(listens(profile, frame.topic)).toBe(true);
          expect(frame.payload.length).toBeLessThan(400);
          expect(frame.payload).not.toMatch(/NaN|undefined|null|Infinity/);
        }
      }),
      { numRuns: 100 },
    );
  });
});

const bleLinks = profiles.flatMap(({ id, link }) => (link.kind === "ble" ? [[id, link] as const] : []));

describe.each(bleLinks)("%s", (_id, link) => {
  test("is told by signs that are heard, and names characteristics as the Bluetooth SIG or in full", () => {
    const places = [...link.notifies, ...link.reads];
    const services = link.signs.flatMap((sign) => sign.services ?? []);
    const uuids = [
      ...places.flatMap(({ service, characteristic }) => [service, characteristic]),
      ...services,
    ];
    expect(uuids.filter((uuid) => !/^([0-9a-f]{4}|[0-9a-f]{32})?$/.test(uuid))).toEqual([]);
    expect(places.filter(({ characteristic }) => characteristic === "")).toEqual([]);
    for (const { names, services: listed, companies, data } of link.signs) {
      const given = [names, listed, companies, data].filter((part) => part !== undefined);
      expect(given.length).toBeGreaterThan(0);
      expect(given.every((part) => part.length > 0)).toBe(true);
      expect(names?.every((name) => name.length > 2) ?? true).toBe(true);
      expect(data?.every((pattern) => /^[0-9a-f.]*[0-9a-f]$/.test(pattern)) ?? true).toBe(true);
    }
  });
});

const bleLamps = lamps.filter(([, { link }]) => link.kind === "ble");

describe.each(bleLamps)("%s", (_id, profile) => {
  test("writes short values, none of them destructive, and reads back only what it says it does", () => {
    const link = profile.link.kind === "ble" ? profile.link : undefined;
    const { effects = [], powerOn = [] } = profile.capabilities;
    const playing = fc.constantFrom(undefined, ...effects);
    const always = [
      ...profile.query,
      ...(link?.greeting ?? []),
      ...(link?.keepAlive === undefined ? [] : [link.keepAlive.frame]),
      ...powerOn.flatMap((behaviour) => profile.powerOn?.(behaviour) ?? []),
    ];
    fc.assert(
      fc.property(lampTargets(profile), playing, (state, effect) => {
        const target = effect === undefined ? state : { ...state, effect };
        for (const frame of [...profile.encode(target), ...always]) {
          if (frame.kind !== "ble") continue;
          expect(frame.bytes.length).toBeGreaterThan(0);
          expect(frame.bytes.length).toBeLessThanOrEqual(32);
          expect(deniedBy(frame)).toBeUndefined();
        }
      }),
      { numRuns: 200 },
    );
    const places = [...(link?.notifies ?? []), ...(link?.reads ?? [])];
    expect(link?.readsBack).toBe(places.length > 0);
  });
});

/** Numbers as far as a message can say them. */
const nearly = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify([value], (_key, part) => (typeof part === "number" ? Number(part.toFixed(5)) : part)),
  );

const placeOf = (frame: Frame): string =>
  frame.kind === "mqtt" ? frame.topic : frame.characteristic || frame.service;

/** Frames of a profile's own places with anything in them: noise, and what its examples say with bytes changed or cut. */
const framesTo = ({ link, examples }: Profile): fc.Arbitrary<Frame> => {
  if (link.kind === "mqtt") {
    return fc.record({
      kind: fc.constant("mqtt" as const),
      topic: fc.constantFrom(...link.publishes, "elsewhere"),
      payload: noise,
    });
  }
  const seeds = examples.flatMap((example) => {
    const frame = "frame" in example ? example.frame : example.decode?.frame;
    return frame?.kind === "ble" ? [frame.bytes] : [];
  });
  const damaged = fc
    .tuple(fc.constantFrom(new Uint8Array(4), ...seeds), fc.nat(40), fc.nat(40), fc.nat(255))
    .map(([seed, length, at, value]) => {
      const bytes = seed.slice(0, Math.max(length, 1));
      bytes[at % bytes.length] = value;
      return bytes;
    });
  const places =
    link.over === "gatt"
      ? [...link.notifies, ...link.reads, { service: "", characteristic: "elsewhere" }]
      : [...link.signs.flatMap((sign) => sign.services ?? []), "elsewhere"].map((service) => ({
          service,
          characteristic: "",
        }));
  return fc
    .tuple(fc.constantFrom(...places), fc.oneof(fc.uint8Array({ maxLength: 40 }), damaged))
    .map(([place, bytes]) => ({ kind: "ble", ...place, bytes }));
};

const jsonNoise = fc.json({ maxDepth: 4 });
const keys = fc.constantFrom(
  ..."on state output brightness bri Dimmer mireds xy color color_temp color_mode ct rgb mode HSBColor CT White".split(
    " ",
  ),
  ..."POWER ENERGY Total Power params result switch:0 light:0 rgbcct:0 effect id power energy action occupancy".split(
    " ",
  ),
);
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
  fc.constantFrom("ON", "OFF", "nan,1,2", "360,100,", "-1,-1,-1", 1e308, -1, 256, Number.MAX_SAFE_INTEGER),
  fc.array(fc.double(), { maxLength: 5 }),
);
/** Bytes, JSON of any shape, and JSON whose keys are those of the dialects but whose values are not. */
const noise = fc.oneof(
  fc.string({ maxLength: 60 }),
  jsonNoise,
  fc.dictionary(keys, values).map((object) => JSON.stringify(object)),
  fc
    .dictionary(keys, fc.dictionary(keys, values))
    .map((object) => JSON.stringify({ params: object, ENERGY: object["ENERGY"], result: object })),
  fc.constantFrom(
    "#12345",
    "#GGGGGG",
    "<fx>999</fx>",
    "[[[[",
    "\u0000",
    "1e999",
    "256",
    '{"brightness":1e400}',
  ),
);

describe("size", () => {
  const files = readdirSync("devices/profiles").map((name) => join("devices/profiles", name));

  test("no profile costs more than 60 lines", () => {
    const costs = files.map((file) => {
      const lines = readFileSync(file, "utf8").split("\n").length;
      const vendor = readFileSync(file, "utf8").match(/vendor(?:: | = )"([^"]+)"/)?.[1];
      const models = profiles.filter((profile) => profile.vendor === vendor).length;
      return { file, lines, models };
    });
    expect(costs.filter(({ lines, models }) => models === 0 || lines > 60 * models)).toEqual([]);
  });
});
