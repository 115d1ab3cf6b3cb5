import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const put = (body: unknown, query = "") =>
  house.ask<Shape<"CommandedLight">>("PUT", `/lights/${house.lamp}/state${query}`, { body });

test("lamps are listed with what they should show and what they show", async () => {
  const { data } = await house.ask<Shape<"Lights">>("GET", "/lights");
  expect(data.map(({ id }) => id)).toEqual([house.lamp, house.other]);
  expect(data[0]).toMatchObject({
    name: "Sink",
    room: house.room.id,
    reachable: true,
    reported: null,
    desired: { on: false, brightness: 100 },
    cause: { kind: "device" },
    capabilities: { colorTemperature: { min: 2000, max: 6535.948 }, transition: { max: 60 } },
  });
});

test("a command keeps what it does not name, and says who asked", async () => {
  await put({ on: true, colorTemperature: 2700 });
  const answer = await put({ brightness: 42.5 });
  expect(answer.desired).toEqual({ on: true, brightness: 42.5, colorTemperature: 2700 });
  expect(answer.clamped).toEqual([]);
  expect(answer.cause).toMatchObject({
    kind: "api",
    command: answer.command,
    at: "2026-09-21T14:13:20.000Z",
  });
  expect(house.owner.split(".")[0]).toBe(answer.cause.actor);
});

test("hue and saturation are taken and answered as xy", async () => {
  const { desired } = await put({ hue: 0, saturation: 100 });
  expect(desired.color?.x).toBeCloseTo(0.64, 2);
  expect(desired.color?.y).toBeCloseTo(0.33, 2);
});

test("wait=reported answers when the lamp confirms, and 504 when it does not", async () => {
  expect((await put({ on: true }, "?wait=reported&timeout=0.5")).reported?.on).toBe(true);
  house.lights.obedient = false;
  const late = await house.send("PUT", `/lights/${house.lamp}/state?wait=reported`, { body: { on: false } });
  expect([late.status, (await late.json()) as unknown]).toMatchObject([504, { code: "timed_out" }]);
});

test("a room, a zone and a group are commanded as one", async () => {
  const lamps = [house.lamp, house.other];
  const zone = await house.ask<Shape<"Zone">>("POST", "/zones", {
    status: 201,
    body: { name: "Low", members: lamps },
  });
  const group = await house.ask<Shape<"Zone">>("POST", "/groups", {
    status: 201,
    body: { name: "Top", members: lamps },
  });
  for (const path of [`/rooms/${house.room.id}`, `/zones/${zone.id}`, `/groups/${group.id}`]) {
    const outcome = await house.ask<Shape<"CommandOutcome">>("PUT", `${path}/state`, {
      body: { on: "toggle" },
    });
    expect(outcome.lamps.map(({ id }) => id)).toEqual(lamps);
  }
  expect((await house.ask<Shape<"Light">>("GET", `/lights/${house.lamp}`)).desired.on).toBe(true);
});

test("a lamp is renamed and moved", async () => {
  const changed = await house.ask<Shape<"Light">>("PATCH", `/lights/${house.lamp}`, {
    body: { name: "  Over the sink ", room: null },
  });
  expect(changed).toMatchObject({ name: "Over the sink", room: null });
});

test("why answers the cause of the present state", async () => {
  await put({ on: true });
  const why = await house.ask<Shape<"Why">>("GET", `/lights/${house.lamp}/why`);
  expect(why.entries[0]).toMatchObject({ cause: { kind: "api" }, desired: { on: true } });
});

test("the clock says how far it may be believed", async () => {
  const clock = await house.ask<Shape<"Clock">>("GET", "/clock");
  expect(clock).toMatchObject({ trust: "trusted", source: "ntp" });
  expect(Date.parse(clock.now)).toBe(house.clock.now());
});

