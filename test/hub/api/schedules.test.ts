import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bearerText } from "../../../hub/api/auth.ts";
import type { Shape } from "../../../hub/api/contract.ts";
import type { CivilDate } from "../../../hub/domain/civil.ts";
import type { RuleId } from "../../../hub/domain/ids.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

type Schedule = Shape<"Schedule">;
type Problem = Shape<"Problem">;

const sunset = (more: object = {}) => ({ kind: "sun", event: "sunset", offset: -900, ...more });
const daily = (at: unknown, more: object = {}) => ({ kind: "daily", at, ...more });
const lampOn = () => ({ kind: "light", target: house.lamp, command: { on: true, brightness: 60 } });
const evening = (more: object = {}) => ({
  name: "Evening light",
  triggers: [
    daily(sunset({ notBefore: "17:00" }), { days: { weekdays: ["mon", "tue", "wed", "thu", "fri"] } }),
  ],
  conditions: [{ kind: "presence", is: "anybody-home" }],
  actions: [
    {
      kind: "light",
      target: house.room.id,
      command: { on: true, brightness: 60, colorTemperature: 2700, transition: 5 },
    },
  ],
  ...more,
});

const add = (body: unknown = evening()) => house.ask<Schedule>("POST", "/schedules", { body, status: 201 });
const refused = (body: unknown, status = 400) => house.ask<Problem>("POST", "/schedules", { body, status });

test("a rule is added with what was said, and the defaults for what was not, in plain words", async () => {
  const rule = await add();
  expect(rule).toEqual({
    id: rule.id,
    name: "Evening light",
    enabled: true,
    triggers: [
      daily(sunset({ notBefore: "17:00", polar: { kind: "none" } }), {
        days: { weekdays: ["mon", "tue", "wed", "thu", "fri"] },
      }),
    ],
    conditions: [{ kind: "presence", is: "anybody-home" }],
    actions: evening().actions,
    catchUp: { kind: "now" },
    text: {
      triggers: ["sunset - 15 min, not before 17:00, on weekdays"],
      conditions: ["somebody is home"],
      actions: ["Kitchen on 60 % 2700 K over 5 s"],
      sentence:
        "Sunset - 15 min, not before 17:00, on weekdays, if somebody is home: Kitchen on 60 % 2700 K over 5 s",
    },
  });
  expect(await house.ask("GET", "/schedules")).toEqual({ data: [rule] });
  expect(await house.ask("GET", `/schedules/${rule.id}`)).toEqual(rule);
});

test("a timer that does not say since when counts from now", async () => {
  const rule = await add(evening({ triggers: [{ kind: "timer", after: 1200 }] }));
  expect(rule.triggers).toEqual([{ kind: "timer", after: 1200, since: "2026-09-21T14:13:20.000Z" }]);
});

test("a rule is changed in part, and removed", async () => {
  const { id } = await add();
  const changed = await house.ask<Schedule>("PATCH", `/schedules/${id}`, {
    body: { enabled: false, conditions: [], catchUp: { kind: "late", within: 600 } },
  });
  expect(changed).toMatchObject({
    name: "Evening light",
    enabled: false,
    conditions: [],
    catchUp: { kind: "late", within: 600 },
  });
  await house.ask("DELETE", `/schedules/${id}`, { status: 204 });
  await house.ask("GET", `/schedules/${id}`, { status: 404 });
  await house.ask("PATCH", `/schedules/${id}`, { body: { enabled: true }, status: 404 });
  await house.ask("DELETE", `/schedules/${id}`, { status: 404 });
});

test("a rule rests for a while, until a time, or until it is resumed", async () => {
  const { id } = await add();
  const path = `/schedules/${id}`;
  expect(await house.ask("POST", `${path}/pause`, { body: { for: 3600 } })).toMatchObject({
    pausedUntil: "2026-09-21T15:13:20.000Z",
  });
  const until = "2026-12-24T17:00:00.000Z";
  expect(await house.ask("POST", `${path}/pause`, { body: { until } })).toMatchObject({ pausedUntil: until });
  expect(await house.ask("POST", `${path}/pause`)).toMatchObject({ pausedUntil: null });
  expect(await house.ask("POST", `${path}/resume`)).not.toHaveProperty("pausedUntil");
  await house.ask("POST", `${path}/pause`, { body: { until: "tomorrow" }, status: 400 });
});

