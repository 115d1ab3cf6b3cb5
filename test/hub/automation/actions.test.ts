import { expect, test } from "vitest";
import type { SceneId } from "../../../hub/domain/ids.ts";
import type { Action, Trigger } from "../../../hub/domain/rule.ts";
import { Minutes, Percent, Seconds } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { ana, lampId, motion, RuleHome, room, ruleOf, scene, time } from "./rule-home.ts";

const noonHome = (): RuleHome => new RuleHome("2026-06-21T10:00Z");
const lamp = lampId(0);
const other = lampId(1);
const lit = (target = lamp, command: object = { on: true }): Action => ({ kind: "light", target, command });
const daily = (moment: ReturnType<typeof time>): Trigger => ({ kind: "daily", at: moment, days: {} });
const moved: Trigger = { kind: "motion", sensor: motion, event: "detected" };
const ten = daily(time("12:10"));

test("motion lights, each motion anew, and the dark comes after the last", async () => {
  const home = noonHome();
  home.rules.add(ruleOf({ triggers: [moved], actions: [{ ...lit(), hold: Minutes(5) } as Action] }));
  for (let count = 0; count < 3; count++) {
    home.sense(motion, { occupancy: true });
    home.sense(motion, { occupancy: false });
    await home.world.advance(Minutes(4));
  }
  expect(home.isOn()).toBe(true);
  await home.world.advance(Minutes(1));
  expect(home.isOn()).toBe(false);
  expect(home.lights.causes.get(lamp)).toMatchObject({ kind: "rule", trigger: "hold is over" });
});

test("nobody who is still there is left in the dark", async () => {
  const home = noonHome();
  home.rules.add(
    ruleOf({ triggers: [{ ...moved, sensor: room }], actions: [{ ...lit(), hold: Minutes(5) } as Action] }),
  );
  home.sense(motion, { occupancy: true });
  await home.world.advance(Minutes(30));
  expect(home.isOn()).toBe(true);
  home.sense(motion, { occupancy: false });
  await home.world.advance(Minutes(5));
  expect(home.isOn()).toBe(false);
});

test("who touches a lamp that is held has taken it over", async () => {
  const home = noonHome();
  home.rules.add(
    ruleOf({
      triggers: [moved],
      actions: [{ kind: "light", target: room, command: { on: true }, hold: Minutes(5) }],
    }),
  );
  home.sense(motion, { occupancy: true });
  home.sense(motion, { occupancy: false });
  home.touch(other, { brightness: Percent(20) });
  expect(home.lights.held).toMatchObject([
    { lamp: other, source: { kind: "rule", trigger: "hold is over" }, reason: "taken-over" },
  ]);
  await home.world.advance(Minutes(6));
  expect([home.isOn(lamp), home.isOn(other)]).toEqual([false, true]);
});

test("something else than a person that moves a lamp that is held came later; the sun that leads it lets the hold go on", async () => {
  const home = noonHome();
  const held = [{ kind: "light", target: room, command: { on: true }, hold: Minutes(5) }] as const;
  home.rules.add(ruleOf({ triggers: [moved], actions: held }));
  home.sense(motion, { occupancy: true });
  home.sense(motion, { occupancy: false });
  home.lights.command(lamp, { brightness: Percent(70) }, { kind: "rule", trigger: "circadian" });
  home.lights.command(other, { brightness: Percent(20) }, { kind: "rule", trigger: "vacation" });
  expect(home.lights.held).toMatchObject([{ lamp: other, reason: "superseded" }]);
  await home.world.advance(Minutes(6));
  expect([home.isOn(lamp), home.isOn(other)]).toEqual([false, true]);
});

test("a hold outlives a restart, and is never longer than it was", async () => {
  const home = noonHome();
  home.rules.add(ruleOf({ triggers: [moved], actions: [{ ...lit(), hold: Minutes(5) } as Action] }));
  home.sense(motion, { occupancy: true });
  home.sense(motion, { occupancy: false });
  await home.world.advance(Minutes(2));
  await home.restart(Minutes(1));
  await home.world.advance(Minutes(1));
  expect(home.isOn()).toBe(true);
  await home.restart(Seconds(1), "1990-01-01T00:00Z");
  await home.world.advance(Minutes(5));
  expect(home.isOn()).toBe(false);
});

test("off after a while, also when somebody dims it meanwhile", async () => {
  const home = noonHome();
  home.rules.add(
    ruleOf({
      triggers: [{ kind: "device", device: lamp, event: "on" }],
      actions: [{ kind: "off-after", target: lamp, after: Minutes(10) }],
    }),
  );
  home.touch(lamp, { on: true });
  await home.world.advance(Minutes(5));
  home.touch(lamp, { brightness: Percent(30) });
  await home.world.advance(Minutes(5));
  expect(home.isOn()).toBe(false);
});

test("a wake-up begins dark and ends as bright as it was asked, over a restart too, and stops when it is touched", async () => {
  const home = noonHome();
  const wake: Action = { kind: "wake-up", target: room, over: Minutes(30), brightness: Percent(80) };
  home.rules.add(ruleOf({ triggers: [ten], actions: [wake] }));
  await home.liveUntil("2026-06-21T10:10:01Z");
  const level = (of = lamp): number => home.lights.states.get(of)?.brightness ?? Number.NaN;
  expect(level()).toBe(1);
  await home.liveUntil("2026-06-21T10:20Z");
  const third = level();
  home.touch(other, { brightness: Percent(5) });
  await home.restart(Minutes(2));
  await home.liveUntil("2026-06-21T10:40Z");
  expect(third).toBeGreaterThan(5);
  expect(third).toBeLessThan(40);
  expect(level()).toBeCloseTo(80, 0);
  expect(level(other)).toBe(5);
});