describe("what is wrong is refused with a stable code and changes nothing", () => {
  const cases: readonly [
    what: string,
    init: Parameters<House["send"]>[2],
    status: number,
    code: string,
    where?: string,
  ][] = [
    ["malformed JSON", { raw: '{"on":' }, 400, "malformed_json"],
    ["bytes that are not UTF-8", { raw: new Uint8Array([0x22, 0xff, 0x22]) }, 400, "malformed_json"],
    ["NaN", { raw: '{"brightness":NaN}' }, 400, "malformed_json"],
    ["no body", {}, 400, "invalid_input"],
    ["an array", { body: [] }, 400, "invalid_input"],
    ["null", { body: null }, 400, "invalid_input"],
    ["a wrong type", { body: { on: "yes" } }, 400, "invalid_input", "/on"],
    ["a number as text", { body: { brightness: "50" } }, 400, "invalid_input", "/brightness"],
    ["a huge number", { raw: '{"brightness":1e999}' }, 400, "invalid_input", "/brightness"],
    ["101 percent", { body: { brightness: 101 } }, 400, "range_violation", "/brightness"],
    ["less than nothing", { body: { brightness: -0.1 } }, 400, "range_violation", "/brightness"],
    ["a candle's kelvin", { body: { colorTemperature: 1 } }, 400, "range_violation", "/colorTemperature"],
    ["an unknown field", { body: { on: true, brigthness: 5 } }, 400, "unknown_field", "/brigthness"],
    ["a prototype", { raw: '{"__proto__":{"on":true}}' }, 400, "unknown_field", "/__proto__"],
    [
      "two colours",
      { body: { color: { x: 0.3, y: 0.3 }, colorTemperature: 2700 } },
      400,
      "invalid_input",
      "/color",
    ],
    ["half a colour", { body: { hue: 10 } }, 400, "invalid_input", "/hue"],
    ["a colour with more", { body: { color: { x: 0.3, y: 0.3, z: 0 } } }, 400, "unknown_field", "/color/z"],
    ["1 MB", { raw: `{"effect":"${"x".repeat(1 << 20)}"}` }, 413, "limit_exceeded"],
    ["a bomb", { raw: "[".repeat(100_000) }, 400, "malformed_json"],
    ["a packed body", { raw: "{}", headers: { "content-encoding": "gzip" } }, 415, "unsupported_media_type"],
  ];
  test.each(cases)("%s", async (_what, init, status, code, where) => {
    const answer = await house.send("PUT", `/lights/${house.lamp}/state`, init);
    const problem = (await answer.json()) as Shape<"Problem">;
    expect([answer.status, problem.code]).toEqual([status, code]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    if (where !== undefined) expect(problem.errors?.map(({ pointer }) => pointer)).toContain(where);
    expect(house.lights.get(house.lamp)?.desired).toEqual({ on: false, brightness: 100 });
  });

  test.each([
    ["/lights/l-aaaaaaaaaaaa", 404, "not_found"],
    ["/lights/nonsense", 404, "not_found"],
    ["/lights/..%2f..%2fetc", 404, "not_found"],
    ["/rooms/l-aaaaaaaaaaaa", 404, "not_found"],
    ["/nowhere", 404, "not_found"],
  ])("GET %s", async (path, status, code) => {
    const answer = await house.send("GET", path);
    expect([answer.status, ((await answer.json()) as Shape<"Problem">).code]).toEqual([status, code]);
  });

  test("another method says which there are", async () => {
    const answer = await house.send("DELETE", `/lights/${house.lamp}`);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, PATCH"]);
  });

  test.each([
    ["", "range_violation"],
    ["a\u0007b", "invalid_input"],
    ["x".repeat(65), "invalid_input"],
    ["x".repeat(10_000), "range_violation"],
    ["\u202Eevil", "invalid_input"],
  ])("the name %j", async (name, code) => {
    const answer = await house.send("PATCH", `/lights/${house.lamp}`, { body: { name } });
    const text = await answer.text();
    expect([answer.status, (JSON.parse(text) as Shape<"Problem">).code]).toEqual([400, code]);
    if (name !== "") expect(text).not.toContain(name);
  });

  test("a timeout that is no number", async () => {
    const answer = await house.send("PUT", `/lights/${house.lamp}/state?wait=reported&timeout=soon`, {
      body: {},
    });
    expect(answer.status).toBe(400);
  });
});
