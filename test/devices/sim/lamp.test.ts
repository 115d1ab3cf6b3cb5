import { expect, test } from "vitest";
import { wordsOf } from "../../../devices/sim/dialects/words.ts";
import type { DeviceFaults } from "../../../devices/sim/faults.ts";
import type { PowerOnBehaviour } from "../../../hub/domain/light.ts";
import { Bench } from "./air.ts";

const command = "device/abc234/command";
const state = "device/abc234/state";
const availability = "device/abc234/availability";

const bulb = (seed = 1) => {
  const bench = new Bench(seed);
  const lamp = bench.lamp("lampkeeper/color-bulb");
  lamp.start();
  bench.link.heard();
  const states = () =>
    bench.link
      .heard()
      .filter((message) => message.topic === state)
      .map((message) => ({ at: message.at, ...wordsOf(message.payload) }));
  return { bench, lamp, link: bench.link, states };
};

test("a lamp that comes up says that it is online and how it stands", () => {
  const bench = new Bench();
  bench.lamp("lampkeeper/color-bulb").start();
  expect(bench.link.heard()).toMatchObject([
    { topic: availability, payload: "online", retain: true },
    { topic: state, retain: false },
  ]);
});

test("a command is answered with its id and what came of it", () => {
  const { link, states } = bulb();
  link.send(command, { id: "c-1", on: true, brightness: 42, xy: [0.3, 0.3] });
  expect(states()).toMatchObject([{ id: "c-1", on: true, brightness: 42, xy: [0.3, 0.3] }]);
});

test("what the hardware cannot do is not done", () => {
  const { link, states } = bulb();
  link.send(command, { on: true, brightness: 1_000, mireds: 5_000 });
  expect(states()).toMatchObject([{ on: true, brightness: 100, mireds: 500 }]);
});

test.each(["", "{", "[]", "null", '{"on":3,"brightness":"x","xy":[1]}', '{"xy":[null,2]}'])(
  "noise %j changes nothing",
  (noise) => {
    const { link, lamp } = bulb();
    const before = lamp.goal;
    link.send(command, noise);
    expect(lamp.goal).toEqual(before);
  },
);

test("a lamp fades by itself and tells where it is on the way", () => {
  const { bench, link, states } = bulb();
  link.send(command, { on: true, brightness: 100 });
  states();
  link.send(command, { id: "c-2", brightness: 20, transition: 2_000 });
  bench.pass(3_000);
  const levels = states().map((said) => Number(Object(said).brightness));
  expect(levels.length).toBeGreaterThanOrEqual(4);
  expect(levels).toEqual([...levels].sort((a, b) => b - a));
  expect(levels.at(-1)).toBe(20);
});

test("a new command in the middle of a fade starts from where the lamp is", () => {
  const { bench, link, lamp } = bulb();
  link.send(command, { on: true, brightness: 100 });
  link.send(command, { brightness: 0, transition: 10_000 });
  bench.pass(5_000);
  expect(lamp.glow.level).toBeCloseTo(50, 0);
  link.send(command, { brightness: 60, transition: 1_000 });
  expect(lamp.glow.level).toBeCloseTo(50, 0);
  bench.pass(1_100);
  expect(lamp.glow.level).toBe(60);
});

test("fading off ends dark with the level kept, and no timer stays armed", () => {
  const { bench, link, lamp } = bulb();
  link.send(command, { on: true, brightness: 70 });
  link.send(command, { on: false, transition: 1_000 });
  bench.pass(500);
  expect(lamp.glow).toMatchObject({ on: true });
  bench.pass(2_000);
  expect(lamp.glow).toMatchObject({ on: false, level: 70 });
  expect(bench.clock.armed).toBe(0);
});

test.each<[PowerOnBehaviour, boolean, boolean]>([
  ["on", false, true],
  ["off", true, false],
  ["previous", true, true],
  ["previous", false, false],
  ["toggle", true, false],
  ["toggle", false, true],
])("power-on behaviour %s, lit before: %s, lit after: %s", (behaviour, before, after) => {
  const { bench, link, lamp } = bulb();
  lamp.powerOn = behaviour;
  link.send(command, { on: before, brightness: 33 });
  bench.pass(2_000);
  lamp.unplug();
  expect(lamp.light.on).toBe(false);
  lamp.plugIn();
  expect(lamp.light).toMatchObject({ on: after, level: 33 });
});

test("unplugged, the broker tells its will; plugged in again, it boots slowly before it speaks", () => {
  const { bench, link, lamp } = bulb();
  lamp.unplug();
  expect(link.heard()).toMatchObject([{ topic: availability, payload: "offline", retain: true }]);
  lamp.plugIn();
  bench.pass(1_400);
  expect(link.heard()).toEqual([]);
  bench.pass(2_700);
  expect(link.heard().map((message) => message.topic)).toEqual([availability, state]);
});

test("what was set in the second before the mains went is lost: flash is written a moment later", () => {
  const { bench, link, lamp } = bulb();
  link.send(command, { on: true, brightness: 80 });
  bench.pass(2_000);
  link.send(command, { brightness: 10 });
  bench.pass(200);
  lamp.unplug();
  lamp.plugIn();
  expect(lamp.glow.level).toBe(80);
  expect(bench.flash.cell.writes).toBe(1);
});

test("started again without a power cut, a lamp is as it was, whatever its power-on behaviour", () => {
  const { bench, link, lamp } = bulb();
  lamp.powerOn = "off";
  link.send(command, { on: true, brightness: 64 });
  lamp.stop();
  const again = bench.lamp("lampkeeper/color-bulb");
  again.powerOn = "off";
  again.start();
  expect(again.light).toMatchObject({ on: true, level: 64 });
});

