import { expect, test } from "vitest";
import type { NewRule } from "../../../hub/automation/rule-store.ts";
import { type CivilDate, parseMonthDay } from "../../../hub/domain/civil.ts";
import type { PersonId, SceneId, SensorId } from "../../../hub/domain/ids.ts";
import type { Action, Condition, Trigger } from "../../../hub/domain/rule.ts";
import { Days, Hours, Instant, Millis, Minutes, Percent, Seconds } from "../../../hub/domain/units.ts";
import { ana, at, lampId, motion, RuleHome, room, ruleOf, scene, sun, time } from "./rule-home.ts";

const noonHome = (): RuleHome => new RuleHome("2026-06-21T10:00Z");
const lamp = lampId(0);
const other = lampId(1);
const lit = (target = lamp, command: object = { on: true }): Action => ({ kind: "light", target, command });
const daily = (moment: ReturnType<typeof time>): Trigger => ({ kind: "daily", at: moment, days: {} });
const moved: Trigger = { kind: "motion", sensor: motion, event: "detected" };
const ten = daily(time("12:10"));

const refused = (rule: Partial<NewRule>): string => {
  try {
    noonHome().rules.add(ruleOf({ triggers: [ten], ...rule }));
    return "kept";
  } catch (error) {
    const { code, context } = error as { code: string; context: { path?: string } };
    return `${code} ${context.path ?? ""}`.trim();
  }
};

test.each<[string, Partial<NewRule>, string]>([
  ["without a trigger", { triggers: [] }, "invalid_input triggers"],
  ["without an action", { actions: [] }, "invalid_input actions"],
  ["without a name", { name: " " }, "invalid_input name"],
  [
    "from eight to eight",
    { triggers: [{ kind: "range", from: time("08:00"), to: time("08:00"), days: {} }] },
    "invalid_input triggers.0",
  ],
  [
    "from sunset to before sunset",
    { triggers: [{ kind: "range", from: sun("sunset"), to: sun("sunset", -Minutes(5)), days: {} }] },
    "invalid_input triggers.0",
  ],
  [
    "more than a day after sunset",
    { triggers: [daily(sun("sunset", Hours(25)))] },
    "invalid_input triggers.0.at.offset",
  ],
  [
    "at no time",
    { triggers: [daily({ kind: "time", at: 86_400 as never })] },
    "invalid_input triggers.0.at.at",
  ],
  [
    "not before what comes after it",
    { triggers: [daily(sun("sunset", 0, { notBefore: 72_000 as never, notAfter: 3_600 as never }))] },
    "invalid_input triggers.0.at.notBefore",
  ],
  [
    "at an event the sun does not have",
    { triggers: [daily(sun("teatime" as never))] },
    "invalid_input triggers.0.at.event",
  ],
  [
    "on no day",
    { triggers: [{ ...ten, days: { weekdays: [] } } as Trigger] },
    "invalid_input triggers.0.days",
  ],
  [
    "on 30 February",
    { triggers: [{ ...ten, days: { dates: ["02-30" as never] } } as Trigger] },
    "invalid_input date",
  ],
  [
    "once on 31 June",
    { triggers: [{ kind: "once", date: "2027-06-31" as CivilDate, at: 0 as never }] },
    "invalid_input date",
  ],
  [
    "once, and that is over",
    { triggers: [{ kind: "once", date: "2026-06-20" as CivilDate, at: 0 as never }] },
    "invalid_input triggers.0.date",
  ],
  [
    "after no time at all",
    { triggers: [{ kind: "timer", after: Millis(0), since: Instant(0) }] },
    "invalid_input triggers.0.after",
  ],
  [
    "for a lamp that is not there",
    { actions: [lit("l-zzzzzzzzzzzz" as never)] },
    "not_found actions.0.target",
  ],
  ["for a scene that is not there", { actions: [{ kind: "scene", scene }] }, "not_found actions.0.scene"],
  [
    "by a sensor that is not there",
    { triggers: [{ kind: "contact", sensor: "s-zzzzzzzzzzzz" as SensorId, event: "opened" }] },
    "not_found triggers.0.sensor",
  ],
  [
    "by somebody who is not there",
    { triggers: [{ kind: "presence", event: "arrives", person: "p-zzzzzzzzzzzz" as PersonId }] },
    "not_found triggers.0.person",
  ],
  [
    "if it is darker than it is bright",
    { conditions: [{ kind: "illuminance", sensor: motion, below: 10, above: 20 }] },
    "invalid_input conditions.0",
  ],
  [
    "in two colours at once",
    { actions: [lit(lamp, { color: { x: 0.3, y: 0.3 }, colorTemperature: 300 })] },
    "invalid_input color",
  ],
  [
    "to follow a day that nobody follows",
    { actions: [{ kind: "circadian", target: lamp }] },
    "invalid_input actions.0",
  ],
  ["with an end of what has none", { endActions: [lit()] }, "invalid_input endActions"],
  ["that sets itself off", { triggers: [{ kind: "device", device: lamp, event: "on" }] }, "rule_loops"],
])("a rule %s is refused", (_what, rule, expected) => {
  expect(refused(rule)).toBe(expected);
});

