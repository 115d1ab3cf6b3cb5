import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import type { Glow } from "../../../devices/sim/glow.ts";
import { lampModels } from "../../../devices/sim/models/lamps.ts";
import { sensorModels } from "../../../devices/sim/models/sensors.ts";
import type { SimLamp } from "../../../devices/sim/sim-lamp.ts";
import { confirms } from "../../../hub/domain/apply-command.ts";
import { addressed, addressedTopic, templateOf } from "../../../hub/domain/frame.ts";
import type { LightState, PowerOnBehaviour } from "../../../hub/domain/light.ts";
import type { Frame, LampProfile, LampReport, LightTarget } from "../../../hub/domain/profile.ts";
import { mergeReport } from "../../../hub/domain/report.ts";
import type { SensorReading } from "../../../hub/domain/sensor.ts";
import { Millis, Percent } from "../../../hub/domain/units.ts";
import { lampStates, lampTargets } from "../targets.ts";
import { Bench } from "./air.ts";

/*
 * Driver against twin, each an independent reading of the protocol: what the driver encodes the twin understands,
 * and what the twin then says the driver reads as what was asked for.
 */
const lamps = profiles
  .filter((profile): profile is LampProfile => profile.kind === "lamp" && lampModels.has(profile.id))
  .map((profile): [string, LampProfile] => [profile.id, profile]);
const sensors = profiles.flatMap((profile) =>
  profile.kind === "sensor" && sensorModels.has(profile.id) ? [[profile.id, profile] as const] : [],
);

class Pair {
  readonly bench = new Bench();
  readonly profile: LampProfile;
  readonly lamp: SimLamp;
  shown: LightState = { on: false, brightness: Percent(100) };
  online: boolean | undefined;
  readonly reports: LampReport[] = [];

  constructor(profile: LampProfile) {
    this.profile = profile;
    this.lamp = this.bench.lamp(profile.id);
    this.lamp.start();
    this.listen();
  }

  send(frames: readonly Frame[]): void {
    for (const frame of frames) {
      if (frame.kind !== "mqtt") continue;
      const { topic, payload } = addressed(frame, this.bench.address);
      this.bench.link.send(topic, payload);
    }
    this.listen();
  }

  command(target: LightTarget): void {
    this.send(this.profile.encode(target));
  }

  listen(): void {
    const templates = this.profile.link.kind === "mqtt" ? this.profile.link.publishes : [];
    for (const { topic, payload } of this.bench.link.heard()) {
      const template = templateOf(topic, this.bench.address, templates);
      expect(template, topic).toBeDefined();
      const report = this.profile.decode({ kind: "mqtt", topic: template ?? "", payload });
      if (report === undefined) continue;
      this.reports.push(report);
      this.online = report.online ?? this.online;
      if (report.state !== undefined) this.shown = mergeReport(this.shown, report.state);
    }
  }

  pass(ms: number): void {
    this.bench.pass(ms);
    this.listen();
  }
}

const bare = ({ transition: _, command: __, ...state }: LightTarget): LightState => state;

/** Makes that the simulator speaks: all of their models have twins. A lamp of another make may do without. */
const spoken = ["Lampkeeper", "Tasmota", "Zigbee2MQTT", "ESPHome", "WLED", "Shelly"];

test("every profile of a dialect that the simulator speaks has a twin, and no twin is alone", () => {
  const ids = profiles.filter(({ vendor }) => spoken.includes(vendor)).map(({ id }) => id);
  expect([...lampModels.keys(), ...sensorModels.keys()].sort()).toEqual(ids.sort());
});