test("a rule is run by hand", async () => {
  const { id } = await add();
  await house.ask("POST", `/schedules/${id}/run`, { status: 204 });
  expect(house.schedules.ran).toEqual([id]);
  await house.ask("POST", "/schedules/ru-aaaaaaaaaaaa/run", { status: 404 });
});

const occurrence = (rule: RuleId, edge: "start" | "end" = "start") =>
  ({
    id: `${rule}/0/2026-09-21/${edge}`,
    rule,
    trigger: 0,
    edge,
    date: "2026-09-21" as CivilDate,
    at: Instant(1_790_003_600_000),
  }) as const;

test("what runs next is told with its reason, what it does, and what holds it back", async () => {
  const { id } = await add();
  const rule = house.schedules.get(id as RuleId);
  if (rule === undefined) throw new Error("the rule is not there");
  house.schedules.planned = [
    { occurrence: occurrence(rule.id), rule, held: "clock-untrusted" },
    { occurrence: occurrence(rule.id, "end"), rule },
  ];
  house.schedules.explained = { movedOnPurpose: true };
  const common = { rule: id, trigger: 0, date: "2026-09-21", at: "2026-09-21T15:13:20.000Z" };
  const because = "sunset - 15 min, not before 17:00, on weekdays";
  expect(await house.ask("GET", "/schedules/next?days=3")).toEqual({
    data: [
      {
        ...common,
        id: `${id}/0/2026-09-21/start`,
        edge: "start",
        name: "Evening light",
        held: "clock-untrusted",
        movedOnPurpose: true,
        because,
        who: "Kitchen",
        does: "on 60 % 2700 K over 5 s",
      },
      {
        ...common,
        id: `${id}/0/2026-09-21/end`,
        edge: "end",
        name: "Evening light",
        movedOnPurpose: true,
        because: `${because}, its end`,
        who: "Kitchen",
        does: "off",
      },
    ],
  });
  const past = { occurrence: occurrence(rule.id), rule, result: "condition-false" } as const;
  house.schedules.planned = [past];
  const of = async (query: string) =>
    (await house.ask<Shape<"UpcomingRuns">>("GET", `/schedules/next?${query}`)).data.map(
      ({ result }) => result,
    );
  expect(await of("days=0.01&from=2026-09-21T15:00:00Z")).toEqual(["condition-false"]);
  expect(await of("days=0.01")).toEqual([]);
  await house.ask("GET", "/schedules/next?days=1000", { status: 400 });
});

test("a rule is explained: when next, how it went last, which condition fails", async () => {
  const { id } = await add();
  house.schedules.explained = {
    next: occurrence(id as RuleId),
    last: { at: Instant(1_790_000_000_000), result: "condition-false", condition: 0 },
    conditions: [{ condition: { kind: "presence", is: "anybody-home" }, holds: false }],
    held: "paused",
  };
  const answer = await house.ask("GET", `/schedules/${id}/explain?at=2026-09-21T20:00:00Z`);
  expect(answer).toMatchObject({
    rule: { id },
    next: { at: "2026-09-21T15:13:20.000Z" },
    last: { result: "condition-false", condition: 0, text: "its condition was not met: somebody is home" },
    conditions: [{ text: "somebody is home", holds: false }],
    held: "paused",
    heldText: "it was paused",
    movedOnPurpose: false,
  });
  await house.ask("GET", `/schedules/${id}/explain?at=noon`, { status: 400 });
});

