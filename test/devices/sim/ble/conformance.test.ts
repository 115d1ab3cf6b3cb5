import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { profiles } from "../../../../devices/registry.ts";
import type { BleFaults } from "../../../../devices/sim/ble/lamps/ble-faults.ts";
import { bleLampModels } from "../../../../devices/sim/ble/models.ts";
import { confirms } from "../../../../hub/domain/apply-command.ts";
import type { PowerOnBehaviour } from "../../../../hub/domain/light.ts";
import type { LampProfile, LightTarget } from "../../../../hub/domain/profile.ts";
import { kelvinOf, Percent } from "../../../../hub/domain/units.ts";
import { lampTargets } from "../../targets.ts";
import { BleBench } from "./ble-bench.ts";
import { seenOf } from "./eye.ts";

/*
 * BLE driver against twin, each an independent reading of the protocol: what the driver encodes the twin shows, and what
 * the twin says of it the driver reads as what was asked for.
 */
const lamps = profiles.flatMap((profile) =>
  profile.kind === "lamp" && profile.link.kind === "ble" && bleLampModels.has(profile.id)
    ? [[profile.id, profile] as const]
    : [],
);
const talkative = lamps.filter(([, { link }]) => link.kind === "ble" && link.readsBack);

/** A mix of two LEDs in percent is coarser than what the hub tells apart. */
const isNear = (target: LightTarget, seen: LightTarget): boolean =>
  target.colorTemperature !== undefined &&
  seen.colorTemperature !== undefined &&
  Math.abs(kelvinOf(target.colorTemperature) - kelvinOf(seen.colorTemperature)) <= 27;

const shows = ({ capabilities }: LampProfile, target: LightTarget, seen: LightTarget): boolean => {
  const { colorTemperature, ...rest } = target;
  return (
    confirms(target, seen, capabilities) ||
    (colorTemperature !== undefined && isNear(target, seen) && confirms(rest, seen, capabilities))
  );
};

/** Does what it is told, and says so if it says anything. */
const obeys = (profile: LampProfile, targets: readonly LightTarget[], faults: BleFaults = {}): void => {
  const bench = BleBench.ready(profile);
  bench.lamp.faults = faults;
  for (const target of targets) {
    bench.command(target);
    bench.pass(1_500);
    bench.read();
    const seen = seenOf(bench.lamp);
    expect([shows(profile, target, seen), { target, seen }]).toEqual([true, { target, seen }]);
    if (!bench.link.readsBack) continue;
    const told = { target, shown: bench.shown };
    expect([confirms(target, bench.shown, profile.capabilities), told]).toEqual([true, told]);
  }
};

const sequences = (profile: LampProfile) => fc.array(lampTargets(profile), { minLength: 1, maxLength: 4 });

test("every lamp that the simulator builds has a profile, and all makes of this house have twins", () => {
  const makes = ["Philips Hue", "ELK", "Triones", "Magic Home", "Govee", "MiPow", "Yeelight"];
  const ids = profiles.filter(({ vendor }) => makes.includes(vendor)).map(({ id }) => id);
  expect([...bleLampModels.keys()].sort()).toEqual(ids.sort());
});

