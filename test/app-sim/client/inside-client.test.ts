import { afterEach, beforeEach, expect, test } from "vitest";
import { HubProblem } from "../../../app-sim/client/hub-problem.ts";
import { InsideClient } from "../../../app-sim/client/inside-client.ts";
import { answeredPlainly } from "../../../hub/platform/sim/web-fetch.ts";
import { House } from "../../hub/api/house.ts";

let house: House;
let client: InsideClient;

const inside = (token: string) =>
  new InsideClient((request) => answeredPlainly(house.api.handle, request, "test"), token);

beforeEach(() => {
  house = new House();
  client = inside(house.owner);
});
afterEach(() => house.close());

test("a call passes what a request by socket passes: path, query, body and answer", async () => {
  const light = await client.call("setLight", {
    id: house.lamp,
    body: { on: true, brightness: 30 },
    query: { wait: "reported", timeout: 2 },
  });
  expect(light.reported).toEqual({ on: true, brightness: 30 });
  const room = await client.call("addRoom", { body: { name: "Attic" } });
  expect((await client.call("listRooms")).data.map(({ name }) => name)).toContain("Attic");
  expect(await client.call("removeRoom", { id: room.id })).toBeUndefined();
});

test("nobody is let in for being inside", async () => {
  const stranger = inside("nobody:nothing");
  await expect(stranger.call("listRooms")).rejects.toMatchObject({ status: 401 });
});

test("a refusal carries the hub's code and the fields that were wrong", async () => {
  const wrong = client.call("setLight", { id: house.lamp, body: { brightness: 500 } });
  await expect(wrong).rejects.toBeInstanceOf(HubProblem);
  await expect(wrong).rejects.toMatchObject({
    code: "range_violation",
    errors: [{ pointer: "/brightness" }],
  });
  await expect(client.call("hearPhone", { bytes: new Uint8Array(3) })).rejects.toBeInstanceOf(HubProblem);
  const long = client.call("addRoom", { body: { name: "x".repeat(300_000) } });
  await expect(long).rejects.toMatchObject({ status: 413 });
});

test("an answer that is no problem of the hub's has its status", async () => {
  const broken = new InsideClient(async () => ({ status: 502, text: "<html>" }), "x");
  await expect(broken.call("listRooms")).rejects.toMatchObject({ code: "http_502" });
});