test("why a lamp is as it is names the rules that can change it, and how each stands", async () => {
  const states = { [house.other]: { on: true, brightness: 50 } };
  const scene = await house.ask<Shape<"Scene">>("POST", "/scenes", {
    body: { name: "Film", states },
    status: 201,
  });
  const zone = await house.ask<Shape<"Zone">>("POST", "/zones", {
    body: { name: "Desk", members: [house.lamp] },
    status: 201,
  });
  const off = (target: string) => ({ kind: "light", target, command: { on: false } });
  await add(evening({ name: "By room" }));
  await add(evening({ name: "By zone", actions: [off(zone.id)] }));
  await add(evening({ name: "By scene", actions: [{ kind: "scene", scene: scene.id }] }));
  await add(evening({ name: "By lamp", actions: [off(house.lamp)] }));
  await add(evening({ name: "By mode", actions: [{ kind: "mode", mode: "night" }] }));
  house.schedules.explained = {
    last: { at: Instant(0), result: "condition-false", condition: 0 },
    held: "clock-untrusted",
  };
  const rulesOf = async (lamp: string, token = house.owner) =>
    (await house.ask<Shape<"Why">>("GET", `/lights/${lamp}/why`, { token })).rules;
  expect((await rulesOf(house.lamp)).map(({ name }) => name)).toEqual(["By room", "By zone", "By lamp"]);
  expect((await rulesOf(house.other)).map(({ name }) => name)).toEqual(["By room", "By scene"]);
  expect((await rulesOf(house.other))[0]).toMatchObject({
    last: { result: "condition-false", text: "its condition was not met: somebody is home" },
    heldText: "the clock could not be trusted",
  });
  const { token, secret } = house.tokens.issue({
    name: "guest",
    role: "guest",
    scopes: ["lights:read"],
    lamps: [house.lamp],
  });
  expect(await rulesOf(house.lamp, bearerText(token.id, secret))).toEqual([]);
});

test("a changed rule set is compared without changing anything", async () => {
  const { id } = await add();
  house.schedules.differences = [
    { rule: id as RuleId, date: "2026-09-22" as CivilDate, before: Instant(0), after: Instant(60_000) },
    { rule: "new", date: "2026-09-23" as CivilDate, after: Instant(0) },
  ];
  const body = {
    rules: [{ ...evening(), id }, evening({ name: "Another" })],
    days: 30,
  };
  expect(await house.ask("POST", "/schedules/compare", { body })).toEqual({
    data: [
      {
        rule: id,
        name: "Evening light",
        date: "2026-09-22",
        before: "1970-01-01T00:00:00.000Z",
        after: "1970-01-01T00:01:00.000Z",
      },
      { rule: null, name: "Another", date: "2026-09-23", after: "1970-01-01T00:00:00.000Z" },
    ],
  });
  expect(house.schedules.compared.map(({ id }) => id)).toEqual([id, undefined]);
  expect(house.schedules.list()).toHaveLength(1);
  expect(
    await house.ask("POST", "/schedules/compare", {
      body: { rules: [evening(), { ...evening(), id: "ru-aaaaaaaaaaaa" }] },
      status: 400,
    }),
  ).toMatchObject({ code: "unknown_id", errors: [{ pointer: "/rules/1/id" }] });
  await house.ask("POST", "/schedules/compare", { body: { rules: [], days: 1000 }, status: 400 });
});

test("the mode of the home is read and set", async () => {
  expect(await house.ask("GET", "/mode")).toEqual({ mode: "home" });
  expect(await house.ask("PUT", "/mode", { body: { mode: "vacation" } })).toEqual({ mode: "vacation" });
  expect(await house.ask("GET", "/mode")).toEqual({ mode: "vacation" });
  await house.ask("PUT", "/mode", { body: { mode: "party" }, status: 400 });
});

test("somebody vouches for the clock, or sets it", async () => {
  house.watch.doubt();
  expect(await house.ask("GET", "/clock")).toEqual({ now: "2026-09-21T14:13:20.000Z", trust: "unknown" });
  expect(await house.ask("PUT", "/clock")).toMatchObject({ trust: "trusted", source: "person" });
  const now = "2026-09-21T18:00:00.000Z";
  expect(await house.ask("PUT", "/clock", { body: { now, source: "phone" } })).toEqual({
    now,
    trust: "trusted",
    source: "phone",
    since: now,
  });
  await house.ask("PUT", "/clock", { body: { now: "noon" }, status: 400 });
  await house.ask("PUT", "/clock", { body: { source: "ntp" }, status: 400 });
});

