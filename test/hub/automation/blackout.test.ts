import { expect, test } from "vitest";
import { StoreFailed } from "../../../hub/domain/store-errors.ts";
import { Days, Hours, Millis, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { ana, at, lampId, place, RuleHome, ruleOf, sun, time } from "./rule-home.ts";

const evening = ruleOf({
  triggers: [{ kind: "range", from: sun("sunset"), to: time("23:00"), days: {} }],
});
const on = (moment: ReturnType<typeof time>, rest: Parameters<typeof ruleOf>[0] = {}) =>
  ruleOf({ triggers: [{ kind: "daily", at: moment, days: {} }], ...rest });
const off = { actions: [{ kind: "light", target: lampId(0), command: { on: false } }] } as const;
const toggle = { actions: [{ kind: "light", target: lampId(0), command: { on: "toggle" } }] } as const;

/** Berlin, 21 June 2026: the sun sets at 21:33 (19:33Z). */
const homeAt = (start: string): RuleHome => new RuleHome(start);

test("a day goes by as it is written down", async () => {
  const home = homeAt("2026-06-21T10:00Z");
  home.rules.add(evening);
  await home.liveUntil("2026-06-21T19:33Z");
  expect(home.isOn()).toBe(false);
  await home.liveUntil("2026-06-21T19:34Z");
  expect(home.isOn()).toBe(true);
  expect(home.lights.causes.get(lampId(0))).toMatchObject({ kind: "rule", trigger: "from sunset" });
  await home.liveUntil("2026-06-21T21:00Z");
  expect(home.isOn()).toBe(false);
  expect(home.of("rule.fired")).toHaveLength(2);
});

test("the blackout: ten hours behind nothing fires, then each lamp is brought once to what it should show", async () => {
  const home = homeAt("2026-06-21T10:00Z");
  home.rules.add(evening);
  home.rules.add(on(time("08:00"), off));
  home.rules.add(
    on(time("12:30"), { actions: [{ kind: "light", target: lampId(1), command: { on: true } }] }),
  );
  await home.restart(Hours(10), "2026-06-21T10:00Z");
  await home.liveUntil("2026-06-21T11:00Z");
  expect(home.clock.trust().level).toBe("restored");
  expect(home.fired()).toEqual([]);
  expect(home.notRun()).toContain("clock-untrusted");
  await home.trustTime("2026-06-21T20:00Z");
  expect(home.of("clock.changed")).toMatchObject([{ trust: "trusted", step: 9 * 3_600_000 }]);
  expect(home.isOn(lampId(0)) && home.isOn(lampId(1))).toBe(true);
  const caused = home.of("light.desired-changed").map(({ lamp, cause }) => [lamp, cause.kind, cause.trigger]);
  expect(caused).toEqual([
    [lampId(1), "catch-up", "12:30"],
    [lampId(0), "catch-up", "from sunset"],
  ]);
});

test("edge case 30: a cold boot in 1970 replays nothing, neither before the time is known nor after", async () => {
  const home = homeAt("2026-06-20T10:00Z");
  home.rules.add(on(time("12:00"), toggle));
  home.rules.add(on(time("12:00"), { catchUp: { kind: "skip" } }));
  await home.restart(Minutes(1), "1970-01-01T00:00Z");
  await home.world.advance(Hours(30));
  expect(home.fired()).toEqual([]);
  await home.trustTime("2026-06-21T18:00Z");
  expect(home.fired()).toEqual([]);
  expect(home.notRun().filter((reason) => reason === "missed").length).toBeGreaterThan(0);
});

test("edge case 30: a step of ten minutes over the event fires it once, late", async () => {
  const home = homeAt("2026-06-21T19:00Z");
  home.rules.add(evening);
  await home.liveUntil("2026-06-21T19:30Z");
  home.world.step(Minutes(10));
  await home.world.advance(Seconds(2));
  expect(home.fired()).toHaveLength(1);
  expect(home.isOn()).toBe(true);
  await home.world.advance(Minutes(30));
  expect(home.fired()).toHaveLength(1);
});

test("edge case 29: set back two minutes a second after it fired, it does not fire again", async () => {
  const home = homeAt("2026-06-21T19:00Z");
  home.rules.add(on(sun("sunset"), toggle));
  await home.liveUntil("2026-06-21T19:34Z");
  expect(home.fired()).toHaveLength(1);
  home.world.step(-Minutes(2));
  await home.world.advance(Hours(1));
  expect(home.fired()).toHaveLength(1);
  expect(home.isOn()).toBe(true);
});

test("edge case 31: set back over midnight, nothing of yesterday comes twice and all of today comes", async () => {
  const home = homeAt("2026-06-21T21:00Z");
  home.rules.add(on(time("23:55"), toggle));
  home.rules.add(on(time("00:05"), toggle));
  home.rules.add(on(time("00:40"), toggle));
  await home.liveUntil("2026-06-21T22:30Z");
  expect(home.fired()).toHaveLength(2);
  home.world.step(-Hours(1));
  await home.liveUntil("2026-06-21T23:00Z");
  expect(home.fired()).toHaveLength(3);
});

test("edge case 32: forty minutes after sunset the lamp of the range is on, and a toggle is left alone", async () => {
  const home = homeAt("2026-06-21T19:00Z");
  home.rules.add(evening);
  home.rules.add(
    on(sun("sunset"), { actions: [{ kind: "light", target: lampId(1), command: { on: "toggle" } }] }),
  );
  await home.restart(Minutes(75));
  expect([home.isOn(lampId(0)), home.isOn(lampId(1))]).toEqual([true, false]);
  expect(home.notRun()).toEqual(["missed"]);
});

test("a toggle three minutes late is still meant", async () => {
  const home = homeAt("2026-06-21T19:30Z");
  home.rules.add(on(sun("sunset"), toggle));
  await home.restart(Minutes(6));
  expect(home.isOn()).toBe(true);
});

test("without power from ten minutes before sunset to five after: the lamp is on", async () => {
  const home = homeAt("2026-06-21T19:23Z");
  home.rules.add(evening);
  await home.restart(Minutes(15));
  expect(home.isOn()).toBe(true);
  expect(home.lights.causes.get(lampId(0))).toMatchObject({ kind: "catch-up", trigger: "from sunset" });
});

test("both edges missed: the lamp is left as the newer one says", async () => {
  const home = homeAt("2026-06-21T19:00Z");
  home.touch(lampId(0), { on: true });
  home.rules.add(evening);
  await home.restart(Hours(4));
  expect(home.isOn()).toBe(false);
  expect(home.fired()).toHaveLength(1);
});

test("edge case 33: the next sunset is two months away, and comes", async () => {
  const home = homeAt("2026-05-25T10:00Z");
  home.place = place(69.6492, 18.9553, "Europe/Oslo");
  home.rules.add(evening);
  home.rules.add(on(sun("sunset")));
  const [first] = home.rules.upcoming(Days(100));
  expect((first?.occurrence.at ?? 0) - home.clock.now()).toBeGreaterThan(Days(55));
  await home.world.advance(Millis((first?.occurrence.at ?? 0) - home.clock.now() - 1_000));
  expect(home.fired()).toEqual([]);
  await home.world.advance(Seconds(2));
  expect(home.fired()).toHaveLength(1);
});

test("edge case 34: a place that is edited moves what is still to come, and only that", async () => {
  const home = homeAt("2026-06-21T18:00Z");
  home.rules.add(on(sun("sunset"), toggle));
  home.place = place(52.52, 7, "Europe/Berlin");
  home.bus.publish({
    kind: "home.changed",
    what: "place",
    id: "place",
    change: "changed",
    at: home.clock.now(),
  });
  await home.liveUntil("2026-06-21T19:50Z");
  expect(home.fired()).toEqual([]);
  await home.liveUntil("2026-06-21T20:05Z");
  expect(home.fired()).toHaveLength(1);
  home.place = place(52.52, 4, "Europe/Berlin");
  home.bus.publish({
    kind: "home.changed",
    what: "place",
    id: "place",
    change: "changed",
    at: home.clock.now(),
  });
  await home.liveUntil("2026-06-22T10:00Z");
  expect(home.fired()).toHaveLength(1);
});

test("a machine that slept through it makes up for it when it wakes", async () => {
  const home = homeAt("2026-06-21T19:00Z");
  home.rules.add(evening);
  await home.liveUntil("2026-06-21T19:10Z");
  // CLOCK_MONOTONIC stands still in a suspended machine; civil time does not.
  home.world.step(Hours(1));
  await home.world.advance(Seconds(2));
  expect(home.isOn()).toBe(true);
  expect(home.fired()).toHaveLength(1);
});

test("somebody's change after the missed time survives, also a restart", async () => {
  const home = homeAt("2026-06-21T19:00Z");
  home.rules.add(evening);
  await home.liveUntil("2026-06-21T20:00Z");
  home.touch(lampId(0), { on: false });
  await home.restart(Minutes(10));
  expect(home.isOn()).toBe(false);
  await home.world.advance(Minutes(30));
  expect(home.isOn()).toBe(false);
});

test("somebody's change while the time was not known counts by when it was, not by what the clock said", async () => {
  const home = homeAt("2026-06-21T10:00Z");
  home.rules.add(evening);
  await home.restart(Hours(10), "2026-06-21T09:00Z");
  home.touch(lampId(0), { on: false });
  await home.world.advance(Minutes(5));
  await home.trustTime("2026-06-21T20:10Z");
  expect(home.isOn()).toBe(false);
  expect(home.notRun()).toContain("taken-over");
});

test("skip leaves it, late does it while it is young enough", async () => {
  for (const [within, isOn] of [
    [Minutes(20), true],
    [Minutes(10), false],
  ] as const) {
    const home = homeAt("2026-06-21T19:23Z");
    home.rules.add(on(sun("sunset"), { catchUp: { kind: "late", within } }));
    home.rules.add(
      on(sun("sunset"), {
        catchUp: { kind: "skip" },
        actions: [{ kind: "light", target: lampId(1), command: { on: true } }],
      }),
    );
    await home.restart(Minutes(25));
    expect([home.isOn(lampId(0)), home.isOn(lampId(1))]).toEqual([isOn, false]);
  }
});

test("a person or a phone can say what time it is, until the machine knows better", async () => {
  const home = homeAt("2026-06-21T10:00Z");
  home.rules.add(evening);
  await home.restart(Hours(10), "2026-06-21T10:00Z");
  home.watch.vouch("person", at("2026-06-21T20:00Z"));
  expect(home.clock.trust()).toMatchObject({ level: "trusted", source: "person" });
  expect(home.isOn()).toBe(true);
  home.watch.vouch("phone", at("2026-06-21T03:00Z"));
  expect(home.clock.now()).toBe(at("2026-06-21T20:00Z"));
  await home.trustTime("2026-06-21T20:01Z");
  expect(home.clock.trust()).toMatchObject({ source: "ntp" });
  expect(() => home.watch.vouch("person", at("2026-06-21T01:00Z"))).toThrow(/kept by this machine/);
  expect(home.of("light.desired-changed")).toHaveLength(1);
});

test("what a rule began and the power ended is done again, once; what a person did since is not undone", async () => {
  const home = homeAt("2026-06-21T19:00Z");
  home.rules.add(evening);
  await home.liveUntil("2026-06-21T19:34Z");
  // The lamps' states are kept within 5 s; the journal at once.
  home.lights.states.set(lampId(0), { on: false, brightness: 100 as never });
  home.lights.causes.delete(lampId(0));
  await home.restart(Minutes(2));
  expect(home.isOn()).toBe(true);
  home.touch(lampId(0), { on: false });
  await home.restart(Minutes(2));
  expect(home.isOn()).toBe(false);
  expect(home.lights.causes.get(lampId(0))).toMatchObject({ kind: "person", actor: ana });
});

test("a rule that was made while nobody knew the time is not late for anything", async () => {
  const home = homeAt("2026-06-21T10:00Z");
  await home.restart(Hours(10), "2026-06-21T10:00Z");
  home.rules.add(evening);
  await home.trustTime("2026-06-21T20:00Z");
  expect(home.fired()).toEqual([]);
});

test("a disk that refuses lets nothing be done before it is written down", async () => {
  const home = homeAt("2026-06-21T19:33Z");
  home.rules.add(on(sun("sunset"), toggle));
  home.store.refuse = new StoreFailed("the disk is full", {});
  await home.liveUntil("2026-06-21T19:33:25Z");
  expect(home.store.refuse).toBeUndefined();
  expect(home.fired()).toEqual([]);
  await home.world.advance(Seconds(20));
  expect(home.fired()).toHaveLength(1);
});
