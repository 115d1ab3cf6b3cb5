import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Percent } from "../../../hub/domain/units.ts";
import { NorthboundMqtt } from "../../../hub/interop/mqtt/northbound.ts";
import { House } from "../api/house.ts";
import { TopicBoard } from "./topic-board.ts";

let house: House;
let board: TopicBoard;
let door: NorthboundMqtt;

beforeEach(() => {
  house = new House();
  board = new TopicBoard();
  const { log, bus, lights, sensors, inventory } = house;
  door = new NorthboundMqtt(log, bus, board, { lights, sensors, home: inventory }, "lampkeeper");
  door.start();
});
afterEach(() => {
  door.close();
  house.close();
});

const set = (id: string, payload: string, from = "t-aaaaaaaaaaaa") =>
  board.say(`lampkeeper/${id}/set`, payload, { from });
const stateOf = (id: string) => board.on(`lampkeeper/${id}`).at(-1);
const errorOf = (id: string) => board.on(`lampkeeper/${id}/error`).at(-1);

test("a command is confirmed on the lamp's topic, retained, with the client as its cause", () => {
  set(house.lamp, '{"state":"ON","brightness":215,"color_temp":325}');
  expect(board.published.at(-1)).toEqual({
    topic: `lampkeeper/${house.lamp}`,
    payload: '{"state":"ON","brightness":215,"color_mode":"color_temp","color_temp":325}',
    retain: true,
    qos: 1,
  });
  expect(house.lights.get(house.lamp)?.cause).toMatchObject({ kind: "mqtt", actor: "t-aaaaaaaaaaaa" });
  expect(door.counts().commands).toBe(1);
});

test("a room is commanded with one message", () => {
  set(house.room.id, "ON");
  expect([stateOf(house.lamp), stateOf(house.other)]).toMatchObject([{ state: "ON" }, { state: "ON" }]);
});

test("nothing is confirmed before the lamp says so, and what it shows on its way stays unsaid", () => {
  house.lights.obedient = false;
  set(house.lamp, "ON");
  expect(stateOf(house.lamp)).toBeUndefined();
  const { desired, cause } = house.lights.get(house.lamp) ?? expect.unreachable();
  const dim = { ...desired, brightness: Percent(10) };
  house.bus.publish({ kind: "light.reported", lamp: house.lamp, reported: dim, cause, settled: false });
  expect(stateOf(house.lamp)).toBeUndefined();
  house.bus.publish({ kind: "light.reported", lamp: house.lamp, reported: desired, cause, settled: true });
  expect(stateOf(house.lamp)).toEqual({ state: "ON", brightness: 254 });
});

