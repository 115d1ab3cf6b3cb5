import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import type { CivilDate } from "../../../hub/domain/civil.ts";
import type { RuleId } from "../../../hub/domain/ids.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { Terminal } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(async () => {
  await terminal.close();
  expect(terminal.house.broken).toEqual([]);
});

type Rule = Shape<"Schedule">;

const utc = ["--time-zone", "UTC"];
const evening = [
  ...["schedule", "add", "Evening light", "--at", "sunset-15m", "--not-before", "17:00"],
  ...["--days", "mon-fri", "--if", "anybody-home", "--room", "Kitchen"],
  ...["--on", "--bri", "60%", "--kelvin", "2700", "--fade", "5s"],
];
const added = async (...words: readonly string[]): Promise<Rule> =>
  await terminal.json<Rule>("schedule", "add", ...words);

/** The evening light runs in 24 minutes, but the clock is not to be believed. */
const plan = async (): Promise<RuleId> => {
  const { id } = await terminal.json<Rule>(...evening);
  const { schedules } = terminal.house;
  const rule = schedules.get(id as RuleId);
  if (rule === undefined) throw new Error("the rule is not there");
  const at = Instant(terminal.house.clock.now() + 24 * 60_000);
  const occurrence = {
    id: "occurrence",
    rule: rule.id,
    trigger: 0,
    edge: "start",
    date: "2026-09-21" as CivilDate,
    at,
  } as const;
  schedules.planned = [
    { occurrence, rule },
    { occurrence: { ...occurrence, at: Instant(at + 86_400_000) }, rule, held: "paused" },
  ];
  schedules.explained = {
    next: occurrence,
    last: { at: Instant(terminal.house.clock.now() - 86_400_000), result: "condition-false", condition: 0 },
    conditions: [{ condition: { kind: "presence", is: "anybody-home" }, holds: false }],
    held: "clock-untrusted",
    movedOnPurpose: true,
  };
  return rule.id;
};

const said = async (...words: readonly string[]): Promise<string> => {
  const { stdout, stderr, code } = await terminal.type([...words, ...utc]);
  expect({ code, words: code === 0 ? "" : stderr }).toEqual({ code: 0, words: "" });
  return stdout + stderr;
};

test("a rule is added in the words of a command line, and said again in plain ones", async () => {
  const text = await said(...evening);
  const [rule] = terminal.house.schedules.list();
  expect(
    text,
  ).toBe(`Evening light is added (${rule?.id}): Sunset - 15 min, not before 17:00, on weekdays, if somebody is home: Kitchen on 60 % 2700 K over 5 s
when: lampkeeper schedule next
`);
});

