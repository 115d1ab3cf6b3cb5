import { expect, test } from "vitest";
import type { NewRule } from "../../../hub/automation/rule-store.ts";
import { type CivilDate, parseMonthDay } from "../../../hub/domain/civil.ts";
import type { PersonId, SensorId } from "../../../hub/domain/ids.ts";
import type { Action, Condition, Trigger } from "../../../hub/domain/rule.ts";
import { Days, Hours, Instant, Millis, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { ana, at, lampId, motion, RuleHome, room, ruleOf, scene, sun, time } from "./rule-home.ts";

const noonHome = (): RuleHome => new RuleHome("2026-06-21T10:00Z");
const lamp = lampId(0);
const other = lampId(1);
const lit = (target = lamp, command: object = { on: true }): Action => ({ kind: "light", target, command });
const daily = (moment: ReturnType<typeof time>): Trigger => ({ kind: "daily", at: moment, days: {} });
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

test.each(["paused", "location-not-permitted"] as const)(
  "rules about people whose presence rests (%s) say so: of one, of the first and the last, not of whoever comes near",
  async (reason) => {
    const home = noonHome();
    home.presenceHeld = reason;
    for (const [trigger, held] of [
      [{ kind: "presence", event: "arrives", person: ana }, reason],
      [{ kind: "presence", event: "last-leaves" }, reason],
      [{ kind: "presence", event: "approaches", ahead: Minutes(5) }, undefined],
    ] as const) {
      const rule = home.rules.add(ruleOf({ triggers: [trigger] }));
      expect([home.rules.explain(rule.id).held, home.rules.held(rule.id)]).toEqual([held, held]);
    }
    home.rules.add(ruleOf({ triggers: [ten], conditions: [{ kind: "presence", is: "anybody-home" }] }));
    await home.liveUntil("2026-06-21T10:11Z");
    expect(home.notRun()).toEqual([reason]);
  },
);

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

test("what was done once is not done again when the journal no longer knows of it", async () => {
  const home = noonHome();
  const since = home.clock.now();
  home.rules.add(
    ruleOf({
      triggers: [
        { kind: "timer", after: Minutes(5), since },
        { kind: "once", date: "2026-06-21" as CivilDate, at: 46_800 as never },
        daily(time("04:00")),
      ],
      catchUp: { kind: "late", within: Days(100) },
    }),
  );
  await home.world.advance(Days(30));
  const before = home.fired().length;
  expect(before).toBe(32);
  await home.restart();
  await home.world.advance(Minutes(10));
  expect(home.fired()).toHaveLength(before);
});

test("a rule that is renamed goes on counting, and what it lit goes off in its time", async () => {
  const home = noonHome();
  const timed = home.rules.add(
    ruleOf({ triggers: [{ kind: "timer", after: Hours(1), since: home.clock.now() }] }),
  );
  const held = home.rules.add(
    ruleOf({
      triggers: [ten],
      actions: [{ kind: "light", target: other, command: { on: true }, hold: Minutes(20) }],
    }),
  );
  await home.liveUntil("2026-06-21T10:20Z");
  home.world.step(Hours(5));
  await home.world.advance(Seconds(2));
  home.rules.change(timed.id, { name: "other" });
  home.rules.remove(held.id);
  expect([home.isOn(), home.isOn(other)]).toEqual([false, true]);
  await home.world.advance(Minutes(12));
  expect([home.isOn(), home.isOn(other)]).toEqual([false, false]);
  await home.world.advance(Minutes(29));
  expect(home.isOn()).toBe(true);
});

test("what was to be done once and is in doubt is done again, though the rule is spent by it", async () => {
  const home = noonHome();
  home.rules.add(ruleOf({ triggers: [{ kind: "timer", after: Minutes(5), since: home.clock.now() }] }));
  await home.world.advance(Minutes(5));
  home.lights.states.set(lamp, { on: false, brightness: 100 as never });
  home.lights.causes.delete(lamp);
  await home.restart(Seconds(5));
  expect([home.isOn(), home.rules.list()[0]?.enabled]).toEqual([true, false]);
});