describe("what is wrong changes nothing, is answered on the error topic and counted", () => {
  test.each([
    ["{", "malformed_json"],
    ['{"brightness":255}', "range_violation"],
    ['{"dim":1}', "unknown_field"],
  ])("%s", (payload, code) => {
    set(house.lamp, payload);
    expect(errorOf(house.lamp)).toMatchObject({ code });
    expect(house.lights.get(house.lamp)?.desired.on).toBe(false);
    expect(door.counts()).toEqual({ commands: 0, refused: new Map([[code, 1]]) });
  });

  test("an id that nobody has, a sensor, and no id at all", () => {
    set("l-aaaaaaaaaaaa", "ON");
    expect(errorOf("l-aaaaaaaaaaaa")).toMatchObject({ code: "not_found" });
    set(house.sensor, "ON");
    expect(errorOf(house.sensor)).toMatchObject({ code: "not_found" });
    board.forget();
    set("kitchen lamp", "ON");
    board.say("lampkeeper/bridge/set", "ON");
    expect(board.published).toEqual([]);
    expect(door.counts().refused).toEqual(new Map([["not_found", 4]]));
  });

  test("a retained command: it would come true again with every reconnection", () => {
    board.say(`lampkeeper/${house.lamp}/set`, "ON", { retain: true });
    expect([stateOf(house.lamp), errorOf(house.lamp)]).toMatchObject([undefined, { code: "invalid_input" }]);
  });

  test("a bug of ours: the door stays open, the log tells, strangers do not learn more", () => {
    house.lights.command = () => {
      throw new TypeError("secret detail");
    };
    set(house.lamp, "ON");
    expect(errorOf(house.lamp)).toMatchObject({
      code: "internal",
      message: expect.not.stringContaining("secret"),
    });
    expect(house.log.lines).toMatchObject([{ event: "mqtt.failed", fields: { what: "TypeError" } }]);
  });

  test("any bytes on any topic leave the home as it was or change it as asked, and never stop the door", () => {
    const ids = fc.constantFrom(
      house.lamp,
      house.room.id,
      house.sensor,
      "bridge",
      "",
      "l-",
      "$SYS",
      "é".repeat(300),
    );
    const tails = fc.constantFrom(
      "set",
      "get",
      "request/device/rename",
      "request/",
      "request/a/b/c/d",
      "request/é",
    );
    fc.assert(
      fc.property(
        ids,
        tails,
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (id, tail, bytes) => {
          board.say(`lampkeeper/${id}/${tail}`, bytes);
        },
      ),
      { numRuns: 500 },
    );
    expect(board.published.every(({ topic }) => /^[\x21-\x7e]+$/.test(topic))).toBe(true);
    expect(house.log.lines).toEqual([]);
  });
});

test("get answers the state of lamps and sensors", () => {
  set(house.lamp, "ON");
  board.forget();
  board.say(`lampkeeper/${house.lamp}/get`, '{"state":""}');
  board.say(`lampkeeper/${house.sensor}/get`, "");
  board.say("lampkeeper/l-aaaaaaaaaaaa/get", "");
  expect([stateOf(house.lamp), stateOf(house.sensor)]).toEqual([
    { state: "ON", brightness: 254 },
    { occupancy: true },
  ]);
  expect(errorOf("l-aaaaaaaaaaaa")).toMatchObject({ code: "not_found" });
});

test("a press of a button is told once and not retained; what a sensor measures is", () => {
  board.forget();
  const at = house.clock.now();
  house.bus.publish({
    kind: "sensor.reported",
    sensor: house.sensor,
    reading: { action: "single", battery: 80 },
    at,
  });
  expect(board.published).toEqual([
    { topic: `lampkeeper/${house.sensor}`, payload: '{"occupancy":true,"battery":80}', retain: true, qos: 1 },
    {
      topic: `lampkeeper/${house.sensor}`,
      payload: '{"occupancy":true,"action":"single"}',
      retain: false,
      qos: 0,
    },
  ]);
});

test("availability follows the device; the bridge says when it comes and goes", () => {
  expect(board.published[0]).toEqual({
    topic: "lampkeeper/bridge/state",
    payload: '{"state":"online"}',
    retain: true,
    qos: 1,
  });
  expect(board.on(`lampkeeper/${house.lamp}/availability`)).toEqual([{ state: "online" }]);
  house.bus.publish({
    kind: "device.availability-changed",
    device: house.lamp,
    online: false,
    at: house.clock.now(),
  });
  expect(board.on(`lampkeeper/${house.lamp}/availability`).at(-1)).toEqual({ state: "offline" });
  door.close();
  expect(board.published.at(-1)).toEqual({
    topic: "lampkeeper/bridge/state",
    payload: '{"state":"offline"}',
    retain: true,
    qos: 1,
  });
  expect(board.subscriptions).toBe(0);
});

test("a device that leaves takes its retained messages with it; a new one is announced", () => {
  board.forget();
  house.inventory.removeDevice(house.lamp);
  expect(board.published).toEqual([
    { topic: `lampkeeper/${house.lamp}`, payload: "", retain: true, qos: 1 },
    { topic: `lampkeeper/${house.lamp}/availability`, payload: "", retain: true, qos: 1 },
  ]);
  const { id } = house.inventory.addDevice({ profile: "test/color", name: "New" });
  expect(board.on(`lampkeeper/${id}/availability`)).toEqual([{ state: "online" }]);
});