describe("the options of the common rules", () => {
  const sink = ["--lamp", "Sink", "--off"];
  test.each<[readonly string[], string]>([
    [["--at", "7:30", ...sink], "07:30: Sink off"],
    [["--at", "civil_dusk + 1h", ...sink], "Civil dusk + 1 h: Sink off"],
    [["--at", "dusk", "--days", "fri-sun", ...sink], "Civil dusk, Friday to Sunday: Sink off"],
    [["--at", "setting:-4-10m", ...sink], "Sun at -4° setting - 10 min: Sink off"],
    [
      ["--at", "sunset", "--random-until", "23:00", ...sink],
      "At a random time between sunset and 23:00: Sink off",
    ],
    [
      ["--from", "sunset", "--to", "23:00", "--days", "weekend", ...sink],
      "From sunset to 23:00, at weekends: Sink off",
    ],
    [["--at", "18:00", "--once", "2026-12-24", ...sink], "Once, on 2026-12-24 at 18:00: Sink off"],
    [["--in", "20m", ...sink], "Once, after 20 min: Sink off"],
    [["--at", "17:00", "--days", "12-24,12-31", ...sink], "17:00, on 24 December and 31 December: Sink off"],
    [
      ["--when", "arrives:first", "--if", "sun-down,not on:Table", ...sink],
      "The first person comes home, if the sun is down and it is not so that Table is on: Sink off",
    ],
    [
      ["--when", "motion:Door", "--room", "Kitchen", "--on", "--hold", "5m"],
      "Motion at Door: Kitchen on, off again after 5 min",
    ],
    [["--when", "motion:Kitchen", ...sink], "Motion at Kitchen: Sink off"],
    [["--when", "dark:Door/20", ...sink], "It gets darker than 20 lx at Door: Sink off"],
    [["--when", "press:Door/single", ...sink], "Single on Door: Sink off"],
    [["--when", "offline:Kitchen/Table", ...sink], "Table cannot be reached: Sink off"],
    [
      ["--at", "23:00", "--if", "between:22:00/06:00,mode:home|night,sun-below:-6", ...sink],
      "23:00, if it is between 22:00 and 06:00, the home is in mode home or night and the sun stands below -6°: Sink off",
    ],
    [
      ["--at", "06:45", "--room", "Kitchen", "--wake-up", "30m", "--bri", "80%"],
      "06:45: Kitchen from dark to 80 % within 30 min",
    ],
    [
      ["--at", "06:45", "--lamp", "Sink,Table", "--off-after", "1h"],
      "06:45: Sink off after 1 h; Table off after 1 h",
    ],
    [
      ["--at", "06:45", "--lamp", "Sink", "--circadian", "--set-mode", "home"],
      "06:45: Sink follows the day; the home in mode home",
    ],
  ])("%j", async (options, sentence) => {
    expect((await added("A rule", ...options)).text.sentence).toBe(sentence);
  });

  test.each<[readonly string[], RegExp]>([
    [[], /needs a name, something that sets it off/],
    [["--at", "07:30"], /something to do/],
    [["--at", "teatime", ...sink], /moment of the day/],
    [["--at", "sunset-15", ...sink], /moment of the day/],
    [["--at", "07:30", "--not-before", "07:00", ...sink], /hold a sun moment/],
    [["--at", "07:30", "--in", "5m", ...sink], /exclude each other/],
    [["--days", "mon", ...sink], /--days needs --at/],
    [["--from", "sunset", ...sink], /--from needs --to/],
    [["--at", "07:30", "--days", "someday", ...sink], /--days takes/],
    [["--at", "07:30", "--if", "raining", ...sink], /--if takes/],
    [["--when", "thunder:Hall", ...sink], /--when takes/],
    [["--at", "07:30", "--on"], /say which/],
    [["--at", "07:30", "--lamp", "Sink", "--circadian", "--off-after", "5m"], /exclude each other/],
    [["--at", "07:30", "--catch-up", "maybe", ...sink], /--catch-up takes/],
    [["--at", "sunset", "--once", "2026-12-24", ...sink], /time of day/],
  ])("%j are refused", async (options, message) => {
    const { code, stderr } = await terminal.type(["schedule", "add", "A rule", ...options]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });

  test("people are named too, and who there is is said", async () => {
    terminal.house.people.add({ name: "Ana" });
    const { text } = await added("Hello", "--when", "arrives:Ana", "--if", "away:ana", ...sink);
    expect(text.sentence).toBe("Ana comes home, if Ana is away: Sink off");
    const { code, stderr } = await terminal.type(["schedule", "add", "x", "--when", "leaves:Anna", ...sink]);
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining('did you mean "Ana"?') });
  });

  test("a name that nothing has is answered with what was meant", async () => {
    const { code, stderr } = await terminal.type([
      "schedule",
      "add",
      "x",
      "--at",
      "07:30",
      "--lamp",
      "Sinc",
      "--on",
    ]);
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: 'lampkeeper: there is no lamp "Sinc"\n  did you mean "Sink"?\n',
    });
  });

  test("what the hub refuses is said with its place", async () => {
    const words = ["schedule", "add", "x", "--at", "18:00", "--random-until", "18:00", ...sink];
    const { code, stderr } = await terminal.type(words);
    expect(code).toBe(2);
    expect(stderr).toContain("/triggers/0/until: the window is empty");
  });
});

