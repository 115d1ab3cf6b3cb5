import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { pairingTroubles } from "../../../hub/domain/pairing.ts";
import { Millis, Seconds } from "../../../hub/domain/units.ts";
import { addressOf } from "../../support/ble-home.ts";
import { BleTestLamp } from "../../support/ble-test-lamp.ts";
import { proves } from "../../support/proves.ts";
import { House } from "./house.ts";

let house: House;
const lamp = new BleTestLamp(addressOf(0), "open");
beforeEach(() => {
  house = new House();
  house.ether.place(lamp);
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

/** The hub's clock goes on until there is an answer. */
const answered = async <Answer>(call: Promise<Answer>): Promise<Answer> => {
  let isHere = false;
  const settle = () => {
    isHere = true;
  };
  void call.then(settle, settle);
  while (!isHere) {
    await house.clock.advance(Millis(100));
    await setImmediate();
  }
  return await call;
};
const begun = async (): Promise<string> => {
  const { id } = await house.ask<Shape<"Pairing">>("POST", "/pairing", { status: 201 });
  await house.clock.advance(Seconds(4));
  return id;
};
const codeOf = async (answer: Response): Promise<readonly [number, string, string]> => {
  const { code, detail } = (await answer.json()) as Shape<"Problem">;
  return [answer.status, code, detail];
};

test(`find, identify, add, done, end; the radio's permission is none to know a place, and there is none ${proves("H9")}`, async () => {
  const id = await begun();
  const found = await house.ask<Shape<"Pairing">>("GET", `/pairing/${id}`);
  expect(found).toMatchObject({
    step: "finding",
    expiresIn: expect.closeTo(596, 0),
    candidates: [{ address: lamp.address, name: "Test", kind: "lamp", ambiguous: true, weak: false }],
  });
  const body = { address: lamp.address, profile: "test/open" };
  await answered(house.ask("POST", `/pairing/${id}/identify`, { body }));
  expect(lamp.told.length).toBe(4);
  const added = await answered(
    house.ask<Shape<"Pairing">>("POST", `/pairing/${id}/add`, {
      body: { ...body, name: "Shelf", room: house.room.id },
      status: 201,
    }),
  );
  expect(added).toMatchObject({ step: "done", candidates: [{ device: added.device }] });
  expect(await house.ask("GET", `/devices/${added.device}`)).toMatchObject({ name: "Shelf", via: "ble" });
  expect(await house.ask("GET", "/place")).toMatchObject({ set: false });
  for (const name of ["place", "phone-places"] as const)
    expect([...house.store.collection(name).entries()]).toEqual([]);
  await house.ask("DELETE", `/pairing/${id}`, { status: 204 });
  expect((await house.send("GET", `/pairing/${id}`)).status).toBe(404);
});

test("a trouble is a problem with its code, what was found and the one next step", async () => {
  const id = await begun();
  house.central.fault = ({ kind }) => (kind === "read" ? Uint8Array.of(9) : undefined);
  const body = { address: lamp.address, profile: "test/open" };
  const { found, next } = pairingTroubles.pairing_garbage;
  expect(await codeOf(await answered(house.send("POST", `/pairing/${id}/identify`, { body })))).toEqual([
    409,
    "pairing_garbage",
    `${found}; ${next}`,
  ]);
  house.central.become("absent");
  expect(await house.ask("GET", `/pairing/${id}`)).toMatchObject({
    trouble: { code: "pairing_no_adapter", ...pairingTroubles.pairing_no_adapter },
  });
  expect((await codeOf(await house.send("POST", "/pairing")))[1]).toBe("pairing_no_adapter");
});

test.each([
  [{ address: "nonsense" }, 400, "invalid_input"],
  [{ address: addressOf(9) }, 404, "not_found"],
  [{ address: addressOf(0), profile: "test/none" }, 400, "invalid_input"],
  [{ address: addressOf(0), profile: "test/color" }, 400, "invalid_input"],
  [{ address: addressOf(0), profile: "test/broadcast" }, 409, "not_capable"],
] as const)("%j is answered with %i %s, and nobody is spoken to", async (body, status, code) => {
  const id = await begun();
  const calls: string[] = [];
  house.central.fault = ({ kind }) => void calls.push(kind);
  const answer = await codeOf(await house.send("POST", `/pairing/${id}/identify`, { body }));
  expect(answer.slice(0, 2)).toEqual([status, code]);
  expect(calls).toEqual([]);
});

test("a name that is none, or a room that is gone, is told before anybody is spoken to", async () => {
  const id = await begun();
  const calls: string[] = [];
  house.central.fault = ({ kind }) => void calls.push(kind);
  const body = { address: lamp.address };
  const add = (more: object) => house.send("POST", `/pairing/${id}/add`, { body: { ...body, ...more } });
  expect((await codeOf(await add({ name: "  " }))).slice(0, 2)).toEqual([400, "invalid_input"]);
  expect((await codeOf(await add({ name: "A", room: "r-aaaaaaaaaaaa" }))).slice(0, 2)).toEqual([
    404,
    "not_found",
  ]);
  expect(calls).toEqual([]);
});