test("a wake-up that was missed goes on from where it would be", async () => {
  const home = noonHome();
  const wake: Action = { kind: "wake-up", target: lamp, over: Minutes(30), brightness: Percent(80) };
  home.rules.add(ruleOf({ triggers: [ten], actions: [wake] }));
  await home.restart(Minutes(45));
  expect(home.lights.states.get(lamp)).toMatchObject({ on: true, brightness: 80 });
});

test("a scene is shown, by the rule, and a missed one lamp by lamp", async () => {
  const home = noonHome();
  home.scenes.set(scene, {
    id: scene,
    name: "s",
    room,
    states: { [lamp]: { on: true, brightness: Percent(30) }, [other]: { on: true, brightness: Percent(60) } },
  });
  const rule = home.rules.add(ruleOf({ triggers: [ten], actions: [{ kind: "scene", scene }] }));
  await home.liveUntil("2026-06-21T10:11Z");
  expect(home.lights.causes.get(lamp)).toMatchObject({
    kind: "rule",
    rule: rule.id,
    actor: scene as SceneId,
  });
  home.touch(lamp, { on: false });
  home.touch(other, { on: false });
  await home.liveUntil("2026-06-22T10:00Z");
  home.rules.add(
    ruleOf({ triggers: [daily(time("12:12"))], actions: [lit(lamp, { brightness: Percent(7) })] }),
  );
  await home.restart(Minutes(30));
  const levels = [lamp, other].map((each) => home.lights.states.get(each)?.brightness);
  expect(levels).toEqual([7, 60]);
  expect(home.lights.causes.get(other)).toMatchObject({ kind: "catch-up", rule: rule.id });
});

test("illuminance around its bound is one passing of it", () => {
  const home = noonHome();
  home.rules.add(ruleOf({ triggers: [{ kind: "illuminance", sensor: motion, below: 100 }] }));
  for (const lux of [80, 150, 99, 101, 98, 105, 90]) home.sense(motion, { illuminance: lux });
  expect(home.fired()).toHaveLength(1);
  home.sense(motion, { illuminance: 111 });
  home.sense(motion, { illuminance: 60 });
  expect(home.fired()).toHaveLength(2);
});

test("doors, buttons and devices that come and go", () => {
  const home = noonHome();
  const triggers: Trigger[] = [
    { kind: "contact", sensor: motion, event: "opened" },
    { kind: "button", sensor: motion, action: "double" },
    { kind: "device", device: motion, event: "offline" },
  ];
  for (const trigger of triggers) home.rules.add(ruleOf({ triggers: [trigger] }));
  home.sense(motion, { contact: true });
  home.sense(motion, { contact: false });
  home.sense(motion, { contact: false });
  home.sense(motion, { action: "single" });
  home.sense(motion, { action: "double" });
  home.bus.publish({
    kind: "device.availability-changed",
    device: motion,
    online: false,
    at: home.clock.now(),
  });
  expect(home.fired()).toHaveLength(3);
});

test(`people come and go: the first, the last, one of them, and only when it is news ${proves("H7")}`, () => {
  const home = noonHome();
  const of = (event: "first-arrives" | "last-leaves"): Trigger => ({ kind: "presence", event });
  const names = ["first", "last", "ana comes", "ana goes"];
  const triggers: Trigger[] = [
    of("first-arrives"),
    of("last-leaves"),
    { kind: "presence", event: "arrives", person: ana },
    { kind: "presence", event: "leaves", person: ana },
  ];
  const ids = triggers.map((trigger) => home.rules.add(ruleOf({ triggers: [trigger] })).id);
  const told = (isHome: boolean, isAlone: boolean, wasKnown = true): readonly (string | undefined)[] => {
    const before = home.of("rule.fired").length;
    const rest = { wasKnown, isAlone, anybodyHome: isHome || !isAlone, at: home.clock.now() };
    home.bus.publish({ kind: "presence.changed", person: ana, home: isHome, ...rest });
    return home
      .of("rule.fired")
      .slice(before)
      .map(({ rule }) => names[ids.indexOf(rule)]);
  };
  expect(told(true, true, false)).toEqual([]);
  expect(told(false, true)).toEqual(["last", "ana goes"]);
  expect(told(true, true)).toEqual(["first", "ana comes"]);
  expect(told(false, false)).toEqual(["ana goes"]);
});

test(`who is on the way home is expected once for each way ${proves("U9")}`, () => {
  const home = noonHome();
  home.rules.add(ruleOf({ triggers: [{ kind: "presence", event: "approaches", ahead: Minutes(10) }] }));
  const approach = (minutes: number): void =>
    home.bus.publish({
      kind: "presence.approaching",
      person: ana,
      eta: Minutes(minutes),
      at: home.clock.now(),
    });
  for (const minutes of [20, 9, 5, 1]) approach(minutes);
  expect(home.fired()).toHaveLength(1);
  const rest = { wasKnown: true, isAlone: true, anybodyHome: true, at: home.clock.now() };
  home.bus.publish({ kind: "presence.changed", person: ana, home: true, ...rest });
  approach(8);
  expect(home.fired()).toHaveLength(2);
});
