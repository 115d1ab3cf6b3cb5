import { afterEach, beforeEach, expect, test } from "vitest";
import { assistantDeclared } from "../../../app-sim/world/declarations.ts";
import { readConnector } from "../../../hub/domain/connector.ts";
import { proves } from "../../support/proves.ts";
import { ConnectedHouse, refusal, refusalOf } from "./connected-house.ts";

const key = Buffer.alloc(32, 1).toString("base64");
const whole = { ...assistantDeclared("sim-assistant", "assistant.example", "US"), key };

let house: ConnectedHouse;
beforeEach(() => {
  house = new ConnectedHouse();
});
afterEach(() => house.close());

test(`a declaration with a line missing does not load, whichever it is ${proves("H35", "H62")}`, () => {
  expect(readConnector(whole)).toEqual(whole);
  for (const line of Object.keys(whole)) {
    const { [line]: _gone, ...rest } = whole as Record<string, unknown>;
    expect(refusal(() => readConnector(rest))).toEqual(["missing", line]);
  }
});

test(`an endpoint in plain text is refused ${proves("H62", "EN303645:5.8-1")}`, () => {
  for (const endpoint of [
    "http://assistant.example/home",
    "mqtt://assistant.example",
    "ws://assistant.example",
  ])
    expect(refusal(() => readConnector({ ...whole, endpoint }))).toEqual(["plain-text", "endpoint"]);
});

test.each([
  ["an unknown field", { fields: ["lamp.name"] }, ["unknown-field", "lamp.name"]],
  ["a line that is not asked for", { extra: 1 }, ["malformed", "extra"]],
  ["a host that is not that of the endpoint", { hosts: ["other.example"] }, ["malformed", "hosts"]],
  ["a country that is none", { country: "Utopia" }, ["malformed", "country"]],
  ["no safeguard", { safeguard: "none" }, ["malformed", "safeguard"]],
  ["a purpose that is none", { purposes: ["profit"] }, ["malformed", "purposes"]],
  ["a key that is none", { key: "key" }, ["malformed", "key"]],
  ["terms without a number", { terms: { text: "x" } }, ["missing", "terms.version"]],
  ["no purpose at all", { purposes: [] }, ["missing", "purposes"]],
  [
    "a sub-recipient without a country",
    { subRecipients: [{ name: "x", purpose: "y" }] },
    ["missing", "subRecipients.country"],
  ],
])("%s does not load", (_, change, expected) => {
  expect(refusal(() => readConnector({ ...whole, ...change }))).toEqual(expected);
});

test(`a service that does not declare itself whole cannot be let in, and is listed with the line that it lacks ${proves("H35")}`, () => {
  const [cloud] = house.outside.assistants;
  delete cloud.declared["country"];
  expect(() => house.letIn("sim-assistant")).toThrow("declaration does not load");
  expect(house.connected.catalogue.refused()).toEqual([
    { name: "sim-assistant", reason: "missing", what: "country" },
  ]);
});

test(`nothing is let in at first, and nothing is sent by itself ${proves("H35", "U16", "H28")}`, async () => {
  expect(house.connected.connections.list()).toEqual([]);
  await house.clock.advance((24 * 3_600_000) as never);
  expect(house.outside.crossings).toEqual([]);
  expect(house.disclosures.entries).toEqual([]);
});

test(`a field that was not declared is refused and named, in reading and in sending ${proves("A51")}`, async () => {
  const { connection } = house.linkedAssistant();
  const sandbox = house.connected.connections.sandbox(connection.id, {
    "mail.address": () => "ana@mail.example",
  });
  const before = house.outside.crossings.length;
  expect(refusal(() => sandbox.read("mail.address", "x"))).toEqual(["field", "mail.address"]);
  const message = { kind: "state", to: "ana@mail.example" };
  expect(await refusalOf(sandboxed(sandbox, message))).toEqual(["field", "mail.address"]);
  const unknown = { kind: "state", ssid: "home" };
  expect(await refusalOf(sandboxed(sandbox, unknown))).toEqual(["field", "ssid"]);
  const nested = { kind: "lamps", lamps: [{ handle: "x", room: "Kitchen" }] };
  expect(await refusalOf(sandboxed(sandbox, nested))).toEqual(["field", "room"]);
  expect(house.outside.crossings.length).toBe(before);
});

test(`a purpose that it was not let in for is refused ${proves("A51")}`, async () => {
  const { connection } = house.linkedAssistant();
  const sandbox = house.connected.connections.sandbox(connection.id, {});
  const act = async () => sandbox.ask({ purpose: "newsletter", message: { kind: "state" } });
  expect(await refusalOf(act())).toEqual(["field", "newsletter"]);
});

