import { afterEach, beforeEach, expect, test } from "vitest";
import { connectorFields } from "../../../hub/domain/connector.ts";
import { Minutes, Seconds } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { ConnectedHouse, keysOf } from "./connected-house.ts";

let house: ConnectedHouse;
beforeEach(() => {
  house = new ConnectedHouse();
});
afterEach(() => house.close());

const isOn = () => house.lights.get(house.lamp)?.desired.on;
const sent = () => house.outside.crossings.filter(({ way }) => way === "out");

test(`before it is let in a directive is refused, and nothing is sent ${proves("H28")}`, () => {
  const other = new ConnectedHouse();
  const { cloud } = other.linkedAssistant();
  // A directive of another home, handed to this one's door.
  const recorded = other.outside.crossings.findLast(({ way }) => way === "in")?.bytes as Buffer;
  expect(house.connected.receive(cloud.name, recorded)).toBeUndefined();
  expect(house.outside.crossings).toEqual([]);
  expect(house.disclosures.entries).toEqual([]);
  expect(isOn()).toBe(false);
  other.close();
});

test(`let in, it sees and commands the chosen lamps and no others ${proves("H28", "A51")}`, () => {
  const { connection, cloud } = house.linkedAssistant();
  const [shared] = connection.lamps;
  expect(cloud.discover()?.["lamps"]).toEqual([
    { handle: shared?.handle, alias: "Desk light", colour: true },
  ]);
  expect(cloud.direct({ kind: "set", handle: shared?.handle, on: true, brightness: 40 })).toEqual({
    kind: "state",
    handle: shared?.handle,
    on: true,
    brightness: 40,
  });
  expect(isOn()).toBe(true);
  for (const handle of [house.other, house.lamp, "l-aaaaaaaaaaaa", "../x"])
    expect(cloud.direct({ kind: "set", handle, on: true })).toBeUndefined();
  expect(house.lights.get(house.other)?.desired.on).toBe(false);
  expect(house.connected.assistants.refused.get("scope")).toBe(4);
});

test(`taken back, it is refused at once, whatever it still has ${proves("H28")}`, async () => {
  const { connection, cloud } = house.linkedAssistant();
  const handle = connection.lamps[0]?.handle;
  expect(cloud.direct({ kind: "set", handle, on: true })).toBeDefined();
  const asked = house.clock.monotonic();
  house.connected.connections.revoke(connection.id);
  expect(house.clock.monotonic() - asked).toBeLessThanOrEqual(Seconds(1));
  const before = sent().length;
  expect(cloud.direct({ kind: "set", handle, on: false })).toBeUndefined();
  expect(cloud.direct({ kind: "state", handle })).toBeUndefined();
  expect(isOn()).toBe(true);
  expect(sent().length).toBe(before);
});

test(`at the end of its time it is refused ${proves("H28")}`, async () => {
  const { cloud } = house.linkedAssistant({ expiresIn: Minutes(60) });
  expect(cloud.discover()).toBeDefined();
  await house.clock.advance(Minutes(59));
  expect(cloud.discover()).toBeDefined();
  await house.clock.advance(Minutes(1));
  expect(cloud.discover()).toBeUndefined();
  // And it is told to forget.
  await house.clock.advance(Minutes(1));
  await house.settled();
  expect(house.connected.connections.list()).toEqual([]);
  expect(cloud.isLinked).toBe(false);
});

test(`the fields in all bytes that it gets are exactly those that are shown before ${proves("H29", "U40")}`, () => {
  const { fields, warning } = house.connected.catalogue.need("sim-assistant");
  expect(warning).toContain("The third party may read your relevant information");
  const { connection, cloud } = house.linkedAssistant();
  const handle = connection.lamps[0]?.handle;
  cloud.discover();
  cloud.direct({ kind: "set", handle, on: true });
  cloud.direct({ kind: "state", handle });
  const got = new Set(cloud.received.flatMap(({ said }) => keysOf(said)));
  got.delete("lamps");
  const shown = new Set<string>(fields.flatMap((field) => connectorFields[field].keys));
  expect([...got].sort()).toEqual([...shown].sort());
  const written = new Set(house.disclosures.entries.flatMap((entry) => entry.fields));
  expect([...written].sort()).toEqual([...fields].sort());
});

test(`names of the home are not in anything that it gets ${proves("H29")}`, () => {
  const { cloud } = house.linkedAssistant();
  cloud.discover();
  const text = JSON.stringify(cloud.received.map(({ said }) => said));
  for (const name of ["Sink", "Kitchen", "Table", "Ana", house.lamp, house.room.id])
    expect(text).not.toContain(name);
});

