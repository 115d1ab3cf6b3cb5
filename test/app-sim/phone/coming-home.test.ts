import { afterEach, beforeEach, expect, test } from "vitest";
import type { NewRule } from "../../../hub/automation/rule-store.ts";
import type { LampId } from "../../../hub/domain/ids.ts";
import type { Trigger } from "../../../hub/domain/rule.ts";
import { Hours, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { PeopledHub } from "../../support/peopled-hub.ts";
import { proves } from "../../support/proves.ts";

const walk = (leaves: string, turns: string, returns: string): string =>
  [
    ["52.37", leaves],
    ["52.40", turns],
    ["52.37", returns],
  ]
    .map(([lat, time]) => `<trkpt lat="${lat}" lon="4.89"><time>2026-06-22T${time}Z</time></trkpt>`)
    .join("");

const start = "2026-06-22T06:00:00Z";
let home: PeopledHub;
let lamp: LampId;

beforeEach(async () => {
  home = await PeopledHub.open(start, 2);
  const bulb = { profile: "lampkeeper/color-bulb", name: "Hall", address: "bulb" };
  lamp = home.hub.inventory.addDevice(bulb).id as LampId;
  for (const { id } of home.hub.people.list()) home.household.put(id, { to: "home" });
  await home.clock.advance(Seconds(1));
});
afterEach(() => home.close());

const rule = (trigger: Trigger, isOn: boolean): NewRule => ({
  name: "light",
  enabled: true,
  triggers: [trigger],
  conditions: [],
  actions: [{ kind: "light", target: lamp, command: { on: isOn } }],
  catchUp: { kind: "skip" },
});

const firedAt = (id: string): readonly string[] =>
  home.events.flatMap((event) =>
    event.kind === "rule.fired" && event.rule === id ? [new Date(event.at).toISOString().slice(11, 16)] : [],
  );

const isLit = (): boolean | undefined => home.hub.lights.get(lamp)?.desired.on;

test(`the last to leave puts the lights out, the first to come back has light, before the door ${proves("H7")}`, async () => {
  const leaving = home.hub.schedules.add(rule({ kind: "presence", event: "last-leaves" }, false));
  const coming = home.hub.schedules.add(rule({ kind: "presence", event: "first-arrives" }, true));
  const near = home.hub.schedules.add(
    rule({ kind: "presence", event: "approaches", ahead: Minutes(5), person: home.person("Ben") }, true),
  );
  home.hub.lights.command(lamp, { on: true }, { kind: "api" });
  home.household.put(home.person("Ana"), { gpx: walk("07:00:00", "07:30:00", "08:30:00") });
  home.household.put(home.person("Ben"), { gpx: walk("07:10:00", "07:40:00", "08:20:00") });
  await home.clock.advance(Minutes(68));
  expect(isLit()).toBe(true);
  await home.clock.advance(Minutes(10));
  expect(isLit()).toBe(false);
  await home.clock.advance(Hours(2));
  // Ana is out from 7:02, Ben from 7:12; he is home at 8:18 and she, ten minutes later, comes to a home with light.
  expect(firedAt(leaving.id)).toEqual(["07:15"]);
  expect(firedAt(near.id)).toEqual(["08:15"]);
  expect(firedAt(coming.id)).toEqual(["08:18"]);
  expect(isLit()).toBe(true);
});

test("without permission to locate, rules about that person rest and say why; others run on", async () => {
  const ofAna = home.hub.schedules.add(
    rule({ kind: "presence", event: "arrives", person: home.person("Ana") }, true),
  );
  const fixed = home.hub.schedules.add({
    ...rule({ kind: "timer", after: Minutes(30), since: home.clock.now() }, true),
    conditions: [{ kind: "presence", person: home.person("Ana"), is: "home" }],
  });
  const free = home.hub.schedules.add(
    rule({ kind: "timer", after: Minutes(40), since: home.clock.now() }, true),
  );
  home.household.change(home.person("Ana"), { location: false });
  home.household.put(home.person("Ana"), { gpx: walk("07:00:00", "07:30:00", "08:30:00") });
  await home.clock.advance(Hours(4));
  expect(firedAt(ofAna.id)).toEqual([]);
  expect(home.hub.schedules.explain(ofAna.id).held).toBe("location-not-permitted");
  expect(firedAt(fixed.id)).toEqual([]);
  expect(home.events).toContainEqual(
    expect.objectContaining({
      kind: "rule.not-run",
      rule: fixed.id,
      reason: "location-not-permitted",
      condition: 0,
    }),
  );
  expect(firedAt(free.id)).toEqual(["06:40"]);
  home.household.change(home.person("Ana"), { location: true });
  await home.clock.advance(Seconds(1));
  expect(home.hub.schedules.explain(ofAna.id).held).toBeUndefined();
});

test("a phone that proves itself tells a hub that does not know the time what time it is", async () => {
  await home.close();
  home = await PeopledHub.open(start, 1, false);
  await home.clock.advance(Seconds(1));
  expect(home.hub.watch.trust()).toMatchObject({ level: "trusted", source: "phone" });
});

test("what the hub could not write it has not heard: the phone says it again, and nobody comes twice", async () => {
  const ben = home.person("Ben");
  home.household.put(ben, { to: "away" });
  await home.clock.advance(Minutes(5));
  home.events.length = 0;
  home.disk.setFaults({ readOnly: true });
  home.household.put(ben, { to: "home" });
  await home.clock.advance(Minutes(2));
  expect(home.hub.presence.isHome(ben)).toBe(false);
  expect(home.events.filter(({ kind }) => kind === "presence.changed")).toEqual([]);
  home.disk.setFaults({});
  await home.clock.advance(Minutes(2));
  expect(home.hub.presence.isHome(ben)).toBe(true);
  expect(home.events.filter(({ kind }) => kind === "presence.changed")).toMatchObject([
    { person: ben, home: true },
  ]);
});