test("a circle of rules is refused where it closes, a chain is not", () => {
  const home = noonHome();
  home.rules.add(
    ruleOf({ triggers: [{ kind: "device", device: lamp, event: "on" }], actions: [lit(other)] }),
  );
  home.rules.add(
    ruleOf({ triggers: [{ kind: "device", device: other, event: "on" }], actions: [lit(lampId(2))] }),
  );
  const off = lit(lamp, { on: false });
  home.rules.add(ruleOf({ triggers: [{ kind: "device", device: lampId(2), event: "on" }], actions: [off] }));
  const back = ruleOf({ triggers: [{ kind: "device", device: lampId(2), event: "on" }], actions: [lit()] });
  expect(() => home.rules.add(back)).toThrow(/again and again/);
  const toggling = ruleOf({ triggers: back.triggers, actions: [lit(lamp, { on: "toggle" })] });
  expect(() => home.rules.add(toggling)).toThrow(/again and again/);
  home.touch(lamp, { on: true });
  expect([home.isOn(other), home.isOn(lampId(2)), home.isOn(lamp)]).toEqual([true, true, false]);
});

test("rules, pauses and the mode are there after a restart", async () => {
  const home = noonHome();
  const { id } = home.rules.add(ruleOf({ triggers: [ten], name: "  Ten past  " }));
  home.rules.pause(id, at("2026-06-22T00:00Z"));
  home.rules.setMode("away", { kind: "api" });
  await home.restart();
  expect(home.rules.list()).toMatchObject([{ id, name: "Ten past", pausedUntil: at("2026-06-22T00:00Z") }]);
  expect(home.rules.mode()).toBe("away");
});

test("a rule that rests says so, and when it is resumed what it missed stays missed", async () => {
  const home = noonHome();
  const { id } = home.rules.add(ruleOf({ triggers: [ten] }));
  home.rules.pause(id, undefined);
  await home.liveUntil("2026-06-21T11:00Z");
  expect([home.isOn(), home.notRun(), home.lights.held.map(({ reason }) => reason)]).toEqual([
    false,
    ["paused"],
    ["paused"],
  ]);
  home.rules.resume(id);
  expect(home.isOn()).toBe(false);
  await home.liveUntil("2026-06-22T11:00Z");
  expect(home.isOn()).toBe(true);
});

test("a rule that is switched off, changed or removed is not done as it was", async () => {
  const home = noonHome();
  const { id } = home.rules.add(ruleOf({ triggers: [ten] }));
  const gone = home.rules.add(ruleOf({ triggers: [ten], actions: [lit(other)] }));
  home.rules.change(id, { triggers: [daily(time("12:30"))] });
  home.rules.remove(gone.id);
  await home.liveUntil("2026-06-21T10:20Z");
  expect([home.isOn(), home.isOn(other)]).toEqual([false, false]);
  home.rules.change(id, { enabled: false });
  await home.liveUntil("2026-06-21T11:00Z");
  expect(home.fired()).toEqual([]);
  expect(() => home.rules.run(gone.id, { kind: "api" })).toThrow(/no such rule/);
});

