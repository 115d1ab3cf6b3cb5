import { afterEach, beforeEach, expect, test } from "vitest";
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

const octets = { "content-type": "application/octet-stream" };
const irk = Buffer.from("ec0234a357c8ad05341010a60a397d9b", "hex");
const post = (path: string, raw: Uint8Array<ArrayBuffer>, token?: string) =>
  house.send("POST", path, { raw, headers: octets, ...(token === undefined ? {} : { token }) });

test("a beacon is registered as bytes, shown without them, and removed", async () => {
  const ana = await house.ask<Shape<"Person">>("POST", "/people", { body: { name: "Ana" }, status: 201 });
  const answer = await post(`/people/${ana.id}/beacons`, Uint8Array.of(3, ...irk));
  expect(answer.status).toBe(201);
  const beacon = (await answer.json()) as Shape<"Beacon">;
  expect(beacon).toEqual({ id: expect.stringMatching(/^b-/), kind: "phone", added: expect.any(String) });
  const shown = await house.ask<Shape<"Person">>("GET", `/people/${ana.id}`);
  expect(shown.beacons).toEqual([beacon]);
  await house.ask("DELETE", `/beacons/${beacon.id}`, { status: 204 });
  await house.ask("DELETE", `/beacons/${beacon.id}`, { status: 404 });
  expect(await house.ask<Shape<"Person">>("GET", `/people/${ana.id}`)).toMatchObject({ beacons: [] });
});

test("what is none is refused, and so is who may not write people", async () => {
  const ana = await house.ask<Shape<"Person">>("POST", "/people", { body: { name: "Ana" }, status: 201 });
  const refused = await post(`/people/${ana.id}/beacons`, Uint8Array.of(3, 1, 2));
  expect([refused.status, await refused.json()]).toMatchObject([400, { code: "beacon_invalid" }]);
  expect((await post("/people/p-aaaaaaaaaaaa/beacons", Uint8Array.of(3, ...irk))).status).toBe(404);
});

test("a key for a sensor that does not seal is refused", async () => {
  const answer = await house.send("PUT", `/devices/${house.sensor}/key`, {
    raw: Uint8Array.from(irk),
    headers: octets,
  });
  expect([answer.status, await answer.json()]).toMatchObject([409, { code: "not_capable" }]);
});