test(`on the way nobody reads along ${proves("EN303645:5.8-1")}`, () => {
  const { cloud } = house.linkedAssistant();
  cloud.discover();
  const wire = Buffer.concat(house.outside.crossings.map(({ bytes }) => bytes)).toString("latin1");
  const words = cloud.received.flatMap(({ said }) => [
    ...keysOf(said),
    "Desk light",
    "grant",
    "secret",
    "discover",
  ]);
  expect(words.length).toBeGreaterThan(10);
  for (const word of words.filter(({ length }) => length > 4)) expect(wire).not.toContain(word);
});

test(`a recorded directive is not believed again, in no order and after no restart ${proves("H28")}`, () => {
  const { connection, cloud } = house.linkedAssistant();
  const handle = connection.lamps[0]?.handle;
  const on = cloud.signed({ kind: "set", handle, on: true });
  const off = cloud.signed({ kind: "set", handle, on: false });
  expect(cloud.say(off)).toBeDefined();
  expect(cloud.say(on)).toBeUndefined();
  expect(cloud.say(off)).toBeUndefined();
  expect(house.connected.assistants.refused.get("replay")).toBe(2);
  expect(isOn()).toBe(false);
  // What is on the disk counts, not what is in memory.
  expect(house.connected.connections.need(connection.id).heard).toBe(2);
});

test("a directive that is changed, forged, for another connection or too old is not believed", () => {
  const { connection, cloud } = house.linkedAssistant();
  const handle = connection.lamps[0]?.handle;
  const wanted = { kind: "set", handle, on: true };
  const good = cloud.signed(wanted);
  for (let at = 0; at < good.length; at += 7) {
    const changed = Buffer.from(good);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(cloud.say(changed)).toBeUndefined();
  }
  expect(cloud.say(cloud.signed(wanted, { grant: "co-aaaaaaaaaaaa" }))).toBeUndefined();
  expect(cloud.say(cloud.signed(wanted, { at: house.clock.now() - Minutes(6) }))).toBeUndefined();
  expect(cloud.say(cloud.signed(wanted, { at: house.clock.now() + Minutes(6) }))).toBeUndefined();
  expect(isOn()).toBe(false);
  expect(cloud.say(cloud.signed(wanted))).toBeDefined();
});

test("it may command so often in a minute, and again in the next", async () => {
  const { cloud } = house.linkedAssistant({ mostPerMinute: 3 });
  const done = () => [1, 2, 3, 4, 5].filter(() => cloud.discover() !== undefined).length;
  expect(done()).toBe(3);
  await house.clock.advance(Minutes(1));
  expect(done()).toBe(3);
});

test("a linking code is good once, for ten minutes, and gone with a wrong guess", async () => {
  const connection = house.letIn("sim-assistant", { lamps: [{ lamp: house.lamp, alias: "One" }] });
  const [cloud] = house.outside.assistants;
  const code = () => house.connected.assistants.linkingCode(connection.id);
  const late = code();
  await house.clock.advance(Minutes(10));
  expect(cloud.link(late)).toBeUndefined();
  const guessed = code();
  expect(cloud.link({ ...guessed, code: "wrong" })).toBeUndefined();
  expect(cloud.link(guessed)).toBeUndefined();
  const good = code();
  expect(cloud.link(good)).toMatchObject({ kind: "linked" });
  // Linked is linked: the code opens nothing again.
  expect(cloud.link(good)).toBeUndefined();
});

test("linked anew, whoever was linked before has nothing", () => {
  const { connection, cloud } = house.linkedAssistant();
  const old = cloud.signed({ kind: "discover" });
  const code = house.connected.assistants.linkingCode(connection.id);
  expect(cloud.say(old)).toBeUndefined();
  expect(cloud.discover()).toBeUndefined();
  expect(cloud.link(code)).toMatchObject({ kind: "linked" });
  expect(cloud.discover()).toBeDefined();
});

test("a lamp that its people took away from assistants is not there for them", () => {
  const { connection, cloud } = house.linkedAssistant();
  expect(cloud.discover()?.["lamps"]).toHaveLength(1);
  house.withheld.add(house.lamp);
  expect(cloud.discover()?.["lamps"]).toEqual([]);
  expect(cloud.direct({ kind: "set", handle: connection.lamps[0]?.handle, on: true })).toBeUndefined();
});

test(`a person who is erased takes the assistant along that was let in for them ${proves("GDPR:19")}`, async () => {
  const { connection, cloud } = house.linkedAssistant();
  house.people.remove(house.ana);
  await house.settled();
  expect(house.connected.connections.get(connection.id)).toBeUndefined();
  expect(cloud.isLinked).toBe(false);
  expect(house.connected.notices.list()).toMatchObject([{ what: "erase", confirmed: house.clock.now() }]);
});