describe("files", () => {
  const rules = `
rules:
  - name: Evening light
    triggers:
      - kind: daily
        at: { kind: sun, event: sunset, offset: -900 }
        days: { weekdays: [mon, tue] }
    conditions:
      - kind: not
        condition: { kind: light, target: room:Kitchen, is: on }
    actions:
      - { kind: light, target: Kitchen/Sink, command: { on: true, brightness: 40 } }
  - name: Door
    triggers: [{ kind: motion, sensor: Door, event: detected }]
    actions: [{ kind: light, target: Table, command: { on: true }, hold: 300 }]
    catchUp: { kind: skip }
`;
  const file = (name: string, text: string): string => {
    const path = join(terminal.folder, name);
    writeFileSync(path, text);
    return path;
  };

  test("rules are added from YAML, with names for ids", async () => {
    const added = await terminal.json<Rule[]>("schedule", "add", "--file", file("rules.yaml", rules));
    expect(added.map(({ text }) => text.sentence)).toEqual([
      "Sunset - 15 min, on Monday and Tuesday, if it is not so that Kitchen is on: Sink on 40 %",
      "Motion at Door: Table on, off again after 5 min",
    ]);
    expect(added[1]?.catchUp).toEqual({ kind: "skip" });
  });

  test("what show says with --json can be fed back", async () => {
    await terminal.type(["schedule", "add", "--file", file("rules.yaml", rules)]);
    const { name: _, id: __, ...shown } = await terminal.json<Rule>("schedule", "show", "Door");
    const path = file("shown.json", JSON.stringify(shown));
    const { id: _id, name: _name, ...again } = await added("Door again", "--file", path);
    expect(again).toEqual(shown);
  });

  test.each([
    ["not: [closed", /closed|flow/i],
    ["just words", /holds no rules/],
  ])("%s is refused", async (text, message) => {
    const { code, stderr } = await terminal.type(["schedule", "add", "--file", file("bad.yaml", text)]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });

  test("a file without actions is refused by the hub, with the place", async () => {
    const path = file("half.yaml", "{ name: Half, triggers: [{ kind: timer, after: 5 }] }");
    const { code, stderr } = await terminal.type(["schedule", "add", "--file", path]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("/actions") });
  });

  test("diff holds a file against the rules of the same name", async () => {
    const id = await plan();
    await terminal.type(["schedule", "diff", "--file", file("rules.yaml", rules)]);
    expect(terminal.house.schedules.compared.map((rule) => rule.id)).toEqual([id, undefined]);
  });
});

test("what runs next: when, who, what, why, and how far the clock may be believed", async () => {
  await plan();
  expect(await said("schedule", "next", "--days", "3")).toBe(
    `IN         AT                 WHO      DOES                                                  BECAUSE
in 24 min  14:37              Kitchen  on 60 % 2700 K over 5 s                               sunset - 15 min, not before 17:00, on weekdays (rule "Evening light")
in 1 d     Tue 22 Sept 14:37  Kitchen  on 60 % 2700 K over 5 s: will not run, it was paused  sunset - 15 min, not before 17:00, on weekdays (rule "Evening light")
clock: trusted (NTP, 3 min ago)
times are moved on purpose, by a few minutes: the location veil is on
more: lampkeeper schedule explain 'Evening light'
`,
  );
  terminal.house.watch.doubt();
  terminal.house.schedules.planned = [];
  expect(await said("schedule", "next")).toBe(`nothing runs by clock or sun within a day
clock: not known, so rules by clock and sun wait; see: lampkeeper clock status
`);
});

test("rules are listed with their state and next run", async () => {
  const id = await plan();
  expect(await said("schedule", "list")).toContain(
    `Evening light  on     in 24 min, 14:37  Sunset - 15 min, not before 17:00, on weekdays, if somebody is home: Kitchen on 60 % 2700 K over 5 s  ${id}`,
  );
  await said("schedule", "change", "Evening light", "--disabled");
  expect(await said("schedule", "list")).toContain("Evening light  off");
});

