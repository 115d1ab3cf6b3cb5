import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { profiles } from "../../devices/registry.ts";
import type { Shape } from "../../hub/api/contract.ts";
import { type ScopePart, scopeParts } from "../../hub/domain/device-scope.ts";
import type { LampId, RuleId, SensorId } from "../../hub/domain/ids.ts";
import { Minutes } from "../../hub/domain/units.ts";
import { termsOf } from "../../hub/rights/device-terms.ts";
import { PeopledHub } from "../support/peopled-hub.ts";
import { proves } from "../support/proves.ts";

let home: PeopledHub;
let lamp: LampId;
let sensor: SensorId;
let button: SensorId;

const add = async (profile: string, name: string, terms?: "accepted" | "declined") =>
  (
    await home.client.call("addDevice", {
      body: { profile, name, room: null, ...(terms === undefined ? {} : { terms }) },
    })
  ).id;

beforeEach(async () => {
  home = await PeopledHub.open("2026-06-21T12:00:00Z", 0);
  lamp = (await add("lampkeeper/dimmable-bulb", "Bulb")) as LampId;
  sensor = (await add("lampkeeper/motion-sensor", "Motion")) as SensorId;
  button = (await add("lampkeeper/dimmer-button", "Button")) as SensorId;
  for (const id of [lamp, sensor, button]) says(id, "availability", "online");
});
afterEach(() => home.close());

const says = (id: LampId | SensorId, topic: string, payload: unknown): void => {
  const { address } = home.hub.inventory.device(id) ?? {};
  home.hub.broker.publish(
    `device/${address}/${topic}`,
    typeof payload === "string" ? payload : JSON.stringify(payload),
  );
};
const shows = (brightness: number) => says(lamp, "state", { on: true, brightness });
const moves = (occupancy: boolean, battery = 75.31) => says(sensor, "state", { occupancy, battery });
const press = () => says(button, "event", { action: "single" });

const scope = (id: string, switches: Partial<Record<ScopePart, boolean>>) =>
  home.client.call("setDeviceScope", { id, body: switches });
const off = (id: string, part: ScopePart) => scope(id, { [part]: false });

const kept = (name: "light-states" | "occurrences" | "sensor-readings", id: string) => {
  const all = [...home.hub.store.collection(name).entries()];
  return all.filter(([key]) => key.includes(id)).length;
};
/** What programs on MQTT were told of a device since then. */
const told = (id: string, since = 0) =>
  home.published.slice(since).filter((line) => line.startsWith(`lampkeeper/${id}`) && !line.endsWith(" "));
const events = (kind: string) => home.events.filter((event) => event.kind === kind).length;
const settle = () => home.clock.advance(Minutes(1));

const ruleOf = (trigger: Shape<"Trigger">) =>
  home.client.call("addSchedule", {
    body: {
      name: "Rule",
      triggers: [trigger],
      actions: [{ kind: "light", target: lamp, command: { on: true } }],
      catchUp: { kind: "skip" },
    },
  });

test("as a device comes, what the hub is for is on, and no assistant may see it", async () => {
  expect(await home.client.call("readDeviceScope", { id: lamp })).toMatchObject({
    state: true,
    events: true,
    history: true,
    sharing: true,
    assistants: false,
  });
  shows(40);
  moves(true);
  await settle();
  expect([kept("light-states", lamp), kept("sensor-readings", sensor)]).toEqual([1, 1]);
  expect([told(lamp).length > 0, told(sensor).length > 0]).toEqual([true, true]);
});

describe("state off", () => {
  test(`of a sensor: the reading is dropped at the door, and what was kept is gone ${proves("U17")}`, async () => {
    moves(true);
    await off(sensor, "state");
    expect(kept("sensor-readings", sensor)).toBe(0);
    const before = home.published.length;
    moves(true, 86.42);
    moves(false, 86.42);
    await settle();
    expect(kept("sensor-readings", sensor)).toBe(0);
    expect(told(sensor, before).join()).not.toContain("86.42");
    expect(home.events.filter((each) => JSON.stringify(each).includes("86.42"))).toEqual([]);
    expect((await home.client.call("getDevice", { id: sensor })).reading ?? {}).toEqual({});
  });

  test(`of a lamp: what it shows is neither kept nor told; it still does as it is asked ${proves("U17")}`, async () => {
    shows(40);
    await settle();
    await off(lamp, "state");
    expect(kept("light-states", lamp)).toBe(0);
    const before = home.published.length;
    await home.client.call("setLight", { id: lamp, body: { on: true, brightness: 60 } });
    shows(61);
    await settle();
    expect(kept("light-states", lamp)).toBe(0);
    expect(told(lamp, before).filter((line) => line.includes("brightness"))).toEqual([]);
    const light = await home.client.call("getLight", { id: lamp });
    expect(light.reported).toBeNull();
    expect(home.published.slice(before).some((line) => /^device\/[^/]+\/command /.test(line))).toBe(true);
  });

  test("others of the home go on", async () => {
    await off(sensor, "state");
    shows(40);
    press();
    await settle();
    expect(kept("light-states", lamp)).toBe(1);
    expect(events("sensor.reported")).toBe(1);
  });
});

