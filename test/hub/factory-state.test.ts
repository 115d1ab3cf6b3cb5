import { expect, test } from "vitest";
import { optionalPurposes } from "../../hub/domain/consent.ts";
import { Days } from "../../hub/domain/units.ts";
import { type CollectionName, collections } from "../../hub/privacy/data-map.ts";
import { PeopledHub } from "../support/peopled-hub.ts";
import { proves } from "../support/proves.ts";

/** Collections in which something stands that needs consent. */
const optional = (Object.keys(collections) as CollectionName[]).filter((name) =>
  Object.values(collections[name].fields).some(
    (field) => "legalBasis" in field && field.legalBasis === "consent",
  ),
);

test(`a fresh hub that nobody has set up does nothing that needs consent, for a week ${proves("H39", "GDPR:25", "EN303645:5.12-1")}`, async () => {
  const home = await PeopledHub.open("2026-06-21T12:00:00Z", 0);
  await home.clock.advance(Days(7));
  expect(optional.length).toBeGreaterThan(3);
  for (const name of optional)
    expect([name, [...home.hub.store.collection(name).entries()]]).toEqual([name, []]);
  const { consents } = home.hub.privacy;
  expect(optionalPurposes.filter((purpose) => consents.allows(purpose))).toEqual([]);
  expect(consents.entries()).toEqual([]);
  expect(home.hub.places.stated()).toBeUndefined();
  const { id } = home.hub.people.add({ name: "Ana" });
  expect(optionalPurposes.filter((purpose) => consents.allows(purpose, id))).toEqual([]);
  await home.close();
});

test(`of every decision at the set-up the private one is made already ${proves("EN303645:5.12-1")}`, async () => {
  const home = await PeopledHub.open("2026-06-21T12:00:00Z", 0);
  const { data } = await home.client.call("listHomeConsents");
  expect(data.map(({ state }) => state)).toEqual(data.map(() => "unasked"));
  const bulb = { profile: "lampkeeper/dimmable-bulb", name: "Bulb", room: null };
  const { id } = await home.client.call("addDevice", { body: bulb });
  expect((await home.client.call("readDeviceScope", { id })).assistants).toBe(false);
  const { data: people } = await home.client.call("listPeople");
  expect(people).toEqual([]);
  const guest = await home.client.call("addPerson", { body: { name: "Gast", guest: true } });
  expect([guest.agreed.state, guest.presence, guest.onNetwork, guest.account]).toEqual([
    "unasked",
    "unknown",
    false,
    undefined,
  ]);
  await home.close();
});