test(`a new host is blocked until it is approved ${proves("A52", "A51")}`, async () => {
  const { connection, cloud } = house.linkedAssistant();
  cloud.declared["hosts"] = ["assistant.example", "tracker.example"];
  expect(refusal(() => house.connected.connections.live(connection.id))).toEqual(["host", "tracker.example"]);
  expect(cloud.discover()).toBeUndefined();
  house.connected.connections.accept(connection.id, house.shown("sim-assistant"));
  expect(cloud.discover()).toBeDefined();
  const sandbox = house.connected.connections.sandbox(connection.id, {});
  const elsewhere = async () =>
    sandbox.ask({ purpose: "assistant", message: { kind: "x" }, host: "evil.example" });
  expect(await refusalOf(elsewhere())).toEqual(["host", "evil.example"]);
});

test(`a new sub-recipient is blocked until it is approved ${proves("A52")}`, () => {
  const { connection, cloud } = house.linkedAssistant();
  const added = { name: "an advertiser", country: "US", purpose: "advertising" };
  cloud.declared["subRecipients"] = [...(cloud.declared["subRecipients"] as object[]), added];
  expect(cloud.discover()).toBeUndefined();
  expect(house.connected.connections.stateOf(connection)).toEqual({
    state: "paused",
    reason: "sub-recipient",
    what: "an advertiser",
  });
  house.connected.connections.accept(connection.id, house.shown("sim-assistant"));
  expect(cloud.discover()).toBeDefined();
});

test(`new terms pause a connection until they are accepted, and their number is on record ${proves("U44", "D25")}`, () => {
  const { connection, cloud } = house.linkedAssistant();
  expect(connection.terms).toBe(1);
  cloud.declared["terms"] = { version: 2, text: "We sell it now." };
  expect(cloud.direct({ kind: "discover" })).toBeUndefined();
  expect(house.connected.connections.stateOf(connection)).toMatchObject({ state: "paused", reason: "terms" });
  const old = { ...house.shown("sim-assistant"), terms: 1 };
  expect(refusal(() => house.connected.connections.accept(connection.id, old))).toEqual(["terms", "2"]);
  const accepted = house.connected.connections.accept(connection.id, house.shown("sim-assistant"));
  expect(accepted.terms).toBe(2);
  expect(cloud.direct({ kind: "discover" })).toBeDefined();
});

test("a service that comes with another key is somebody else until it is agreed to", () => {
  const { connection, cloud } = house.linkedAssistant();
  cloud.declared["key"] = Buffer.alloc(32, 5).toString("base64");
  expect(cloud.discover()).toBeUndefined();
  expect(house.connected.connections.stateOf(connection)).toMatchObject({ state: "paused", reason: "key" });
});

test(`each service asks for its own terms: accepting one accepts no other ${proves("U44", "D25")}`, () => {
  const one = house.letIn("sim-assistant", { lamps: [{ lamp: house.lamp, alias: "One" }] });
  expect(house.connected.connections.list().map(({ connector }) => connector)).toEqual(["sim-assistant"]);
  expect(
    refusal(() => house.connected.connections.enable({ ...house.shown("sim-assistant-two"), terms: 7 })),
  ).toEqual(["terms", "1"]);
  expect(one.terms).toBe(1);
});

test(`what was not shown cannot be agreed to ${proves("U40", "U44")}`, () => {
  const shown = house.shown("sim-assistant");
  house.consents.say("assistant", true);
  house.outside.assistants[0].declared["warning"] = "We read everything.";
  const wanted = { ...shown, lamps: [{ lamp: house.lamp, alias: "One" }] };
  expect(refusal(() => house.connected.connections.enable(wanted))).toEqual(["preview", undefined]);
  expect(house.connected.connections.list()).toEqual([]);
});

test("without consent nothing is let in, and with it taken back it ends at once", async () => {
  const wanted = { ...house.shown("sim-assistant"), lamps: [{ lamp: house.lamp, alias: "One" }] };
  expect(refusal(() => house.connected.connections.enable(wanted))).toEqual(["no-consent", "assistant"]);
  const { connection, cloud } = house.linkedAssistant();
  house.consents.say("assistant", false, house.ana);
  expect(cloud.discover()).toBeUndefined();
  expect(house.connected.connections.get(connection.id)).toBeUndefined();
});

test("what cannot be written into the book is not sent", () => {
  const { cloud } = house.linkedAssistant();
  house.disclosures.refuse = true;
  const before = house.outside.crossings.filter(({ way }) => way === "out").length;
  expect(cloud.discover()).toBeUndefined();
  expect(house.outside.crossings.filter(({ way }) => way === "out").length).toBe(before);
});

const sandboxed = async (
  sandbox: { ask(sending: { purpose: "assistant"; message: Record<string, unknown> }): Promise<unknown> },
  message: Record<string, unknown>,
) => sandbox.ask({ purpose: "assistant", message });