describe.each(lamps)("%s", (_id, profile) => {
  test("its twin uses the topics that the profile declares", () => {
    const { bench, lamp } = new Pair(profile);
    const own = (templates: readonly string[]) =>
      templates.map((each) => addressedTopic(each, bench.address)).sort();
    const link = profile.link.kind === "mqtt" ? profile.link : { publishes: [], subscribes: [] };
    expect([...lamp.publishes].sort()).toEqual(own(link.publishes));
    expect([...lamp.subscribes].sort()).toEqual(own(link.subscribes));
  });

  test("is heard online when it comes and offline when it is gone", () => {
    const pair = new Pair(profile);
    expect(pair.online).toBe(true);
    pair.lamp.unplug();
    pair.listen();
    expect(pair.online).toBe(false);
    pair.lamp.plugIn();
    pair.pass(5_000);
    expect(pair.online).toBe(true);
  });

  test("does what it is told and says so, one command after another", () => {
    fc.assert(
      fc.property(fc.array(lampTargets(profile), { minLength: 1, maxLength: 4 }), (targets) => {
        const pair = new Pair(profile);
        for (const target of targets) {
          pair.command(target);
          pair.pass((target.transition ?? 0) * 1.3 + 1_200);
          const told = { asked: bare(target), shown: pair.shown };
          expect([confirms(bare(target), pair.shown, profile.capabilities), told]).toEqual([true, told]);
          expect(pair.lamp.light.on).toBe(target.on);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("answers a repeated command too", () => {
    fc.assert(
      fc.property(lampStates(profile), (state) => {
        const pair = new Pair(profile);
        pair.command(state);
        pair.reports.length = 0;
        pair.command(state);
        expect(pair.reports.some((report) => report.state !== undefined)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  test("tells its state when asked", () => {
    const pair = new Pair(profile);
    pair.reports.length = 0;
    pair.send(profile.query);
    const tellsByItself = profile.query.length === 0;
    expect(tellsByItself || pair.reports.some((report) => report.state?.on === false)).toBe(true);
  });

  test("is heard when somebody uses its own switch", () => {
    const pair = new Pair(profile);
    pair.lamp.touch({ on: true });
    pair.listen();
    expect(pair.shown.on).toBe(true);
    expect(pair.reports.at(-1)?.command).toBeUndefined();
  });

  test.each<[PowerOnBehaviour, boolean]>([
    ["on", true],
    ["off", false],
    ["previous", true],
    ["toggle", false],
  ])("told %s, if it can be told, after a power cut it is heard to be lit: %s", (behaviour, lit) => {
    const pair = new Pair(profile);
    pair.send(profile.powerOn?.(behaviour) ?? []);
    expect(pair.lamp.powerOn === behaviour).toBe(
      behaviour === "previous" || (profile.capabilities.powerOn?.includes(behaviour) ?? false),
    );
    pair.lamp.powerOn = behaviour;
    pair.command({ on: true, brightness: Percent(60) });
    pair.pass(3_000);
    pair.lamp.unplug();
    pair.pass(10_000);
    pair.lamp.plugIn();
    pair.pass(5_000);
    expect(pair.shown.on).toBe(lit);
  });
});

const colored = lamps.filter(([, { capabilities }]) => capabilities.color !== undefined);

/** Every glow that an eye saw while `act` ran and in the time after. */
const seenDuring = (pair: Pair, act: () => void, ms: number): Glow[] => {
  const seen: Glow[] = [];
  pair.lamp.seen = (glow) => seen.push(glow);
  act();
  pair.pass(ms);
  pair.lamp.seen = undefined;
  return seen.filter(({ on, level }) => on && level > 0);
};

describe.each(colored)("%s", (_id, profile) => {
  const red = { on: true, brightness: Percent(80), color: { x: 0.6, y: 0.33 } } as const;
  const blue = { on: true, brightness: Percent(80), color: { x: 0.18, y: 0.1 } } as const;

  test("shows nothing of its old colour when it is switched on in a new one", () => {
    const pair = new Pair(profile);
    pair.command(red);
    pair.command({ ...red, on: false });
    pair.pass(2_000);
    const seen = seenDuring(pair, () => pair.command(blue), 2_000);
    expect(seen.length).toBeGreaterThan(0);
    const goal = JSON.stringify(pair.lamp.goal.color);
    expect(seen.filter(({ color }) => JSON.stringify(color) !== goal)).toEqual([]);
  });

  test("stays dark when its colour is set while it is off, and comes on in it", () => {
    const pair = new Pair(profile);
    pair.command(red);
    pair.command({ ...red, on: false });
    pair.pass(2_000);
    expect(seenDuring(pair, () => pair.command({ ...blue, on: false }), 2_000)).toEqual([]);
    const seen = seenDuring(pair, () => pair.command(blue), 2_000);
    const goal = JSON.stringify(pair.lamp.goal.color);
    expect(seen.filter(({ color }) => JSON.stringify(color) !== goal)).toEqual([]);
  });

  test("does not show the new colour while it goes off", () => {
    const pair = new Pair(profile);
    pair.command(red);
    pair.pass(2_000);
    const before = JSON.stringify(pair.lamp.goal.color);
    const seen = seenDuring(pair, () => pair.command({ ...blue, on: false }), 2_000);
    expect(seen.filter(({ color }) => JSON.stringify(color) !== before)).toEqual([]);
  });
});

const fading = lamps.filter(([, { capabilities }]) => capabilities.transition !== undefined);

test.each(fading)("%s fades as long as it was asked to, give or take its own steps", (_id, profile) => {
  const pair = new Pair(profile);
  pair.command({ on: true, brightness: Percent(100) });
  pair.pass(3_000);
  pair.command({ on: true, brightness: Percent(1), transition: Millis(4_000) });
  pair.pass(1_800);
  expect(pair.lamp.isFading).toBe(true);
  expect(pair.lamp.glow.level / pair.lamp.model.limits.full).toBeCloseTo(0.55, 1);
  pair.pass(2_500);
  expect(pair.lamp.isFading).toBe(false);
  expect(pair.shown.brightness).toBeCloseTo(1, 0);
});

const meters = lamps.filter(([id]) => lampModels.get(id)?.load !== undefined);

test.each(meters)("%s reports watts while on and energy that only grows", (_id, profile) => {
  const pair = new Pair(profile);
  pair.command({ on: true, brightness: Percent(100) });
  const energies: number[] = [];
  for (let minute = 0; minute < 30; minute++) {
    pair.pass(60_000);
    pair.lamp.tellMeter();
    pair.listen();
    energies.push(pair.reports.findLast((report) => report.energy !== undefined)?.energy ?? -1);
  }
  expect(pair.reports.findLast((report) => report.power !== undefined)?.power).toBeCloseTo(42, 0);
  expect(energies).toEqual([...energies].sort((a, b) => a - b));
  expect(energies.at(-1)).toBeGreaterThan(energies.at(0) ?? 0);
});

const effectful = lamps.filter(([, { capabilities }]) => capabilities.effects !== undefined);

test.each(effectful)("%s plays each of its effects and says so", (_id, profile) => {
  const pair = new Pair(profile);
  for (const effect of profile.capabilities.effects ?? []) {
    pair.command({ on: true, brightness: Percent(50), effect });
    expect(pair.shown.effect).toBe(effect);
  }
  pair.command({ on: true, brightness: Percent(50) });
  expect(pair.shown.effect).toBeUndefined();
});

describe.each(sensors)("%s", (id, profile) => {
  const templates = profile.link.kind === "mqtt" ? profile.link.publishes : [];

  test("its twin uses the topics that the profile declares", () => {
    const bench = new Bench();
    const own = templates.map((template) => addressedTopic(template, bench.address));
    expect([...bench.sensor(id).publishes].sort()).toEqual(own.sort());
  });

  test("its twin says what it senses, in the profile's keys", () => {
    const bench = new Bench();
    const sensor = bench.sensor(id);
    sensor.start();
    for (const action of sensor.model.actions) sensor.press(action);
    const felt: SensorReading = {
      occupancy: true,
      illuminance: 12,
      contact: false,
      temperature: 18.5,
      humidity: 61,
    };
    sensor.sense(felt);
    const readings = bench.link.heard().map(({ topic, payload }) => {
      const template = templateOf(topic, bench.address, templates) ?? "";
      return profile.decode({ kind: "mqtt", topic: template, payload })?.reading ?? {};
    });
    const actions = readings.flatMap(({ action }) => (action === undefined ? [] : [action]));
    expect(actions).toEqual(sensor.model.actions);
    const last: SensorReading = Object.assign({}, ...readings);
    for (const key of profile.senses) expect(last).toHaveProperty(key);
    const known = profile.senses.filter((key) => key in felt);
    expect(known.map((key) => last[key])).toEqual(known.map((key) => felt[key]));
  });
});