test("a rule is shown part by part, and explained", async () => {
  const id = await plan();
  expect(await said("schedule", "show", "evening light")).toBe(`Evening light
  id         ${id}
  state      on
  when       sunset - 15 min, not before 17:00, on weekdays
  if         somebody is home
  then       Kitchen on 60 % 2700 K over 5 s
  if missed  when it was missed, its lamps get what they should show now
more: lampkeeper schedule explain 'Evening light'
`);
  expect(await said("schedule", "explain", "Evening light", "--at", "2026-09-21T20:00Z")).toBe(
    `Evening light: Sunset - 15 min, not before 17:00, on weekdays, if somebody is home: Kitchen on 60 % 2700 K over 5 s
  next       14:37, in 24 min
  held back  the clock could not be trusted
  last       20 Sept 14:13:20: it did not run: its condition was not met: somebody is home
  condition  somebody is home: not so
  if missed  when it was missed, its lamps get what they should show now
  note       times are moved on purpose, by a few minutes: the location veil is on
clock: trusted (NTP, 3 min ago)
`,
  );
});

test("why a lamp is as it is: the rule by its name, and the rules that did not run", async () => {
  const rule = await plan();
  const { house } = terminal;
  house.lights.command(house.lamp, { on: true }, { kind: "rule", rule, trigger: "sunset - 15 min" });
  const text = await said("why", "Sink");
  expect(text).toContain("Sink is on 100 %: a rule (Evening light) by sunset - 15 min");
  expect(text).toContain(
    'rule "Evening light": next 14:37; held back now: the clock could not be trusted; did not run 20 Sept 14:13:20: its condition was not met: somebody is home',
  );
});

test("of a trigger that is changed, what is not said stays: days, clamps, the random window", async () => {
  await plan();
  const sentence = async (...words: readonly string[]) =>
    (await terminal.json<Rule>("schedule", "change", "Evening light", "--no-conditions", ...words)).text
      .triggers;
  expect(await sentence("--at", "sunrise")).toEqual(["sunrise, not before 17:00, on weekdays"]);
  expect(await sentence("--at", "18:00", "--random-until", "20:00", "--days", "every")).toEqual([
    "at a random time between 18:00 and 20:00",
  ]);
  expect(await sentence("--at", "17:00")).toEqual(["at a random time between 17:00 and 20:00"]);
  expect(await sentence("--from", "17:00", "--to", "sunset", "--days", "sun")).toEqual([
    "from 17:00 to sunset, on Sunday",
  ]);
  expect(await sentence("--from", "sunrise", "--to", "sunset")).toEqual([
    "from sunrise to sunset, on Sunday",
  ]);
});

test("a rule is changed, rests, runs and goes", async () => {
  await plan();
  expect(
    await said(
      "schedule",
      "change",
      "Evening light",
      "--at",
      "sunset-20m",
      "--no-conditions",
      "--name",
      "Dusk",
    ),
  ).toBe("Dusk: Sunset - 20 min, not before 17:00, on weekdays: Kitchen on 60 % 2700 K over 5 s\n");
  expect(await said("schedule", "pause", "Dusk")).toBe("Dusk rests until it is resumed\n");
  expect(await said("schedule", "pause", "Dusk", "--for", "1h")).toBe("Dusk rests until 21 Sept 15:13:20\n");
  expect(await said("schedule", "pause", "Dusk", "--until", "2026-12-24T18:00:00Z")).toBe(
    "Dusk rests until 24 Dec 18:00:00\n",
  );
  expect(await said("schedule", "resume", "Dusk")).toBe("Dusk runs again\n");
  expect(await said("schedule", "run", "Dusk")).toBe("Dusk is done\n");
  expect(terminal.house.schedules.ran).toHaveLength(1);
  expect((await terminal.type(["schedule", "change", "Dusk"])).code).toBe(2);
  expect((await terminal.type(["schedule", "remove", "Dusk", "--no-input"])).code).toBe(2);
  expect(await said("schedule", "remove", "Dusk", "--yes")).toBe("Dusk is removed\n");
  expect((await terminal.type(["schedule", "show", "Dusk"])).code).toBe(5);
});

