import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { Days, Minutes } from "../../../hub/domain/units.ts";
import { BridgeRequests } from "../../../hub/interop/mqtt/requests.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, bytes, password } from "./account-house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

type Change = Shape<"Changes">["data"][number];
const changes = async (): Promise<readonly Change[]> =>
  (await house.ask<Shape<"Changes">>("GET", "/privacy/changes")).data;
/** What was written down while something was done, without its number and date. */
const written = async (act: () => Promise<unknown>) => {
  const before = (await changes()).length;
  await act();
  return (await changes()).slice(before).map(({ order: _, at: _at, by, ...rest }) => {
    expect(by).toMatch(/^t-/);
    return rest;
  });
};
const text = (value: string) => bytes(value, 204);

test(`each change of a name, a setting or a permission is one entry, by whoever asked ${proves("H26", "Z32")}`, async () => {
  const ask = (method: string, path: string, body?: object, status?: number) => () =>
    house.ask<{ id: string }>(method, path, { ...(body && { body }), ...(status && { status }) });
  expect(await written(ask("PATCH", `/lights/${house.lamp}`, { name: "Tap" }))).toEqual([
    { what: "name", field: "devices.name", id: house.lamp, before: "Sink", after: "Tap" },
  ]);
  expect(await written(ask("PATCH", `/rooms/${house.room.id}`, { name: "Cellar" }))).toEqual([
    { what: "name", field: "rooms.name", id: house.room.id, before: "Kitchen", after: "Cellar" },
  ]);
  expect(await written(ask("PATCH", `/lights/${house.lamp}`, { room: null }))).toMatchObject([
    { what: "setting", field: "devices.room", before: house.room.id, after: null },
  ]);
  const person = await house.added("Ana");
  expect(await written(ask("PATCH", `/people/${person.id}`, { name: "Anna" }))).toMatchObject([
    { what: "name", field: "people.name", before: "Ana", after: "Anna" },
  ]);
  expect(await written(ask("PUT", `/people/${person.id}/role`, { role: "installer" }))).toMatchObject([
    { what: "permission", field: "people.role", before: null, after: '{"role":"installer"}' },
  ]);
  expect(
    await written(() => house.ask("PUT", `/people/${person.id}/password`, text(password))),
  ).toMatchObject([{ what: "setting", field: "accounts.password", before: null, after: "set" }]);
  let token = "";
  expect(
    await written(async () => {
      const issued = await house.ask<Shape<"IssuedToken">>("POST", "/tokens", {
        body: { name: "wall", role: "developer", scopes: ["lights:read"] },
        status: 201,
      });
      token = issued.id;
    }),
  ).toMatchObject([{ what: "permission", field: "tokens.access", id: token, before: null }]);
  expect(await written(ask("PATCH", `/tokens/${token}`, { name: "panel" }))).toMatchObject([
    { what: "name", field: "tokens.name", before: "wall", after: "panel" },
  ]);
  expect(await written(ask("DELETE", `/tokens/${token}`, undefined, 204))).toMatchObject([
    { what: "permission", field: "tokens.access", after: null },
  ]);
  expect(await written(ask("PUT", "/place/veil", { level: "coarse" }))).toMatchObject([
    { what: "setting", field: "veil.veil", after: "coarse" },
  ]);
  expect(await written(ask("DELETE", `/people/${person.id}`, undefined, 204))).toEqual([
    { what: "name", field: "people.name", id: person.id, before: "set", after: null },
  ]);
  expect(await written(ask("DELETE", `/rooms/${house.room.id}`, undefined, 204))).toEqual([
    { what: "name", field: "rooms.name", id: house.room.id, before: "Cellar", after: null },
  ]);
});