test("by hand it is done now, whatever its conditions say", () => {
  const home = noonHome();
  const { id } = home.rules.add(ruleOf({ triggers: [ten], conditions: [{ kind: "sun", is: "down" }] }));
  home.rules.run(id, { kind: "person", actor: ana });
  expect(home.lights.causes.get(lamp)).toMatchObject({
    kind: "person",
    actor: ana,
    rule: id,
    trigger: "by hand",
  });
});

test("once is once: afterwards the rule is off, over a restart too", async () => {
  const home = noonHome();
  home.rules.add(
    ruleOf({ triggers: [{ kind: "once", date: "2026-06-21" as CivilDate, at: 46_800 as never }] }),
  );
  await home.liveUntil("2026-06-21T11:01Z");
  expect([home.fired().length, home.rules.list()[0]?.enabled]).toEqual([1, false]);
  await home.restart(Days(1));
  expect(home.fired()).toHaveLength(1);
});

test("a timer runs on the monotonic clock, over a step, a restart and a clock that nobody believes", async () => {
  const home = noonHome();
  home.rules.add(ruleOf({ triggers: [{ kind: "timer", after: Hours(1), since: home.clock.now() }] }));
  await home.world.advance(Minutes(20));
  home.world.step(Hours(5));
  await home.world.advance(Minutes(20));
  expect(home.isOn()).toBe(false);
  // The last time it knew for sure is the one after the step: by that, forty minutes are left.
  await home.restart(Minutes(5), "1970-01-01T00:00Z");
  await home.world.advance(Minutes(39));
  expect(home.isOn()).toBe(false);
  await home.world.advance(Minutes(2));
  expect(home.isOn()).toBe(true);
  await home.world.advance(Hours(3));
  expect([home.fired().length, home.rules.list()[0]?.enabled]).toEqual([1, false]);
});

test("conditions are asked when it is due, and the first that fails is named", async () => {
  const home = noonHome();
  const yes: Condition[] = [
    { kind: "time", from: time("12:00"), to: time("12:30"), days: {} },
    { kind: "sun", is: "up" },
    { kind: "elevation", above: 50 as never },
    { kind: "mode", is: ["home", "night"] },
    { kind: "light", target: room, is: "off" },
    { kind: "illuminance", sensor: motion, below: 100 },
    { kind: "presence", is: "anybody-home" },
    { kind: "not", condition: { kind: "presence", person: ana, is: "away" } },
    {
      kind: "any",
      of: [
        { kind: "mode", is: ["vacation"] },
        { kind: "sun", is: "up" },
      ],
    },
  ];
  home.people.set(ana, true);
  home.readings.set(motion, { illuminance: 40 });
  const { id } = home.rules.add(ruleOf({ triggers: [ten], conditions: yes }));
  expect(home.rules.explain(id).conditions.map(({ holds }) => holds)).toEqual(yes.map(() => true));
  await home.liveUntil("2026-06-21T10:11Z");
  expect(home.fired()).toHaveLength(1);
  home.people.set(ana, false);
  await home.liveUntil("2026-06-22T10:11Z");
  expect(home.of("rule.not-run")).toMatchObject([{ reason: "condition-false", condition: 4 }]);
  home.touch(lamp, { on: false });
  await home.liveUntil("2026-06-23T10:11Z");
  expect(home.of("rule.not-run")[1]).toMatchObject({ reason: "condition-false", condition: 6 });
});

test("what cannot be known keeps a rule from acting, with the reason", async () => {
  const home = noonHome();
  home.place = { ...home.place, sun: undefined };
  home.rules.add(ruleOf({ triggers: [ten], conditions: [{ kind: "sun", is: "up" }] }));
  home.rules.add(ruleOf({ triggers: [ten], conditions: [{ kind: "presence", is: "anybody-home" }] }));
  const bySun = home.rules.add(ruleOf({ triggers: [daily(sun("sunset"))] }));
  await home.liveUntil("2026-06-21T10:11Z");
  expect(home.notRun()).toEqual(["no-place", "condition-false"]);
  expect(home.rules.explain(bySun.id)).toMatchObject({ held: "no-place" });
});

