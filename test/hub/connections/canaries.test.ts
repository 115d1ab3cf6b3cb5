import { afterEach, beforeEach, expect, test } from "vitest";
import { CanarySearch } from "../../../app-sim/verify/canary-search.ts";
import type { ProviderAccount } from "../../../app-sim/world/identity-provider.ts";
import { RemoteViewer } from "../../../app-sim/world/remote-viewer.ts";
import { connectorFields } from "../../../hub/domain/connector.ts";
import type { LampId, PersonId } from "../../../hub/domain/ids.ts";
import { Seconds } from "../../../hub/domain/units.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { collections } from "../../../hub/privacy/data-map.ts";
import { drawCanaries } from "../../forensics/support/canaries.ts";
import { proves } from "../../support/proves.ts";
import { ConnectedHouse, keysOf } from "./connected-house.ts";

let house: ConnectedHouse;
beforeEach(() => {
  house = new ConnectedHouse();
});
afterEach(() => house.close());

/** Words of every kind that a home has, and those that are meant for somebody outside. */
const planted = () => {
  const canaries = drawCanaries(77);
  const of = (kind: string) => canaries.filter((each) => each.kind === kind).map(({ text }) => text);
  const rooms = of("room").map((name) => house.inventory.addRoom(name));
  const names = of("lamp").slice(0, 40);
  const lamps = names.map(
    (name, at) =>
      house.inventory.addDevice({ profile: "test/color", name, room: rooms[at % rooms.length]?.id ?? null })
        .id as LampId,
  );
  const aliases = of("rule").slice(0, 40);
  const people = of("person").map((name) => house.people.add({ name }).id as PersonId);
  for (const name of of("zone")) house.inventory.addZone(name, lamps.slice(0, 2));
  for (const name of of("scene")) house.scenes.add({ name, states: {} });
  for (const name of of("token").slice(0, 8))
    house.tokens.issue({ name, role: "developer", scopes: ["lights:read"] });
  return { canaries, lamps, aliases, people };
};

test(`of five hundred words of the home only those that the book says come to anybody outside ${proves("M7", "H29")}`, async () => {
  const { canaries, lamps, aliases, people } = planted();
  expect(canaries.length).toBeGreaterThanOrEqual(500);
  house.outside.most = Number.POSITIVE_INFINITY;
  for (const service of house.outside.all) service.most = Number.POSITIVE_INFINITY;
  const [ana, ben] = people as [PersonId, PersonId];

  // Everything is on at once.
  const { cloud } = house.linkedAssistant({
    lamps: lamps.map((lamp, at) => ({ lamp, alias: aliases[at] ?? "" })),
    mostPerMinute: 1_000,
  });
  cloud.discover();
  for (const lamp of cloud.lamps)
    cloud.direct({ kind: "set", handle: lamp["handle"], on: true, brightness: 30 });
  house.letIn("sim-accounts");
  house.consents.say("identity-provider", true, ana);
  const account: ProviderAccount = { sub: "s", claims: { preferred_username: "ana", email: "a@b.example" } };
  const begun = await house.connected.provider.begin("sim-accounts", { person: ana });
  const back = house.outside.provider.authorize(begun.url, account);
  await house.connected.provider.link(ana, back?.state ?? "", back?.code ?? "");
  house.letIn("sim-mail");
  house.connected.mail.setAddress(ana, "email", "canary-address@home.example");
  const { send } = { send: house.connected.mail.send.bind(house.connected.mail) };
  await send(ana, { class: "security", subject: "Somebody guessed", text: "canary-of-the-letter" });
  await expect(send(ben, { class: "security", subject: "x", text: "y" })).rejects.toThrow();
  house.letIn("sim-relay");
  const viewer = new RemoteViewer(house.clock, new SeededEntropy(new SeededRandom(1)));
  house.connected.view.invite(viewer.publicKey);
  for (let at = 0; at < 10; at++) {
    await house.clock.advance(Seconds(30));
    await house.settled();
  }

  // On the wire there is nothing at all of anybody's.
  const all = [...canaries.map(({ text }) => text), "canary-address@home.example", "canary-of-the-letter"];
  const search = new CanarySearch(all);
  const wire = house.outside.crossings.map(({ bytes }) => bytes);
  expect(wire.length).toBeGreaterThan(60);
  expect(wire.flatMap((bytes) => search.in(bytes))).toEqual([]);

  // At each service are the words that are in the book, and no others.
  const found = new Map(
    house.outside.all.map((service) => {
      const text = Buffer.from(JSON.stringify(service.received.map(({ said }) => said)));
      return [service.name, new Set(search.in(text).map(({ canary }) => all[canary]))] as const;
    }),
  );
  expect(found.get("sim-assistant")).toEqual(new Set(aliases));
  expect(found.get("sim-mail")).toEqual(new Set(all.slice(-2)));
  for (const name of ["sim-assistant-two", "sim-accounts", "sim-relay"])
    expect(found.get(name)?.size).toBe(0);

  // And each message stands in the book with the fields that are in it, none more and none less.
  for (const service of house.outside.all) {
    const got = new Set(
      service.received.flatMap(({ said }) => keysOf(said)).filter((key) => key !== "lamps"),
    );
    const entries = house.disclosures.entries.filter(({ recipient }) => recipient === service.name);
    const written = new Set<string>(
      entries.flatMap(({ fields }) =>
        fields.flatMap((field) => connectorFields[field as keyof typeof connectorFields].keys),
      ),
    );
    expect([...got].filter((key) => !written.has(key))).toEqual([]);
    expect(entries.length).toBe(service.received.length);
  }
});

test(`what is sealed is sealed in the store as well: the two claims of a provider are a person's own ${proves("H13")}`, () => {
  const { account, email, subject } = collections["provider-links"].fields;
  for (const field of [account, email, subject])
    expect(field).toMatchObject({ class: "person", key: "person" });
  const { address, recipient } = collections.contacts.fields;
  for (const field of [address, recipient]) expect(field).toMatchObject({ class: "person", key: "person" });
});