test("a rename over MQTT is one entry as well, by the client that asked", async () => {
  const requests = new BridgeRequests(house.inventory);
  house.privacy.retained.acting.by({ id: "t-mqttmqttmqtt" }, () =>
    requests.run("device/rename", { from: house.lamp, to: "Tap" }),
  );
  expect(await changes()).toMatchObject([
    { what: "name", field: "devices.name", before: "Sink", after: "Tap", by: "t-mqttmqttmqtt" },
  ]);
});

test(`what is none of these is not written down ${proves("H26")}`, async () => {
  await house.settled("Ana", { role: "owner" });
  const before = (await changes()).length;
  await house.entering("Ana");
  await house.entering("Ana", "a wrong password");
  await house.terminal("Ana");
  await house.ask("PUT", `/lights/${house.lamp}/state`, { body: { on: true } });
  await house.ask("PATCH", `/lights/${house.lamp}`, { body: { name: "Sink" } });
  await house.send("PATCH", `/lights/${house.lamp}`, { body: { name: "" } });
  await house.send("GET", "/tokens", { token: house.tokenWith(["lights:read"]) });
  await house.clock.advance(Minutes(90));
  // The token is one: it was given by the machine's owner, at no door, and is none of theirs.
  expect((await changes()).length).toBe(before);
});

test("a secret is in no entry, and whoever is erased takes what is about them along", async () => {
  const person = await house.settled("canary-person");
  await house.ask("PATCH", `/people/${person.id}`, { body: { name: "canary-person-2" } });
  expect(JSON.stringify(await changes())).toContain("canary-person-2");
  expect(JSON.stringify(await changes())).not.toContain(password);
  expect(JSON.stringify(await changes())).not.toContain("scrypt");
});

/** The hub has something to log. */
const doubted = async (): Promise<void> => {
  house.clock.step(Days(3));
  await house.clock.advance(Minutes(1));
  house.clock.step(-Days(3));
  await house.clock.advance(Minutes(1));
};

test(`who wants no book of changes has none from then on, and that is its last entry ${proves("CRA:I.2.l")}`, async () => {
  await house.ask("PATCH", `/lights/${house.lamp}`, { body: { name: "One" } });
  expect(await house.ask("PATCH", "/privacy/recording", { body: { changes: false, log: false } })).toEqual({
    history: true,
    changes: false,
    log: false,
  });
  const [count, lines] = [(await changes()).length, house.log.lines.length];
  expect((await changes()).at(-1)).toMatchObject({ field: "record-changes", after: "false" });
  await house.ask("PATCH", `/lights/${house.lamp}`, { body: { name: "Two" } });
  await doubted();
  expect([(await changes()).length, house.log.lines.length]).toEqual([count, lines]);
  await house.ask("PATCH", "/privacy/recording", { body: { changes: true, log: true } });
  await house.ask("PATCH", `/lights/${house.lamp}`, { body: { name: "Three" } });
  await doubted();
  expect((await changes()).at(-1)).toMatchObject({ before: "Two", after: "Three" });
  expect(house.log.lines.length).toBe(lines + 1);
});

test(`entries leave the book after twelve months ${proves("A33", "ISVS:1.4.6")}`, async () => {
  await house.ask("PATCH", `/lights/${house.lamp}`, { body: { name: "One" } });
  await house.clock.advance(Days(364));
  expect((await changes()).length).toBe(1);
  await house.clock.advance(Days(31));
  expect(await changes()).toEqual([]);
}, 120_000);

test(`a book that is held keeps its entries, and shows none that is past its end ${proves("H38")}`, async () => {
  await house.ask("PATCH", `/lights/${house.lamp}`, { body: { name: "One" } });
  const body = { item: "changes", reason: "litigation" };
  await house.ask("POST", "/privacy/holds", { body, status: 201 });
  await house.clock.advance(Days(400));
  expect(await changes()).toEqual([]);
  const kept = await house.ask<Shape<"RetentionItems">>("GET", "/privacy/retention");
  expect(kept.data.find(({ item }) => item === "changes")).toMatchObject({ records: 0, held: 1 });
}, 120_000);