describe.each(lamps)("%s", (_id, profile) => {
  test("shows what it is told and says so, one command after another", () => {
    fc.assert(
      fc.property(sequences(profile), (targets) => obeys(profile, targets)),
      { numRuns: 60 },
    );
  });

  test("answers no write with an error", () => {
    const bench = BleBench.ready(profile);
    fc.assert(
      fc.property(lampTargets(profile), (target) => {
        const answers = bench.send([...profile.encode(target), ...profile.query]);
        expect(answers.filter((answer) => answer !== 0)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test("plays each of its effects, and a colour ends it", () => {
    const bench = BleBench.ready(profile);
    const target = { on: true, brightness: Percent(60), color: { x: 0.3, y: 0.5 } };
    const played = (profile.capabilities.effects ?? []).map((effect) => {
      bench.command({ ...target, effect });
      bench.read();
      if (bench.link.readsBack) {
        expect(bench.shown.effect).toBe(effect);
        expect(confirms({ ...target, effect }, bench.shown, profile.capabilities)).toBe(true);
      }
      return bench.lamp.goal.effect;
    });
    expect(played).not.toContain("");
    expect(new Set(played).size).toBe(profile.capabilities.effects?.length ?? 0);
    bench.command(target);
    bench.read();
    expect([bench.lamp.goal.effect, bench.shown.effect]).toEqual(["", undefined]);
  });

  test("comes on in its new colour only, unless it takes none while it is off", () => {
    const bench = BleBench.ready(profile);
    const red = { on: true, brightness: Percent(80), color: { x: 0.6, y: 0.33 } };
    const blue = { ...red, color: { x: 0.18, y: 0.1 } };
    for (const target of [red, { ...red, on: false }]) {
      bench.command(target);
      bench.pass(2_000);
    }
    const seen: string[] = [];
    bench.lamp.seen = ({ on, level, color }) => {
      if (on && level > 0) seen.push(JSON.stringify(color));
    };
    bench.command(blue);
    bench.pass(2_000);
    const others = seen.filter((color) => color !== JSON.stringify(bench.lamp.goal.color));
    expect(others.length > 0).toBe(profile.id === "yeelight/bedside");
  });

  test("stays linked as long as somebody keeps the link alive", () => {
    const bench = BleBench.ready(profile);
    const { keepAlive } = bench.link;
    for (let seconds = 0; seconds < 60; seconds += 2) {
      bench.pass(2_000);
      if (keepAlive !== undefined) bench.send([keepAlive.frame]);
    }
    expect(bench.isLinked).toBe(true);
    bench.pass(60_000);
    expect(bench.isLinked).toBe(keepAlive === undefined);
  });

  test.each<[PowerOnBehaviour, boolean]>([
    ["on", true],
    ["off", false],
    ["previous", false],
  ])("told %s, if it can be told, after a power cut it is lit: %s", (behaviour, lit) => {
    const bench = BleBench.ready(profile);
    bench.command({ on: false, brightness: Percent(60) });
    if (!(profile.capabilities.powerOn?.includes(behaviour) ?? false))
      return expect(profile.powerOn?.(behaviour) ?? []).toEqual([]);
    expect(bench.send(profile.powerOn?.(behaviour) ?? [])).toEqual([0]);
    bench.pass(2_000);
    bench.lamp.unplug();
    expect([bench.isLinked, bench.lamp.light.on, bench.lamp.isSilent]).toEqual([false, false, true]);
    bench.lamp.plugIn();
    bench.pass(1_000);
    expect([bench.lamp.light.on, bench.lamp.connectable]).toEqual([lit, true]);
  });
});

describe.each(talkative)("%s", (_id, profile) => {
  test("says how it stands when it is asked, and what is off it says is off", () => {
    const bench = BleBench.ready(profile);
    bench.command({ on: false, brightness: Percent(60) });
    bench.pass(2_000);
    bench.shown = { on: true, brightness: Percent(60) };
    bench.send(profile.query);
    bench.read();
    expect(bench.shown.on).toBe(false);
  });

  test.each<[string, BleFaults]>([
    ["noise", { garbage: 1 }],
    ["half a frame", { half: 1 }],
    ["another lamp's frame", { foreign: 1 }],
    ["all of it now and then", { garbage: 0.3, half: 0.3, foreign: 0.3, lost: 0.2, twice: 0.3 }],
  ])(
    "tells %s: what it shows is only ever what some lamp could show, and nothing else breaks",
    (_what, faults) => {
      fc.assert(
        fc.property(fc.integer(), sequences(profile), (seed, targets) => {
          const bench = BleBench.ready(profile, seed);
          bench.lamp.faults = faults;
          for (const target of targets) {
            bench.command(target);
            bench.read();
            const { brightness, color } = bench.shown;
            expect(brightness).toBeGreaterThan(0);
            expect(brightness).toBeLessThanOrEqual(100);
            expect([color?.x ?? 0, color?.y ?? 0].every((part) => part >= 0 && part <= 1)).toBe(true);
          }
          bench.lamp.faults = {};
          const last = { on: true, brightness: Percent(50) };
          bench.command(last);
          bench.pass(1_500);
          bench.send(profile.query);
          bench.read();
          expect(confirms(last, bench.shown, profile.capabilities)).toBe(true);
        }),
        { numRuns: 15 },
      );
    },
  );

  test("half a frame of its own says nothing", () => {
    const bench = BleBench.ready(profile);
    bench.reports.length = 0;
    bench.lamp.faults = { half: 1 };
    bench.command({ on: true, brightness: Percent(30) });
    bench.read();
    expect(bench.reports).toEqual([]);
  });

  test("a late answer says what was so when it was asked, and one said twice says the same", () => {
    const bench = BleBench.ready(profile);
    bench.command({ on: true, brightness: Percent(30) });
    bench.lamp.faults = { lateMs: 3_000, twice: 1 };
    bench.reports.length = 0;
    bench.command({ on: true, brightness: Percent(70) });
    bench.pass(5_000);
    bench.read();
    expect(bench.shown.brightness).toBeCloseTo(70, 0);
  });
});

/** Lamps whose frames have an order that can be wrong: a number of two bytes, or channels. */
const ordered = lamps.filter(([, { capabilities }]) => capabilities.color ?? capabilities.colorTemperature);

describe("a twin with a planted fault in its byte order is caught", () => {
  const isCaught = (profile: LampProfile, faults: BleFaults): boolean =>
    fc.check(
      fc.property(sequences(profile), (targets) => obeys(profile, targets, faults)),
      { numRuns: 40, seed: 1 },
    ).failed;

  test.each(ordered)("%s, in what it hears", (_id, profile) => {
    expect(isCaught(profile, { swaps: "heard" })).toBe(true);
  });

  const telling = ordered.filter(([, { link }]) => link.kind === "ble" && link.readsBack);
  test.each(telling)("%s, in what it tells", (_id, profile) => {
    expect(isCaught(profile, { swaps: "told" })).toBe(true);
  });

  test.each(telling)("%s, that tells nothing of what it does", (_id, profile) => {
    const notifies = profile.link.kind === "ble" && profile.link.reads.length === 0;
    expect(isCaught(profile, { lost: 1 })).toBe(notifies);
  });
});