describe("requests to the bridge", () => {
  const ask = (what: string, payload: unknown) => {
    board.forget();
    board.say(
      `lampkeeper/bridge/request/${what}`,
      typeof payload === "string" ? payload : JSON.stringify(payload),
    );
    return board.on(`lampkeeper/bridge/response/${what}`)[0];
  };

  test("for a backup are refused: neither it nor its passphrase belongs on a topic", () => {
    expect(ask("backup", { transaction: 3, password: "correct horse battery" })).toEqual({
      status: "error",
      error: expect.stringContaining("lampkeeper backup create"),
      code: "not_by_this_way",
      data: {},
      transaction: 3,
    });
    expect(JSON.stringify(board.on("lampkeeper/bridge/response/backup"))).not.toContain("correct horse");
  });

  test("are answered with their transaction", () => {
    expect(ask("health_check", { transaction: 7 })).toEqual({
      status: "ok",
      data: { healthy: true },
      transaction: 7,
    });
    expect(ask("health_check", "")).toEqual({ status: "ok", data: { healthy: true } });
  });

  test("rename, set up and remove devices", () => {
    expect(ask("device/rename", { from: house.lamp, to: " Bench " })).toEqual({
      status: "ok",
      data: { from: house.lamp, to: "Bench" },
    });
    expect(house.inventory.device(house.lamp)?.name).toBe("Bench");
    ask("device/options", { id: house.lamp, options: { power_on_behavior: "previous" } });
    expect(house.inventory.device(house.lamp)?.powerOn).toBe("previous");
    expect(ask("device/remove", { id: house.sensor })).toMatchObject({ status: "ok" });
    expect(house.inventory.device(house.sensor)).toBeUndefined();
  });

  test("make groups", () => {
    const { data } = ask("group/add", { friendly_name: "Ceiling" }) as { data: { id: string } };
    ask("group/members/add", { group: data.id, device: house.lamp });
    ask("group/members/add", { group: data.id, device: house.other });
    ask("group/members/remove", { group: data.id, device: house.lamp });
    expect(house.inventory.groups()).toMatchObject([{ name: "Ceiling", members: [house.other] }]);
    set(data.id, "ON");
    expect([stateOf(house.lamp), stateOf(house.other)]).toMatchObject([undefined, { state: "ON" }]);
    expect(ask("group/remove", { id: data.id })).toMatchObject({ status: "ok" });
  });

  test.each([
    ["permit_join", { time: 60 }, "invalid_input"],
    ["touchlink/scan", {}, "not_found"],
    ["device/rename", { from: "Sink", to: "x" }, "invalid_input"],
    ["device/rename", { from: "l-aaaaaaaaaaaa", to: "x" }, "not_found"],
    ["device/remove", { id: "l-aaaaaaaaaaaa" }, "not_found"],
    ["device/options", { id: "l-aaaaaaaaaaaa", options: [] }, "invalid_input"],
    ["device/options", { id: "l-aaaaaaaaaaaa", options: { power_on_behavior: "maybe" } }, "invalid_input"],
    ["group/remove", { id: "g-aaaaaaaaaaaa", quickly: true }, "invalid_input"],
  ])("%s %j is refused", (what, payload, code) => {
    expect(ask(what, { ...payload, transaction: "a" })).toMatchObject({
      status: "error",
      data: {},
      code,
      transaction: "a",
    });
  });

  test("malformed ones are answered too", () => {
    expect(ask("device/remove", "{")).toMatchObject({ status: "error", error: "not JSON in UTF-8" });
    expect(door.counts().refused).toEqual(new Map([["malformed_json", 1]]));
  });
});