describe("events off", () => {
  const trigger = (): Shape<"Trigger"> => ({ kind: "motion", event: "detected", sensor });

  test(`no rule is set off by it, and the rule and the lamp say why ${proves("U17", "U19")}`, async () => {
    const { id } = await ruleOf(trigger());
    moves(false);
    moves(true);
    await settle();
    expect(events("rule.fired")).toBe(1);
    await off(sensor, "events");
    moves(false);
    moves(true);
    await settle();
    expect(events("rule.fired")).toBe(1);
    expect(home.hub.schedules.held(id as RuleId)).toBe("out-of-scope");
    const { rules } = await home.client.call("explainLight", { id: lamp });
    expect(rules.map(({ heldText }) => heldText)).toEqual([
      "the device that sets it off may not tell of what happens to it",
    ]);
    expect(kept("sensor-readings", sensor)).toBe(1);
    await scope(sensor, { events: true });
    moves(false);
    moves(true);
    await settle();
    expect(events("rule.fired")).toBe(2);
    expect(home.hub.schedules.held(id as RuleId)).toBeUndefined();
  });

  test(`a button that is pressed is heard by nobody, and nothing of it is told ${proves("U17", "U19")}`, async () => {
    await ruleOf({ kind: "button", action: "single", sensor: button });
    await off(button, "events");
    const before = home.published.length;
    press();
    await settle();
    expect([events("rule.fired"), events("sensor.reported")]).toEqual([0, 0]);
    expect(told(button, before)).toEqual([]);
    await scope(button, { events: true });
    press();
    await settle();
    expect([events("rule.fired"), events("sensor.reported")]).toEqual([1, 1]);
  });

  test(`a lamp whose changes are not told sets off nothing ${proves("U19")}`, async () => {
    const other = (await add("lampkeeper/dimmable-bulb", "Other")) as LampId;
    const { id } = await ruleOf({ kind: "device", event: "on", device: other });
    await off(other, "events");
    await home.client.call("setLight", { id: other, body: { on: true } });
    expect(events("rule.fired")).toBe(0);
    expect(home.hub.schedules.held(id as RuleId)).toBe("out-of-scope");
    await home.client.call("setLight", { id: other, body: { on: false } });
    await scope(other, { events: true });
    await home.client.call("setLight", { id: other, body: { on: true } });
    expect(events("rule.fired")).toBe(1);
  });

  test("a rule that another device sets off as well goes on", async () => {
    const { id } = await home.client.call("addSchedule", {
      body: {
        name: "Both",
        triggers: [trigger(), { kind: "button", action: "single", sensor: button }],
        actions: [{ kind: "light", target: lamp, command: { on: true } }],
        catchUp: { kind: "skip" },
      },
    });
    await off(sensor, "events");
    expect(home.hub.schedules.held(id as RuleId)).toBeUndefined();
    press();
    await settle();
    expect(events("rule.fired")).toBe(1);
  });
});

test(`history off: what a lamp did is not kept, what was is gone, and it still shows why it is as it is ${proves("U17")}`, async () => {
  await home.client.call("setLight", { id: lamp, body: { on: true } });
  await settle();
  expect(kept("occurrences", lamp)).toBeGreaterThan(0);
  await off(lamp, "history");
  await settle();
  expect(kept("occurrences", lamp)).toBe(0);
  await home.client.call("setLight", { id: lamp, body: { on: false } });
  await settle();
  expect(kept("occurrences", lamp)).toBe(0);
  const why = await home.client.call("explainLight", { id: lamp });
  expect([why.entries, why.cause.kind]).toEqual([[], "api"]);
});

