import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Millis } from "../../../hub/domain/units.ts";
import { motion, RuleHome } from "./rule-home.ts";
import { minute, people, type YearEvent, yearEvents, yearRules } from "./year-home.ts";
import { bruteForce } from "./year-oracle.ts";

const span = { from: Date.parse("2026-01-01T00:00:00Z"), to: Date.parse("2027-01-01T00:00:00Z") };

/** The home lives through it; every firing as `minute rule edge`. */
const live = (events: readonly YearEvent[]) => {
  const home = new RuleHome(new Date(span.from).toISOString(), "year");
  for (const person of people) home.people.set(person, true);
  const ids = yearRules.map((rule) => home.rules.add(rule).id);
  const fired: string[] = [];
  home.bus.subscribe("rule.fired", ({ rule, at, occurrence }) => {
    const when = new Date(Math.floor(at / minute) * minute).toISOString();
    fired.push(`${when} ${yearRules[ids.indexOf(rule)]?.name} ${occurrence?.split("/")[3] ?? "event"}`);
  });
  for (const event of events) {
    home.world.advanceSync(Millis(event.at - home.world.now()));
    happen(home, event);
  }
  home.world.advanceSync(Millis(span.to - home.world.now() - 1));
  home.rules.close();
  return { fired: fired.sort(), ids, home };
};

const happen = (home: RuleHome, event: YearEvent): void => {
  if (event.kind === "motion") {
    home.sense(motion, { occupancy: true });
    home.sense(motion, { occupancy: false });
    return;
  }
  const { person, home: isHome } = event;
  const others = people.filter((each) => each !== person && home.people.get(each) === true).length;
  home.people.set(person, isHome);
  home.bus.publish({
    kind: "presence.changed",
    person,
    home: isHome,
    wasKnown: true,
    isAlone: others === 0,
    anybodyHome: others > 0 || isHome,
    at: home.clock.now(),
  });
};

test("a year in a home of 20 lamps, 30 rules and 4 people does what looking at every minute says, and the same again", {
  timeout: 300_000,
}, () => {
  const events = yearEvents(span.from, span.to, 7);
  const first = live(events);
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  const file = join(folder, "firings.txt");
  try {
    writeFileSync(file, `${first.fired.join("\n")}\n`);
    expect(first.fired.length).toBeGreaterThan(10_000);
    expect(yearRules).toHaveLength(30);
    const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
    const again = createHash("sha256")
      .update(`${live(events).fired.join("\n")}\n`)
      .digest("hex");
    expect(again).toBe(digest);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const expected = bruteForce(yearRules, first.ids, events, span.from, span.to);
  const [ours, theirs] = [new Set(first.fired), new Set(expected)];
  expect(first.fired.filter((line) => !theirs.has(line))).toEqual([]);
  expect(expected.filter((line) => !ours.has(line))).toEqual([]);
  expect(first.fired.length).toBe(expected.length);
});
