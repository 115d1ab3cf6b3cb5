import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { byName } from "../../../hub/api/by-name.ts";
import type { Shape } from "../../../hub/api/contract.ts";
import { proves } from "../../support/proves.ts";
import { House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const status = async (...[method, path, init]: Parameters<House["send"]>): Promise<number> =>
  (await house.send(method, path, init)).status;

test("rooms come, are renamed and go; their devices stay", async () => {
  const room = await house.ask<Shape<"Room">>("POST", "/rooms", { body: { name: "Attic" }, status: 201 });
  expect(room).toEqual({ id: room.id, name: "Attic", devices: [] });
  await house.ask("PATCH", `/lights/${house.lamp}`, { body: { room: room.id } });
  const { data } = await house.ask<Shape<"Rooms">>("GET", "/rooms");
  expect(data.map(({ devices }) => devices)).toEqual([[house.lamp], [house.other, house.sensor]]);
  const renamed = await house.ask<Shape<"Room">>("PATCH", `/rooms/${room.id}`, { body: { name: "Loft" } });
  expect(renamed).toEqual({ id: room.id, name: "Loft", devices: [house.lamp] });
  expect(await status("DELETE", `/rooms/${room.id}`)).toBe(204);
  expect(await status("DELETE", `/rooms/${room.id}`)).toBe(404);
  expect((await house.ask<Shape<"Light">>("GET", `/lights/${house.lamp}`)).room).toBeNull();
});

test.each(["rooms", "zones", "groups", "scenes", "people", "tokens"])(
  "%s are listed by name, as people count, in whatever order they came",
  async (list) => {
    const names = ["Nook 10", "nook 3", "Attic", "Nook 2"];
    const rest = { rooms: {}, people: {}, scenes: { states: {} }, tokens: { role: "resident" } } as const;
    const more = list in rest ? rest[list as keyof typeof rest] : { members: [house.lamp] };
    for (const name of names) await house.ask("POST", `/${list}`, { body: { name, ...more }, status: 201 });
    const { data } = await house.ask<{ readonly data: readonly { readonly name: string }[] }>(
      "GET",
      `/${list}`,
    );
    const mine = data.map(({ name }) => name).filter((name) => names.includes(name));
    expect(mine).toEqual(["Attic", "Nook 2", "nook 3", "Nook 10"]);
  },
);

test("lamps of one name are listed by id, the same whichever came first", () => {
  const lamps = ["l-a", "l-b", "l-c"].map((id) => ({ id, name: "Ceiling" }));
  for (const order of [lamps, lamps.toReversed(), [...lamps.slice(1), ...lamps.slice(0, 1)]]) {
    expect(byName(order)).toEqual(lamps);
  }
});

test.each(["zones", "groups"])("%s hold members that exist, and lose them with the device", async (kind) => {
  const add = (members: readonly string[]) => ({ body: { name: "Reading corner", members } });
  const made = await house.ask<Shape<"Zone">>("POST", `/${kind}`, { ...add([house.lamp]), status: 201 });
  const path = `/${kind}/${made.id}`;
  expect(await house.ask("PATCH", path, { body: { members: [house.lamp, house.other] } })).toMatchObject({
    members: [house.lamp, house.other],
  });
  expect(await status("POST", `/${kind}`, add(["r-aaaaaaaaaaaa"]))).toBe(400);
  expect(await status("POST", `/${kind}`, add(["l-aaaaaaaaaaaa"]))).toBe(404);
  await house.send("DELETE", `/devices/${house.lamp}`);
  expect(await house.ask("GET", path)).toMatchObject({ members: [house.other] });
  expect(await house.ask("GET", `/${kind}`)).toMatchObject({ data: [{ id: made.id }] });
  expect(await status("DELETE", path)).toBe(204);
  expect(await status("GET", path)).toBe(404);
});

describe("scenes", () => {
  const add = (body: unknown, expected = 201) =>
    house.ask<Shape<"Scene">>("POST", "/scenes", { body, status: expected });

  test("are captured from a room as it is, and recalled", async () => {
    await house.ask("PUT", `/rooms/${house.room.id}/state`, {
      body: { on: true, brightness: 20, colorTemperature: 2700 },
    });
    const scene = await add({ name: "Evening", room: house.room.id });
    const evening = { on: true, brightness: 20, colorTemperature: 2700 };
    expect(scene.states).toEqual({ [house.lamp]: evening, [house.other]: evening });
    const outcome = await house.ask<Shape<"CommandOutcome">>("POST", `/scenes/${scene.id}/recall`);
    expect(outcome.lamps).toHaveLength(2);
    await house.ask("POST", `/scenes/${scene.id}/recall`, { body: { transition: 3 } });
  });

  test("are given by lamp, get a palette and lose it", async () => {
    const states = { [house.lamp]: { on: true, brightness: 50, color: { x: 0.3, y: 0.3 } } };
    const scene = await add({ name: "Sea", states });
    expect(scene).toEqual({ id: scene.id, name: "Sea", room: null, states });
    const palette = {
      colors: [
        { brightness: 40, colorTemperature: 2000 },
        { brightness: 60, color: { x: 0.2, y: 0.2 } },
      ],
      period: 90,
    };
    const path = `/scenes/${scene.id}`;
    expect(await house.ask("PATCH", path, { body: { palette } })).toMatchObject({ palette });
    expect(await house.ask("PATCH", path, { body: { palette: null, name: "Lake" } })).not.toHaveProperty(
      "palette",
    );
    expect(await status("DELETE", path)).toBe(204);
    expect(await house.ask("GET", "/scenes")).toEqual({ data: [] });
  });

  test.each([
    [{ name: "x", states: { "r-aaaaaaaaaaaa": { on: true, brightness: 1 } } }, "invalid_input"],
    [{ name: "x", capture: "s-aaaaaaaaaaaa" }, "invalid_input"],
    [{ name: "x", room: "kitchen" }, "invalid_input"],
    [{ name: "x", palette: { colors: [], period: 10 } }, "range_violation"],
    [{ name: "x", states: { "l-aaaaaaaaaaaa": { on: true } } }, "invalid_input"],
    [
      {
        name: "x",
        states: {
          "l-aaaaaaaaaaaa": { on: true, brightness: 1, color: { x: 0, y: 0 }, colorTemperature: 2700 },
        },
      },
      "invalid_input",
    ],
  ])("%j is refused", async (body, code) => {
    expect(await add(body, 400)).toMatchObject({ code });
  });
});

describe("devices", () => {
  test("sensors are read with their latest reading", async () => {
    const { data } = await house.ask<Shape<"Devices">>("GET", "/devices");
    expect(data.map(({ kind }) => kind)).toEqual(["sensor", "lamp", "lamp"]);
    expect(await house.ask("GET", `/devices/${house.sensor}`)).toMatchObject({
      reachable: true,
      reading: { occupancy: true },
      readAt: "2026-09-21T14:13:20.000Z",
    });
  });

  test("one is enrolled; its credentials are shown this once", async () => {
    const body = { profile: "test/color", name: "Porch", address: "porch-1", room: house.room.id };
    const made = await house.ask<Shape<"EnrolledDevice">>("POST", "/devices", { body, status: 201 });
    expect(made.credentials).toEqual({ username: "porch-1", password: "a-device-secret" });
    expect(JSON.stringify(await house.ask("GET", "/devices"))).not.toContain("a-device-secret");
    expect(await status("POST", "/devices", { body })).toBe(409);
    expect(await status("POST", "/devices", { body: { ...body, address: "a/#" } })).toBe(400);
    expect(await status("POST", "/devices", { body: { ...body, profile: "none/such" } })).toBe(400);
  });

  test("one on a broker of one's own needs such a broker, and is given no credentials", async () => {
    const body = { profile: "test/color", name: "Porch", address: "porch-1", via: "owner" };
    const refused = await house.ask<{ code: string }>("POST", "/devices", { body, status: 409 });
    expect(refused.code).toBe("no_own_broker");
    expect(await status("POST", "/devices", { body: { ...body, via: "neighbour" } })).toBe(400);
    house.hasOwnBroker = true;
    const made = await house.ask<Shape<"EnrolledDevice">>("POST", "/devices", { body, status: 201 });
    expect(made).toMatchObject({ via: "owner" });
    expect(made).not.toHaveProperty("credentials");
    expect(await house.ask("GET", `/devices/${house.sensor}`)).toMatchObject({ via: "hub" });
  });

  test("a lamp has a second link, or none; a device that cannot have one is refused", async () => {
    const path = `/devices/${house.lamp}/link`;
    const body = { profile: "test/open", address: "a4:c1:38:00:00:77" };
    const linked = await house.ask<Shape<"Device">>("PUT", path, { body });
    expect(linked.links).toMatchObject({ inUse: "mqtt", reason: "usual", links: [{ signal: -55 }, {}] });
    expect(JSON.stringify(linked)).not.toMatch(/a4:?c1:?38/);
    expect(await status("PUT", path, { body: { ...body, address: "a4:c1:38:00:00:78" } })).toBe(409);
    const { data } = await house.ask<Shape<"RegisteredDevices">>("GET", "/device-registry");
    const rows = data.filter(({ device }) => device === house.lamp);
    expect(rows.map(({ via, address, reachable }) => [via, address.slice(-2), reachable])).toEqual([
      ["hub", expect.any(String), true],
      ["ble", "77", false],
    ]);
    expect(await status("DELETE", path)).toBe(204);
    expect(await status("DELETE", path)).toBe(404);
    expect(await house.ask("GET", `/devices/${house.lamp}`)).not.toHaveProperty("links");
    expect(await status("PUT", `/devices/${house.sensor}/link`, { body })).toBe(404);
    expect(await status("PUT", path, { body: { ...body, profile: "test/color" } })).toBe(409);
    expect(await status("PUT", path, { body: { ...body, address: "no address" } })).toBe(400);
  });

  test("one is changed and removed", async () => {
    const path = `/devices/${house.lamp}`;
    expect(await house.ask("PATCH", path, { body: { powerOn: "previous" } })).toMatchObject({
      powerOn: "previous",
    });
    expect(await status("PATCH", path, { body: { powerOn: "sometimes" } })).toBe(400);
    expect(await house.ask("GET", `/lights/${house.lamp}`)).toMatchObject({
      capabilities: { powerOn: ["on", "off", "previous"] },
    });
    const toggle = await house.ask("PATCH", path, { body: { powerOn: "toggle" }, status: 409 });
    expect(toggle).toMatchObject({ code: "not_capable" });
    expect(await status("PATCH", `/devices/${house.sensor}`, { body: { powerOn: "on" } })).toBe(409);
    expect(await status("DELETE", path)).toBe(204);
    expect(await status("GET", `/lights/${house.lamp}`)).toBe(404);
  });
});

describe("the simulated world", () => {
  test("its clock is read, paused, advanced and stepped", async () => {
    expect(await house.ask("GET", "/sim/clock")).toEqual({
      now: "2026-09-21T14:13:20.000Z",
      paused: false,
      speed: 1,
    });
    expect(await house.ask("POST", "/sim/clock/pause")).toMatchObject({ paused: true, speed: 0 });
    expect(await house.ask("POST", "/sim/clock/advance", { body: { seconds: 40 } })).toMatchObject({
      now: "2026-09-21T14:14:00.000Z",
    });
    expect(await house.ask("POST", "/sim/clock/jump", { body: { seconds: -3600 } })).toMatchObject({
      now: "2026-09-21T13:14:00.000Z",
    });
    expect(await house.ask("POST", "/sim/clock/resume")).toMatchObject({ paused: false });
    expect(await status("POST", "/sim/clock/jump", { body: { seconds: 0 } })).toBe(409);
    expect(await status("POST", "/sim/clock/advance", { body: { seconds: -1 } })).toBe(400);
  });

  test("its devices are unplugged, misbehave and are touched", async () => {
    const path = `/sim/devices/${house.lamp}`;
    expect(await house.ask("POST", `${path}/unplug`)).toMatchObject({ plugged: false });
    expect(await house.ask("POST", `${path}/plug`)).toMatchObject({ plugged: true });
    await house.ask("POST", `${path}/misbehave`, { body: { misbehaviours: ["ignores"] } });
    const faults = { known: ["ignores", "answers-twice"], active: { [house.lamp]: ["ignores"] } };
    expect(await house.ask("GET", "/sim/faults")).toEqual(faults);
    expect(await status("DELETE", "/sim/faults")).toBe(204);
    expect(await house.ask("GET", "/sim/faults")).toMatchObject({ active: {} });
    await house.ask("POST", `${path}/touch`, { body: { on: true } });
    await house.ask("POST", `/sim/devices/${house.sensor}/press`, { body: { action: "single" } });
    expect(await house.ask("GET", "/sim/devices")).toMatchObject({ data: [{}, {}, {}] });
    expect(await status("POST", "/sim/devices/l-aaaaaaaaaaaa/plug")).toBe(404);
  });
});

describe("for machines that watch", () => {
  test("health and readiness are open and bare", async () => {
    const answer = await house.send("GET", "/~/healthz", { token: null });
    expect([answer.status, await answer.text()]).toEqual([200, "ok\n"]);
    const starting = new House({ services: { isReady: () => false } });
    expect((await starting.send("GET", "/~/readyz", { token: null })).status).toBe(503);
    starting.close();
  });

  test(`metrics are Prometheus text, lamps by id, and nothing has a name ${proves("EN303645:6-4", "EN303645:6-5")}`, async () => {
    await house.ask("PUT", `/lights/${house.lamp}/state`, {
      body: { on: true, brightness: 50, colorTemperature: 2700 },
    });
    await house.send("GET", "/nowhere");
    const answer = await house.send("GET", "/~/metrics");
    const text = await answer.text();
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(text).toContain(`lampkeeper_lamp_brightness_ratio{lamp="${house.lamp}"} 0.5\n`);
    expect(text).toContain('lampkeeper_http_answers_total{status="404"} 1\n');
    expect(text).toContain('lampkeeper_lamp_command_duration_seconds_bucket{le="0.005"} 1\n');
    expect(text).toContain("lampkeeper_lamp_command_duration_seconds_count 1\n");
    expect(text).toContain("lampkeeper_clock_trusted 1\n");
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(
        /^(# (HELP|TYPE) lampkeeper_\w+ \S.*|lampkeeper_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.e+-]+)$/,
      );
    }
    expect(text).not.toMatch(/Sink|Table|Kitchen|Door/);
  });
});