test("a range that a condition kept from beginning is not ended, one that began is", async () => {
  const home = noonHome();
  home.rules.add(
    ruleOf({
      triggers: [{ kind: "range", from: time("13:00"), to: time("14:00"), days: {} }],
      conditions: [{ kind: "mode", is: ["home"] }],
    }),
  );
  home.touch(lamp, { on: true });
  home.rules.setMode("away", { kind: "api" });
  await home.liveUntil("2026-06-21T12:01Z");
  expect([home.isOn(), home.notRun()]).toEqual([true, ["condition-false", "condition-false"]]);
  home.rules.setMode("home", { kind: "api" });
  await home.liveUntil("2026-06-22T11:30Z");
  home.rules.setMode("away", { kind: "api" });
  await home.liveUntil("2026-06-22T12:01Z");
  expect(home.isOn()).toBe(false);
});

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

test("people come and go: the first, the last, one of them, and only when it is news", () => {
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

test("who is on the way home is expected once for each way", () => {
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

test("what comes, in order, with what keeps it; what has been is not there", async () => {
  const home = noonHome();
  const late = home.rules.add(ruleOf({ triggers: [daily(time("18:00"))] }));
  const early = home.rules.add(ruleOf({ triggers: [ten, daily(sun("sunset"))] }));
  home.rules.pause(late.id, at("2026-06-22T00:00Z"));
  const coming = home.rules.upcoming(Hours(24)).map(({ rule, held }) => [rule.id, held]);
  expect(coming).toEqual([
    [early.id, undefined],
    [late.id, "paused"],
    [early.id, undefined],
  ]);
  await home.liveUntil("2026-06-21T10:11Z");
  expect(home.rules.upcoming(Hours(24))).toHaveLength(3);
  home.world.step(-Minutes(5));
  await home.world.advance(Seconds(2));
  expect(home.rules.upcoming(Hours(12))).toHaveLength(2);
  expect(() => home.rules.upcoming(Days(401))).toThrow(/400 days/);
});

test("explained: what comes next, what came of the last time, after a restart too", async () => {
  const home = noonHome();
  const { id } = home.rules.add(ruleOf({ triggers: [ten], conditions: [{ kind: "mode", is: ["away"] }] }));
  expect(home.rules.explain(id)).toMatchObject({
    next: { at: at("2026-06-21T10:10Z"), date: "2026-06-21" },
    conditions: [{ holds: false }],
    movedOnPurpose: false,
  });
  await home.restart(Seconds(1));
  await home.liveUntil("2026-06-21T10:11Z");
  await home.restart(Seconds(1));
  const { last, next } = home.rules.explain(id);
  expect(last).toMatchObject({ result: "condition-false", condition: 0, at: at("2026-06-21T10:10Z") });
  expect(next?.date).toBe("2026-06-22");
  home.rules.change(id, { enabled: false });
  expect(home.rules.explain(id).held).toBe("disabled");
});

test("what changes if the offset is another, day by day, over a year", () => {
  const home = noonHome();
  const before = ruleOf({ triggers: [daily(sun("sunset", -Minutes(10)))] });
  const { id } = home.rules.add(before);
  const after = { ...before, id, triggers: [daily(sun("sunset", -Minutes(20)))] };
  const moved = home.rules.compare([after], Days(365));
  expect(moved).toHaveLength(365);
  for (const { before: was = 0, after: is = 0 } of moved) expect(was - is).toBe(Minutes(10));
  const leap = ruleOf({ triggers: [{ ...ten, days: { dates: [parseMonthDay("02-28")] } } as Trigger] });
  expect(home.rules.compare([leap], Days(365))).toEqual([
    { rule: "new", date: "2027-02-28", after: at("2027-02-28T11:10Z") },
  ]);
  expect(home.rules.compare([{ ...before, id, enabled: false }], Days(3))).toHaveLength(3);
});

test("the journal is no longer than it has to be", async () => {
  const home = noonHome();
  const { id } = home.rules.add(ruleOf({ triggers: [daily(time("12:10")), daily(time("13:10"))] }));
  await home.world.advance(Days(40));
  const entries = home.store.records.get("rule-journal")?.get(id) as { entries: unknown[] };
  expect(home.fired()).toHaveLength(80);
  expect(entries.entries.length).toBeLessThanOrEqual(22);
  home.rules.remove(id);
  expect(home.store.records.get("rule-journal")?.size).toBe(0);
});
