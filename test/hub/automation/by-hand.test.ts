import { expect, test } from "vitest";
import { handHold } from "../../../hub/automation/lamp-changes.ts";
import type { CauseSource } from "../../../hub/domain/cause.ts";
import { Millis } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { ana, at, lampId, RuleHome, room, ruleOf, time } from "./rule-home.ts";

const due = at("2026-06-21T18:00Z");
const evening = ruleOf({
  triggers: [{ kind: "daily", at: time("20:00"), days: {} }],
  actions: [{ kind: "light", target: lampId(0), command: { on: true } }],
});

const hands: readonly CauseSource[] = [
  { kind: "person", actor: ana },
  { kind: "device", trigger: "switch" },
  { kind: "api", actor: "t-aaaaaaaaaaaa" },
];

/** Somebody switches off so many milliseconds after the rule is due, and the home lives on. */
const pressed = async (afterMs: number, source: CauseSource): Promise<RuleHome> => {
  const home = new RuleHome("2026-06-21T17:59Z");
  home.rules.add(evening);
  await home.world.advance(Millis(due + afterMs - home.world.now()));
  home.lights.command(lampId(0), { on: false }, source);
  await home.world.advance(Millis(60_000));
  return home;
};

test.each(hands)(
  `whoever presses a switch in the seconds around a schedule wins, in every order: $kind ${proves("U36")}`,
  async (source) => {
    for (const afterMs of [-9_999, -5_000, -1_000, -100, -1, 0, 1, 100, 1_000, 5_000, 10_000]) {
      const home = await pressed(afterMs, source);
      expect([afterMs, home.isOn()]).toEqual([afterMs, false]);
    }
  },
);

test("what was done by hand longer ago than that is over: the schedule goes on", async () => {
  const home = await pressed(-handHold - 1, hands[0] as CauseSource);
  expect(home.isOn()).toBe(true);
  expect(home.fired()).toHaveLength(1);
});

test("why it did not run is told, and the other lamps of the room are lit", async () => {
  const home = await pressed(-1_000, hands[0] as CauseSource);
  expect(home.notRun()).toEqual(["taken-over"]);
  const wide = new RuleHome("2026-06-21T17:59Z");
  wide.rules.add({ ...evening, actions: [{ kind: "light", target: room, command: { on: true } }] });
  await wide.world.advance(Millis(due - 500 - wide.world.now()));
  wide.touch(lampId(0), { on: false });
  await wide.world.advance(Millis(60_000));
  expect([wide.isOn(lampId(0)), wide.isOn(lampId(1))]).toEqual([false, true]);
  expect(wide.fired()).toHaveLength(1);
});

test("what another rule did is nobody's hand", async () => {
  const home = await pressed(-1_000, { kind: "rule", trigger: "motion" });
  expect(home.isOn()).toBe(true);
});