describe("bad rules are refused with the place and the reason", () => {
  const at = (trigger: unknown) => ({ triggers: [trigger] });
  const when = (condition: unknown) => ({ conditions: [condition] });
  const cases: readonly [string, object, string, string, RegExp][] = [
    [
      "30 February",
      at(daily({ kind: "time", at: "07:00" }, { days: { dates: ["02-30"] } })),
      "/triggers/0/days/dates/0",
      "invalid_input",
      /day of the year/,
    ],
    [
      "30 February of one year",
      at({ kind: "once", date: "2026-02-30", at: "07:00" }),
      "/triggers/0/date",
      "invalid_input",
      /day of the calendar/,
    ],
    [
      "a time that no clock shows",
      at(daily({ kind: "time", at: "24:00" })),
      "/triggers/0/at/at",
      "invalid_input",
      /time of day/,
    ],
    [
      "an offset beyond a day",
      at(daily(sunset({ offset: -86_401 }))),
      "/triggers/0/at/offset",
      "range_violation",
      /-86400/,
    ],
    [
      "an unknown kind of trigger",
      at({ kind: "thunder" }),
      "/triggers/0/kind",
      "invalid_input",
      /one of daily, range/,
    ],
    [
      "an unknown sun event",
      at(daily({ kind: "sun", event: "teatime" })),
      "/triggers/0/at/event",
      "invalid_input",
      /shape/,
    ],
    [
      "clamps that leave nothing",
      at(daily(sunset({ notBefore: "18:00", notAfter: "17:00" }))),
      "/triggers/0/at/notAfter",
      "invalid_input",
      /empty/,
    ],
    [
      "a range that ends when it begins",
      at({ kind: "range", from: { kind: "time", at: "18:00" }, to: { kind: "time", at: "18:00" } }),
      "/triggers/0/to",
      "invalid_input",
      /empty/,
    ],
    [
      "a random window without room",
      at(daily({ kind: "time", at: "18:00" }, { until: { kind: "time", at: "18:00" } })),
      "/triggers/0/until",
      "invalid_input",
      /empty/,
    ],
    [
      "a window from an event to an earlier one of the same kind",
      at({ kind: "range", from: sunset(), to: sunset({ offset: -1800 }) }),
      "/triggers/0/to",
      "invalid_input",
      /empty/,
    ],
    [
      "a condition whose window is empty",
      when({ kind: "time", from: { kind: "time", at: "18:00" }, to: { kind: "time", at: "18:00" } }),
      "/conditions/0/to",
      "invalid_input",
      /empty/,
    ],
    [
      "no weekday",
      at(daily(sunset(), { days: { weekdays: [] } })),
      "/triggers/0/days/weekdays",
      "range_violation",
      /at least 1/,
    ],
    ["no trigger", { triggers: [] }, "/triggers", "range_violation", /at least 1/],
    ["no action", { actions: [] }, "/actions", "range_violation", /at least 1/],
    [
      "an action that asks nothing",
      { actions: [{ kind: "light", target: "l-aaaaaaaaaaaa", command: { transition: 2 } }] },
      "/actions/0/command",
      "invalid_input",
      /asks nothing/,
    ],
    [
      "light that is brighter and darker at once",
      when({ kind: "illuminance", sensor: "s-aaaaaaaaaaaa", above: 50, below: 20 }),
      "/conditions/0/below",
      "invalid_input",
      /nothing is both/,
    ],
    [
      "both sides of a threshold",
      at({ kind: "illuminance", sensor: "s-aaaaaaaaaaaa", above: 50, below: 60 }),
      "/triggers/0/below",
      "invalid_input",
      /one of/,
    ],
    ["a field there is not", { when: "later" }, "/when", "unknown_field", /unknown/],
  ];

  test.each(cases)("%s", async (_name, more, pointer, code, detail) => {
    const problem = await refused(evening(more));
    expect(problem.errors?.[0]).toEqual({ pointer, code, detail: expect.stringMatching(detail) });
    expect(problem.code).toBe(code);
  });

  test("ids that nothing has, each with its place", async () => {
    const problem = await refused({
      name: "Ghosts",
      triggers: [
        { kind: "motion", sensor: "r-aaaaaaaaaaaa", event: "detected" },
        { kind: "presence", event: "arrives", person: "p-aaaaaaaaaaaa" },
        { kind: "device", device: "l-aaaaaaaaaaaa", event: "on" },
        { kind: "contact", sensor: house.lamp, event: "opened" },
      ],
      conditions: [
        {
          kind: "not",
          condition: { kind: "any", of: [{ kind: "light", target: "z-aaaaaaaaaaaa", is: "on" }] },
        },
        { kind: "presence", person: "nobody", is: "home" },
        { kind: "illuminance", sensor: "s-aaaaaaaaaaaa", below: 1 },
      ],
      actions: [lampOn(), { kind: "scene", scene: "sc-aaaaaaaaaaaa" }],
      endActions: [{ kind: "off-after", target: house.sensor, after: 5 }],
    });
    expect(problem.code).toBe("unknown_id");
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([
      "/triggers/0/sensor",
      "/triggers/1/person",
      "/triggers/2/device",
      "/triggers/3/sensor",
      "/conditions/0/condition/of/0/target",
      "/conditions/1/person",
      "/conditions/2/sensor",
      "/actions/1/scene",
      "/endActions/0/target",
    ]);
    const { id } = await add();
    expect(
      await house.ask("PATCH", `/schedules/${id}`, {
        body: { actions: [{ kind: "circadian", target: "r-aaaaaaaaaaaa" }] },
        status: 400,
      }),
    ).toMatchObject({ code: "unknown_id", errors: [{ pointer: "/actions/0/target" }] });
    expect(
      await house.ask("POST", "/schedules/compare", {
        body: { rules: [evening({ actions: [{ kind: "scene", scene: "sc-aaaaaaaaaaaa" }] })] },
        status: 400,
      }),
    ).toMatchObject({ code: "unknown_id", errors: [{ pointer: "/rules/0/actions/0/scene" }] });
  });

  test("rules that set each other off, with the rules of the circle", async () => {
    const problem = await refused(evening({ name: "Loop" }), 409);
    expect(problem).toMatchObject({ code: "rule_loops", rules: [expect.any(String), expect.any(String)] });
  });
});

