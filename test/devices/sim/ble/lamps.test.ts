import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { profiles } from "../../../../devices/registry.ts";
import { bleLampModels } from "../../../../devices/sim/ble/models.ts";
import { type HeardSigns, signStrength } from "../../../../hub/domain/ble-sign.ts";
import { InvariantBroken } from "../../../../hub/domain/errors.ts";
import type { LampProfile } from "../../../../hub/domain/profile.ts";
import { Percent } from "../../../../hub/domain/units.ts";
import { BleBench } from "./ble-bench.ts";

const profileOf = (id: string): LampProfile => {
  const profile = profiles.find((each) => each.id === id);
  if (profile?.kind !== "lamp") throw new InvariantBroken("no such lamp", { id });
  return profile;
};

const ids = [...bleLampModels.keys()];

/** What stands in an advertisement, read from scratch. */
const signsIn = (packets: readonly Uint8Array[]): HeardSigns => {
  const structures: { readonly type: number; readonly content: Buffer }[] = [];
  for (const packet of packets) {
    for (let at = 0; at < packet.length; ) {
      const length = packet[at] ?? 0;
      expect(length > 0 && at + length < packet.length).toBe(true);
      structures.push({
        type: packet[at + 1] ?? 0,
        content: Buffer.from(packet.subarray(at + 2, at + 1 + length)),
      });
      at += length + 1;
    }
  }
  const of = (type: number) => structures.filter((each) => each.type === type).map(({ content }) => content);
  const uuid = (content: Buffer, at = 0) => content.readUInt16LE(at).toString(16).padStart(4, "0");
  const listed = of(0x03).flatMap((content) =>
    Array.from({ length: content.length / 2 }, (_, index) => uuid(content, index * 2)),
  );
  const [name] = of(0x09);
  return {
    ...(name === undefined ? {} : { name: name.toString() }),
    services: [...listed, ...of(0x16).map((content) => uuid(content))],
    manufacturer: of(0xff).map((content) => ({
      company: content.readUInt16LE(0),
      data: content.subarray(2),
    })),
  };
};

/** Products that advertise the same: a person has to say which it is. */
const alike = [
  ["elk/bledom", "elk/bledom-other-handle"],
  ["philips-hue/color", "philips-hue/white", "philips-hue/white-ambiance"],
];

test.each(ids)(
  "%s is told from all others by what it advertises, or from all but those that say the same",
  (id) => {
    const { lamp } = BleBench.ready(profileOf(id));
    const { data, scanResponse = new Uint8Array(0) } = lamp.advertisement();
    expect(Math.max(data.length, scanResponse.length)).toBeLessThanOrEqual(31);
    const heard = signsIn([data, scanResponse]);
    const ranked = profiles.flatMap((profile) =>
      profile.link.kind === "ble" ? [{ id: profile.id, strength: signStrength(profile.link, heard) }] : [],
    );
    const most = Math.max(...ranked.map(({ strength }) => strength));
    const best = ranked.filter(({ strength }) => strength === most).map((each) => each.id);
    expect(most).toBeGreaterThan(0);
    expect(best.sort()).toEqual(alike.find((group) => group.includes(id)) ?? [id]);
  },
);

test("a ring light advertises what a real one was heard to", () => {
  const { lamp } = BleBench.ready(profileOf("magic-home/ring-light"));
  lamp.touch({ on: true, color: [255, 0, 0] });
  const { scanResponse } = lamp.advertisement();
  const heard = Buffer.from(scanResponse ?? []).toString("hex");
  const captured = "1eff025a53050865f00cda81001d0f0201012361f000ff00000002001c0000";
  expect(heard).toBe(captured.replace("0865f00cda81", "a4c1380283f4"));
});

const writes = (id: string) => {
  const characteristics = (bleLampModels.has(id) ? BleBench.ready(profileOf(id)).lamp.services : []).flatMap(
    (service) => service.characteristics,
  );
  return characteristics.flatMap(({ uuid, write }) => (write === undefined ? [] : [uuid]));
};

test.each(ids)("%s survives whatever is written to it", (id) => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .tuple(
        fc.constantFrom("7e0405", "56ff", "bb25", "3305", "3333", "4341", "0001800000", "010101"),
        fc.uint8Array({ maxLength: 24 }),
      )
      .map(([head, tail]) => Buffer.concat([Buffer.from(head, "hex"), tail])),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...writes(id)), bytes), { maxLength: 6 }), (frames) => {
      const bench = BleBench.ready(profileOf(id));
      for (const [characteristic, value] of frames) {
        bench.send([{ kind: "ble", service: "", characteristic, bytes: value }]);
      }
      const { level, temperature, color } = bench.lamp.goal;
      expect([level, temperature, ...color].every(Number.isFinite)).toBe(true);
      expect(level).toBeGreaterThanOrEqual(0);
      expect(level).toBeLessThanOrEqual(bench.lamp.model.limits.full);
    }),
    { numRuns: 60 },
  );
});