test("what would change is said day by day, and nothing is changed", async () => {
  const rule = await plan();
  terminal.house.schedules.differences = [
    { rule, date: "2026-09-22" as CivilDate, before: Instant(900_000), after: Instant(600_000) },
    { rule, date: "2026-09-23" as CivilDate, before: Instant(900_000) },
    { rule, date: "2026-09-24" as CivilDate, after: Instant(900_000) },
  ];
  expect(await said("schedule", "diff", "Evening light", "--at", "sunset-20m", "--days", "30")).toBe(
    `DAY         RULE           NOW       THEN
2026-09-22  Evening light  00:15:00  00:10:00  5 min earlier
2026-09-23  Evening light  00:15:00  -         goes
2026-09-24  Evening light  -         00:15:00  comes
3 runs change within 30 days; nothing is changed yet
`,
  );
  expect(terminal.house.schedules.compared).toMatchObject([
    { id: rule, triggers: [{ at: { offset: -1_200_000 } }], conditions: [{ is: "anybody-home" }] },
  ]);
  terminal.house.schedules.differences = [];
  expect(await said("schedule", "diff", "Evening light", "--bri", "50%", "--room", "Kitchen")).toBe(
    "nothing changes within 366 days\n",
  );
});

test("rules that set each other off are refused by the state of things, with the circle", async () => {
  const { code, stderr } = await terminal.type([
    "schedule",
    "add",
    "Loop",
    "--at",
    "07:00",
    "--lamp",
    "Sink",
    "--on",
  ]);
  expect(code).toBe(6);
  expect(stderr).toMatch(/set each other off again and again\n {2}the circle: ru-[a-z2-7]+, then ru-/);
});

test("nothing is done with --dry-run", async () => {
  const id = await plan();
  const { house } = terminal;
  for (const words of [
    ["schedule", "add", "x", "--at", "07:00", "--lamp", "Sink", "--on"],
    ["schedule", "change", "Evening light", "--disabled"],
    ["schedule", "pause", "Evening light"],
    ["schedule", "resume", "Evening light"],
    ["schedule", "run", "Evening light"],
    ["schedule", "remove", "Evening light"],
    ["mode", "set", "night"],
    ["clock", "trust"],
    ["clock", "set", "now"],
  ]) {
    expect(await said(...words, "--dry-run")).toContain("would");
  }
  expect(house.schedules.list()).toMatchObject([{ id, enabled: true }]);
  expect([house.schedules.ran, house.schedules.mode()]).toEqual([[], "home"]);
});

test("the clock is looked at, vouched for and set", async () => {
  terminal.house.watch.doubt();
  expect(await said("clock", "status")).toBe(`21 Sept 14:13:20
clock: not known, so rules by clock and sun wait; see: lampkeeper clock status
right? lampkeeper clock trust; wrong? lampkeeper clock set now
`);
  expect(await said("clock", "trust")).toBe("21 Sept 14:13:20\nclock: trusted (a person, 0 s ago)\n");
  expect(await said("clock", "set", "2026-12-24T18:00:00Z")).toBe(
    "24 Dec 18:00:00\nclock: trusted (a person, 0 s ago)\n",
  );
  expect((await terminal.type(["clock", "set", "noon"])).code).toBe(2);
});

test("the mode of the home is looked at and set", async () => {
  expect(await said("mode")).toBe("home\n");
  expect(await said("mode", "set", "night")).toBe("the home is in mode night\n");
  expect(await said("mode")).toBe("night\n");
  expect((await terminal.type(["mode", "set", "party"])).code).toBe(2);
});

test("what is wrong with a rule is said once", async () => {
  const words = ["schedule", "add", "Late", "--at", "25:00", "--room", "Kitchen", "--on"];
  const { stderr } = await terminal.type(words);
  expect(stderr.match(/must be a time of day/g)).toHaveLength(1);
});