test("told what it shows already, a lamp writes no flash", () => {
  const { bench, link } = bulb();
  for (let times = 0; times < 3; times++) {
    link.send(command, { on: true, brightness: 80 });
    bench.pass(5_000);
  }
  expect(bench.flash.cell.writes).toBe(1);
});

test("a burst of changes is written to flash once", () => {
  const { bench, link } = bulb();
  for (let level = 1; level <= 50; level++) link.send(command, { on: true, brightness: level });
  bench.pass(5_000);
  expect(bench.flash.cell.writes).toBe(1);
});

test.each([undefined, new Uint8Array(0), new Uint8Array(300).fill(7), new Uint8Array([1, 1, 9, 2])])(
  "a blank, foreign or torn flash starts as fresh from the box",
  (bytes) => {
    const bench = new Bench();
    bench.flash.cell.bytes = bytes;
    const lamp = bench.lamp("lampkeeper/color-bulb");
    lamp.start();
    expect(lamp.goal).toEqual(lamp.model.fresh);
  },
);

test("somebody at the switch is told without a command id", () => {
  const { link, lamp, states } = bulb();
  link.send(command, { id: "c-1", on: true });
  states();
  lamp.touch({ on: false });
  expect(states()).toMatchObject([{ on: false }]);
  expect(lamp.following).toBeUndefined();
});

const faulty = (faults: DeviceFaults, seed = 1) => {
  const { bench, link, lamp, states } = bulb(seed);
  lamp.misbehave(faults);
  return { bench, link, lamp, states };
};

test("a lamp that ignores does nothing and says nothing", () => {
  const { link, lamp, states } = faulty({ ignore: 1 });
  link.send(command, { on: true });
  expect(lamp.goal.on).toBe(false);
  expect(states()).toEqual([]);
});

test("a lamp that drops half loses about half of what it is told", () => {
  const { link, lamp } = faulty({ drop: 0.5 }, 7);
  let followed = 0;
  for (let at = 1; at <= 200; at++) {
    link.send(command, { on: true, brightness: at / 4 });
    if (lamp.goal.level === at / 4) followed++;
  }
  expect(followed).toBeGreaterThan(70);
  expect(followed).toBeLessThan(130);
});

test("a late lamp answers later, each time otherwise", () => {
  const { bench, link, states } = faulty({ delayMs: [100, 900] });
  for (let at = 0; at < 20; at++) link.send(command, { id: `c-${at}`, on: true });
  expect(states()).toEqual([]);
  bench.pass(1_000);
  const answers = states();
  expect(answers).toHaveLength(20);
  expect(answers.every(({ at }) => at >= 100 && at <= 900)).toBe(true);
  expect(answers.map((said) => Object(said).id)).not.toEqual(answers.map((_, at) => `c-${at}`));
});

test("a lamp that answers twice says the same twice", () => {
  const { link, states } = faulty({ duplicate: 1 });
  link.send(command, { on: true, brightness: 9 });
  const [first, second] = states();
  expect(first).toEqual(second);
});

test("a lamp that lies says the opposite of what it shows", () => {
  const { link, lamp, states } = faulty({ wrongState: true });
  link.send(command, { on: true });
  expect(lamp.light.on).toBe(true);
  expect(states()).toMatchObject([{ on: false }]);
});

test("off the network it still shines; back on it, it greets", () => {
  const { link, lamp } = faulty({});
  link.send(command, { on: true });
  lamp.misbehave({ offline: true });
  expect(lamp.light.on).toBe(true);
  expect(link.isOpen).toBe(false);
  expect(link.heard().at(-1)).toMatchObject({ topic: availability, payload: "offline" });
  lamp.misbehave({});
  expect(link.heard().at(0)).toMatchObject({ topic: availability, payload: "online" });
});

test("told to reboot, it goes and comes back by itself", () => {
  const { bench, lamp, link } = faulty({ rebootAfterMs: 500 });
  bench.pass(600);
  expect(link.heard()).toMatchObject([{ topic: availability, payload: "offline" }]);
  expect(lamp.isLinked).toBe(false);
  bench.pass(5_000);
  expect(lamp.isLinked).toBe(true);
});

test("stopped in the middle of faults, fades and boots, it leaves nothing armed", () => {
  const { bench, link, lamp } = faulty({ delayMs: [100, 900], rebootAfterMs: 2_000 });
  link.send(command, { on: true, transition: 5_000 });
  bench.pass(300);
  lamp.stop();
  bench.pass(1_000);
  expect(bench.clock.armed).toBe(0);
});

test("a plug counts energy, reports it every so often, and keeps it through a power cut", () => {
  const bench = new Bench();
  const plug = bench.lamp("lampkeeper/metering-plug");
  plug.start();
  bench.link.send(command, { on: true });
  bench.pass(3_600_000);
  expect(plug.power).toBe(42);
  expect(plug.energy).toBeCloseTo(0.042, 4);
  bench.link.heard();
  plug.tellMeter();
  expect(wordsOf(bench.link.heard()[0]?.payload ?? "")).toMatchObject({ power: 42, energy: 0.042 });
  bench.pass(2_000);
  const before = plug.energy;
  plug.unplug();
  plug.plugIn();
  bench.pass(60_000);
  expect(plug.energy).toBeGreaterThanOrEqual(before - 1e-4);
});
