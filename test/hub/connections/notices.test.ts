import { afterEach, beforeEach, expect, test } from "vitest";
import { Hours } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { ConnectedHouse } from "./connected-house.ts";

let house: ConnectedHouse;
beforeEach(() => {
  house = new ConnectedHouse();
});
afterEach(() => house.close());

const status = () =>
  house.connected.notices
    .list()
    .map(({ connector, what, confirmed }) => [connector, what, confirmed !== null]);

test(`one command makes every service forget, and those that do not say so are listed ${proves("EN303645:5.11-2", "GDPR:19")}`, async () => {
  const { cloud } = house.linkedAssistant();
  const two = [{ lamp: house.lamp, alias: "Two" }];
  house.letIn("sim-assistant-two", { lamps: two });
  house.letIn("sim-relay");
  house.letIn("sim-mail");
  const [, stubborn] = house.outside.assistants;
  stubborn.isStubborn = true;
  house.outside.relay.isOffline = true;
  cloud.discover();
  house.connected.services.eraseEverywhere();
  await house.settled();
  expect(house.connected.connections.list()).toEqual([]);
  expect(status().sort()).toEqual([
    ["sim-assistant", "erase", true],
    ["sim-assistant-two", "erase", false],
    ["sim-mail", "erase", true],
    ["sim-relay", "erase", false],
  ]);
  expect(cloud.lamps).toEqual([]);
  // Whoever did not answer is asked again, by itself.
  house.outside.relay.isOffline = false;
  await house.clock.advance(Hours(6));
  await house.settled();
  expect(status()).toContainEqual(["sim-relay", "erase", true]);
  expect(status()).toContainEqual(["sim-assistant-two", "erase", false]);
  // And not for ever.
  await house.clock.advance(Hours(6 * 40));
  await house.settled();
  const asked = stubborn.received.filter(({ said }) => said["kind"] === "erase").length;
  expect(asked).toBe(28);
});

test(`what is corrected here is corrected there ${proves("GDPR:19")}`, async () => {
  const { connection, cloud } = house.linkedAssistant();
  cloud.discover();
  const handle = connection.lamps[0]?.handle as string;
  house.connected.services.rectify(connection.id, handle, "Reading light");
  await house.settled();
  expect(cloud.lamps).toMatchObject([{ handle, alias: "Reading light" }]);
  expect(status()).toEqual([["sim-assistant", "rectify", true]]);
  expect(cloud.discover()?.["lamps"]).toMatchObject([{ alias: "Reading light" }]);
});

test("an answer that confirms another connection confirms nothing", async () => {
  const { connection, cloud } = house.linkedAssistant();
  cloud.confirmsAs = "co-aaaaaaaaaaaa";
  house.connected.connections.revoke(connection.id);
  await house.settled();
  expect(status()).toEqual([["sim-assistant", "erase", false]]);
});

test("what services of others are told stands in the book, before it leaves", async () => {
  const { connection, cloud } = house.linkedAssistant();
  house.connected.connections.revoke(connection.id);
  await house.settled();
  expect(house.disclosures.entries.at(-1)).toMatchObject({ recipient: "sim-assistant", purpose: "rights" });
  house.linkedAssistant();
  house.disclosures.refuse = true;
  const before = cloud.received.length;
  house.connected.services.eraseEverywhere();
  await house.settled();
  expect(cloud.received.length).toBe(before);
});