describe("a Hue", () => {
  const color = profileOf("philips-hue/color");

  test("pairs as bought, and with nobody else once it is paired, until it is reset", () => {
    const bench = BleBench.ready(color);
    expect([bench.lamp.bonding, bench.lamp.isPairable]).toEqual(["just-works", true]);
    bench.command({ on: true, brightness: Percent(20) });
    expect(bench.lamp.isPairable).toBe(false);
    bench.lamp.reset();
    expect(bench.lamp.isPairable).toBe(true);
  });

  test("asks for a paired link at everything it has", () => {
    const { lamp } = BleBench.ready(color);
    const open = lamp.services.flatMap(({ characteristics }) =>
      characteristics.filter(({ encrypted }) => encrypted !== true),
    );
    expect(open).toEqual([]);
  });

  test("fades, and its notifications say where it goes", () => {
    const bench = BleBench.ready(color);
    bench.command({ on: true, brightness: Percent(100) });
    bench.pass(1_000);
    bench.command({ on: true, brightness: Percent(1) });
    expect(bench.shown.brightness).toBeLessThan(2);
    bench.pass(200);
    expect(bench.lamp.light.level).toBeGreaterThan(80);
    bench.pass(1_000);
    expect([bench.lamp.isFading, bench.lamp.light.level]).toEqual([false, 3]);
  });

  test("refuses half a number with the code for it, and does nothing", () => {
    const bench = BleBench.ready(color);
    const before = bench.lamp.goal;
    const half = { kind: "ble", service: "", characteristic: "932c32bd000447a2835aa8d455b859dd" } as const;
    expect(bench.send([{ ...half, bytes: Buffer.from("2c", "hex") }])).toEqual([0x0d]);
    expect(bench.lamp.goal).toEqual(before);
  });

  test("is as bought after a reset that no hub may send", () => {
    const bench = BleBench.ready(color);
    bench.command({ on: false, brightness: Percent(20) });
    const reset = "97fe656100044f6286e9b71ee2da3d22";
    bench.send([{ kind: "ble", service: "", characteristic: reset, bytes: Buffer.from([1]) }]);
    expect(bench.lamp.goal).toEqual(bench.lamp.model.fresh);
  });
});

describe("a Yeelight", () => {
  const candela = profileOf("yeelight/candela");
  const lit = { on: true, brightness: Percent(30) };

  test("obeys nobody it does not know, and says that its button should be pressed", () => {
    const bench = new BleBench(candela);
    bench.lamp.plugIn();
    bench.pass(1_000);
    bench.connect();
    expect(bench.online).toBe(false);
    bench.command(lit);
    expect(bench.lamp.goal.on).toBe(false);
    bench.lamp.press();
    expect(bench.online).toBe(true);
    bench.command(lit);
    expect(bench.lamp.goal.on).toBe(true);
    bench.disconnect();
    bench.online = undefined;
    bench.connect();
    expect(bench.online).toBe(true);
  });

  test("a button that is pressed while nobody asks does nothing", () => {
    const bench = new BleBench(candela);
    bench.lamp.plugIn();
    bench.lamp.press();
    bench.pass(1_000);
    bench.connect();
    expect(bench.online).toBe(false);
  });

  test("stops where it is when a command comes during a fade: the driver leaves it its time", () => {
    const bench = BleBench.ready(profileOf("yeelight/bedside"));
    bench.command({ on: true, brightness: Percent(100) });
    const [, dim, ask] = bench.profile.encode({ on: true, brightness: Percent(1) });
    for (const frame of [dim, ask]) {
      if (frame?.kind === "ble") bench.at(frame).write?.(frame.bytes, true);
      bench.pass(100);
    }
    expect(bench.lamp.light.level).toBeGreaterThan(50);
    bench.command({ on: true, brightness: Percent(1) });
    expect(bench.lamp.light.level).toBe(1);
  });
});

test("what was just changed is lost with the mains, and what is in flash is not", () => {
  const bench = BleBench.ready(profileOf("elk/bledom"));
  bench.command({ on: true, brightness: Percent(30) });
  bench.pass(3_000);
  bench.command({ on: true, brightness: Percent(90) });
  bench.lamp.unplug();
  bench.pass(1_000);
  bench.lamp.plugIn();
  expect(bench.lamp.goal).toMatchObject({ on: true, level: 30 });
});

test("a Playbulb forgets what it showed, and the driver reads what it shows instead", () => {
  const bench = BleBench.ready(profileOf("mipow/playbulb"));
  bench.command({ on: false, brightness: Percent(30) });
  bench.pass(3_000);
  bench.lamp.unplug();
  bench.pass(1_000);
  bench.lamp.plugIn();
  bench.pass(1_000);
  bench.connect();
  bench.read();
  expect(bench.shown).toMatchObject({ on: true, brightness: 100 });
});

test("a lamp that somebody is linked to takes no second link, and one without mains says nothing", () => {
  const { lamp } = BleBench.ready(profileOf("elk/bledom"));
  expect([lamp.connectable, lamp.isSilent]).toEqual([false, false]);
  lamp.unplug();
  expect([lamp.connectable, lamp.isSilent]).toEqual([false, true]);
  lamp.plugIn();
  expect(lamp.connectable).toBe(false);
});

test("the same seed misbehaves in the same way", () => {
  const told = (seed: number) => {
    const bench = BleBench.ready(profileOf("triones/triones"), seed);
    bench.lamp.faults = { garbage: 0.5, lost: 0.3, twice: 0.3 };
    for (let level = 1; level < 40; level++) bench.command({ on: true, brightness: Percent(level) });
    return bench.reports;
  };
  expect(told(5)).toEqual(told(5));
  expect(told(5)).not.toEqual(told(6));
});