test("people are named in rules only to who may see them", async () => {
  const { id } = house.people.add({ name: "Ana" });
  const rule = await add(evening({ triggers: [{ kind: "presence", event: "arrives", person: id }] }));
  expect(rule.text.triggers).toEqual(["Ana comes home"]);
  const token = house.tokenWith(["lights:read"]);
  const seen = await house.ask<Schedule>("GET", `/schedules/${rule.id}`, { token });
  expect(seen.text.triggers).toEqual(["a person comes home"]);
  for (const path of ["/schedules", `/schedules/${rule.id}/explain`, `/lights/${house.lamp}/why`]) {
    expect(JSON.stringify(await house.ask("GET", path, { token }))).not.toContain("Ana");
  }
});

test("reading needs lights:read, changing needs schedules:write", async () => {
  const { id } = await add();
  const reader = house.tokenWith(["lights:read"]);
  const statuses = async (token: string) =>
    await Promise.all(
      (
        [
          ["GET", "/schedules"],
          ["GET", `/schedules/${id}`],
          ["GET", "/schedules/next"],
          ["GET", `/schedules/${id}/explain`],
          ["GET", "/mode"],
          ["POST", "/schedules/compare", { rules: [] }],
          ["POST", "/schedules", evening()],
          ["PATCH", `/schedules/${id}`, { enabled: false }],
          ["POST", `/schedules/${id}/pause`, {}],
          ["POST", `/schedules/${id}/resume`],
          ["POST", `/schedules/${id}/run`],
          ["PUT", "/mode", { mode: "home" }],
          ["PUT", "/clock", {}],
          ["DELETE", `/schedules/${id}`],
        ] as const
      ).map(async ([method, path, body]) => (await house.send(method, path, { token, body })).status),
    );
  expect(await statuses(reader)).toEqual([...Array(6).fill(200), ...Array(8).fill(403)]);
  const writer = house.tokenWith(["schedules:write"]);
  expect((await statuses(writer)).slice(0, 6)).toEqual(Array(6).fill(403));
});
