import { expect, test } from "vitest";
import type { PersonId } from "../../hub/domain/ids.ts";
import type { OptionalPurpose } from "../../hub/domain/purpose.ts";
import { Days, Seconds } from "../../hub/domain/units.ts";
import { AccountHub, type Visitor } from "../support/account-hub.ts";
import { proves } from "../support/proves.ts";

/** What people decided about their data, as the API says it; and where they decided nothing, what holds then. */
const choicesOf = async ({ owner }: AccountHub, { client: person }: Visitor, lamp: string) => ({
  home: (await owner.call("listHomeConsents")).data.map(({ purpose, state, allowed }) => [
    purpose,
    state,
    allowed,
  ]),
  own: (await person.call("listOwnConsents")).data.map(({ purpose, state, allowed }) => [
    purpose,
    state,
    allowed,
  ]),
  recording: await owner.call("readRecording"),
  scope: await owner.call("readDeviceScope", { id: lamp }),
  place: await owner.call("readPlace"),
  ageRule: await owner.call("readAgeRule"),
  objections: await person.call("readOwnRights"),
  ends: (await owner.call("listRetention")).data.map(({ item, days, end }) => [item, days, end]),
  recipients: (await owner.call("listRecipients")).data.map(({ id, on }) => [id, on]),
});

const decided = async ({ client }: Visitor, purpose: OptionalPurpose, allowed: boolean): Promise<void> => {
  const { data } = await client.call("listOwnConsents");
  const asked = data.find((each) => each.purpose === purpose);
  if (asked === undefined) throw new RangeError(`nobody is asked about ${purpose}`);
  const shown = allowed ? { version: asked.version, text: asked.text } : {};
  await client.call("decideOwnConsent", { body: { purpose, allowed, ...shown } });
};

/** Everything that can be chosen is chosen otherwise than it comes. */
const chosen = async (rig: AccountHub, ana: Visitor, lamp: string): Promise<void> => {
  await decided(ana, "presence", true);
  await decided(ana, "insights", false);
  await rig.owner.call("setRecording", { body: { history: false, log: false } });
  await rig.owner.call("setDeviceScope", { id: lamp, body: { sharing: false, history: false } });
  await rig.owner.call("setPlace", { body: { latitude: 48.2, longitude: 16.4, zone: "Europe/Vienna" } });
  await rig.owner.call("setVeil", { body: { level: "off" } });
  await rig.owner.call("setCountry", { body: { country: "AT" } });
  await rig.owner.call("chooseEnd", { body: { end: "anonymise" } });
  await ana.client.call("setOwnObjection", { body: { purpose: "security", objects: true } });
};

test(`after an update every privacy setting is as people left it, and what nobody chose is as private as before ${proves("ISVS:3.4.5")}`, async () => {
  const before = await AccountHub.open(undefined, "1.0.0");
  const lamp = await before.addLamp("Hall");
  const { id } = await before.owner.call("addPerson", { body: { name: "Ana" } });
  await before.owner.call("setPassword", { id: id as PersonId, bytes: Buffer.from("three keys on a ring") });
  await before.clock.advance(Seconds(2));
  const ana = await before.signIn("Ana", "three keys on a ring");
  const asItCame = await choicesOf(before, ana, lamp);
  await chosen(before, ana, lamp);
  const asLeft = await choicesOf(before, ana, lamp);
  // The test sees each of them: none is as it came.
  const seen = Object.keys(asLeft) as (keyof typeof asLeft)[];
  const untouched = seen.filter((name) => JSON.stringify(asLeft[name]) === JSON.stringify(asItCame[name]));
  expect(untouched).toEqual(["recipients"]);
  await before.close();

  const after = await AccountHub.open(before, "2.0.0");
  expect((await after.owner.call("readSystem")).version).toBe("2.0.0");
  const again = await after.signIn("Ana", "three keys on a ring");
  expect(await choicesOf(after, again, lamp)).toEqual(asLeft);
  // Nor does the new version change its mind later.
  await after.clock.advance(Days(2));
  expect(await choicesOf(after, again, lamp)).toEqual(asLeft);
  await after.close();
}, 60_000);