test(`sharing off: MQTT, and programs of developers, see exactly the others ${proves("U17", "H46")}`, async () => {
  shows(40);
  moves(true);
  const { token = "" } = await home.client.call("addToken", {
    body: { name: "program", role: "developer", scopes: ["lights:read"] },
  });
  const { answered } = await import("../../hub/platform/sim/web-fetch.ts");
  const seen = async (path: string) => {
    const request = new Request(`http://localhost/api/v1${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const answer = await answered(home.hub.handle, request, "local");
    return { status: answer.status, text: await answer.text() };
  };
  expect((await seen("/devices")).text).toContain(sensor);
  await off(sensor, "sharing");
  expect(home.published.slice(-2)).toEqual([`lampkeeper/${sensor} `, `lampkeeper/${sensor}/availability `]);
  const before = home.published.length;
  moves(false);
  says(sensor, "availability", "offline");
  await settle();
  expect(told(sensor, before)).toEqual([]);
  const devices = (await seen("/devices")).text;
  expect([devices.includes(sensor), devices.includes(lamp)]).toEqual([false, true]);
  expect((await seen(`/devices/${sensor}`)).status).toBe(404);
  expect((await home.client.call("getDevice", { id: sensor })).id).toBe(sensor);
  await off(lamp, "sharing");
  expect(await seen("/lights")).toMatchObject({ status: 200, text: '{"data":[]}' });
  expect((await seen(`/lights/${lamp}`)).status).toBe(404);
  await scope(sensor, { sharing: true });
  expect(told(sensor, before).length).toBeGreaterThan(0);
});

test(`nor is it in the numbers that programs collect ${proves("U17")}`, async () => {
  shows(40);
  const other = (await add("lampkeeper/dimmable-bulb", "Other")) as LampId;
  says(other, "state", { on: true, brightness: 41 });
  await settle();
  const { token = "" } = await home.client.call("addToken", {
    body: { name: "prometheus", role: "developer", scopes: ["metrics"] },
  });
  const { answered } = await import("../../hub/platform/sim/web-fetch.ts");
  const numbers = async () => {
    const request = new Request("http://localhost/metrics", {
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await (await answered(home.hub.handle, request, "local")).text();
    return [lamp, other].map((id) => text.includes(`"${id}"`));
  };
  expect(await numbers()).toEqual([true, true]);
  await off(lamp, "sharing");
  expect(await numbers()).toEqual([false, true]);
  await off(other, "state");
  expect(await numbers()).toEqual([false, false]);
});

describe("terms", () => {
  test(`each product's say what it keeps and how it forgets; they are there before it joins ${proves("H45", "U18")}`, async () => {
    expect(profiles.length).toBeGreaterThan(20);
    for (const profile of profiles) {
      const terms = await home.client.call("readDeviceTerms", { query: { profile: profile.id } });
      expect(terms).toEqual(termsOf(profile));
      expect(terms.stores.length).toBeGreaterThan(0);
      const proof =
        profile.wipe === undefined ? "cannot be told" : profile.wipe.proof ? "proves" : "not confirmed";
      expect(terms.forgets).toContain(proof);
    }
    await expect(
      home.client.call("readDeviceTerms", { query: { profile: "no/such" } }),
    ).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test(`accepted, the answer is on record with its version; declined, the device works in this home alone ${proves("U18")}`, async () => {
    const yes = await add("lampkeeper/dimmable-bulb", "Yes", "accepted");
    const no = await add("lampkeeper/motion-sensor", "No", "declined");
    expect(await home.client.call("readDeviceScope", { id: yes })).toMatchObject({
      answer: "accepted",
      terms: { version: 1 },
      decided: "2026-06-21T12:00:00.000Z",
      sharing: true,
    });
    const declined = await home.client.call("readDeviceScope", { id: no });
    expect(declined).toMatchObject({ answer: "declined", decided: expect.any(String) });
    expect(scopeParts.map((part) => declined[part])).toEqual([true, false, false, false, false]);
    const before = home.published.length;
    says(no as SensorId, "state", { occupancy: true });
    await settle();
    expect(told(no, before)).toEqual([]);
    expect((await home.client.call("getDevice", { id: no })).reading).toEqual({ occupancy: true });
  });

  test("who gave no answer has none on record, and the switches alone are no answer", async () => {
    await off(lamp, "history");
    expect((await home.client.call("readDeviceScope", { id: lamp })).answer).toBeUndefined();
  });
});

test("switches outlive a restart of the services, and go with the device", async () => {
  await off(lamp, "sharing");
  expect(home.hub.store.collection("device-scopes").get(lamp)?.sharing).toBe(false);
  await home.client.call("removeDevice", { id: lamp });
  expect(home.hub.store.collection("device-scopes").get(lamp)).toBeUndefined();
});

test.each([[{ stat: false }], [{ state: "off" }], [{ answer: "maybe" }], [[]]])(
  "%o is no scope, and nothing changes",
  async (body) => {
    const asked = home.client.call("setDeviceScope", { id: lamp, body: body as never });
    await expect(asked).rejects.toMatchObject({ status: 400 });
    expect([...home.hub.store.collection("device-scopes").entries()]).toEqual([]);
  },
);
