import { expect, test } from "vitest";
import { startHub } from "../../../app-sim/testing/testing.ts";
import { proves } from "../../support/proves.ts";

const options = {
  bulbs: 6,
  seed: 7,
  place: { latitude: 52.5, longitude: 13.4 },
  zone: "Europe/Berlin",
  clock: { now: "2026-06-21T12:00:00Z" },
};

const evening = {
  name: "Evening light",
  triggers: [{ kind: "daily", at: { kind: "sun", event: "sunset", offset: -900 } }],
  actions: [{ kind: "light", target: "room:Living room", command: { on: true, brightness: 60 } }],
} as const;

test(`a light follows the sun in a test: the clock lives on to sunset, the lamp says which rule and why ${proves("A32")}`, async () => {
  await using hub = await startHub(options);
  const rule = await hub.schedules.add(evening);
  const [next] = await hub.schedules.next();
  expect(next).toMatchObject({ rule: rule.id, because: "sunset - 15 min" });
  await hub.clock.until("sunset-16m");
  expect(hub.lamp("Living room/Ceiling").state.on).toBe(false);
  await hub.clock.until("sunset");
  expect(hub.clock.now.getTime() - Date.parse(next?.at ?? "")).toBe(900_000);
  expect(hub.lamp("Living room/Ceiling").state).toMatchObject({
    on: true,
    cause: { kind: "rule", rule: rule.id },
  });
  expect(await hub.schedules.explain("Evening light")).toMatchObject({ last: { result: "fired" } });
  expect(hub.egress.list()).toEqual([]);
});

test("the clock lives on to a time on the home's walls, and to the same one on the next day", async () => {
  await using hub = await startHub(options);
  await hub.clock.until("18:30");
  expect(hub.clock.now.toISOString()).toBe("2026-06-21T16:30:00.000Z");
  await hub.clock.until("18:30");
  expect(hub.clock.now.toISOString()).toBe("2026-06-22T16:30:00.000Z");
  await hub.clock.until("2026-06-22T18:00:00Z");
  await expect(hub.clock.until("2026-06-22T17:00:00Z")).rejects.toThrow("has passed");
  await expect(hub.clock.until("teatime")).rejects.toThrow("not a time");
});

test("a rule is run by hand, by its name; one that is not there is named", async () => {
  await using hub = await startHub(options);
  await hub.schedules.add(evening);
  await hub.schedules.run("Evening light");
  expect(hub.lamp("Living room/Ceiling").state.on).toBe(true);
  expect((await hub.schedules.list()).map(({ name }) => name)).toEqual(["Evening light"]);
  await expect(hub.schedules.run("Morning light")).rejects.toThrow("there are: Evening light");
  await expect(
    hub.schedules.add({ ...evening, actions: [{ kind: "circadian", target: "Cellar" }] }),
  ).rejects.toThrow('"Cellar"');
});

test("what only the rules themselves can see is refused with its place too", async () => {
  await using hub = await startHub(options);
  await expect(hub.schedules.add({ ...evening, endActions: [...evening.actions] })).rejects.toMatchObject({
    status: 400,
    errors: [{ pointer: "/endActions", code: "invalid_input", detail: "only a range has an end" }],
  });
});

test("rules that set each other off are refused with the circle", async () => {
  await using hub = await startHub(options);
  const lamps = hub.lamps.map(({ id }) => id);
  const follow = (name: string, from = "", to = "") =>
    hub.schedules.add({
      name,
      triggers: [{ kind: "device", device: from, event: "on" }],
      actions: [{ kind: "light", target: to, command: { on: true } }],
    });
  const first = await follow("First", lamps[0], lamps[1]);
  const second = await follow("Second", lamps[1], lamps[2]);
  await expect(follow("Third", lamps[2], lamps[0])).rejects.toMatchObject({
    status: 409,
    code: "rule_loops",
  });
  const problem = await fetch(`${hub.url}/api/v1/schedules/${second.id}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${hub.token}`, "content-type": "application/json" },
    body: JSON.stringify({ actions: [{ kind: "light", target: lamps[0], command: { on: true } }] }),
  });
  expect(await problem.json()).toMatchObject({ code: "rule_loops", rules: [second.id, first.id] });
});
