import { afterEach, describe, expect, test } from "vitest";
import type { Consents } from "../../../hub/domain/consent.ts";
import type { LampId, PersonId } from "../../../hub/domain/ids.ts";
import { type OptionalPurpose, purposes } from "../../../hub/domain/purpose.ts";
import { objectionables } from "../../../hub/domain/rights.ts";
import { Days } from "../../../hub/domain/units.ts";
import { DiskHome, furnish, inhabitant, ruleOf } from "../../support/disk-home.ts";
import { PeopleHome } from "../../support/people-home.ts";
import { proves } from "../../support/proves.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
const peopled = async (...names: string[]): Promise<PeopleHome> => {
  const made = await PeopleHome.of(names);
  open.push({ close: () => made.rig.close() });
  return made;
};
const disk = (): DiskHome => {
  const made = new DiskHome();
  open.push({ close: () => made.stop() });
  return made;
};

describe("a restriction", () => {
  const restricted = async () => {
    const at = disk();
    const hub = await at.start();
    const lamp = furnish(hub)[1] as LampId;
    const [quokka, wombat] = ["Quokka", "Wombat"].map((name, index) =>
      inhabitant(hub, name, lamp, index),
    ) as [PersonId, PersonId];
    hub.schedules.add(ruleOf("Leaves", lamp, quokka, "leaves"));
    const fired: string[] = [];
    hub.bus.subscribe("rule.fired", ({ rule }) => fired.push(hub.schedules.get(rule)?.name ?? "?"));
    const goAndCome = (person: PersonId) => {
      for (const home of [false, true]) {
        try {
          hub.presence.set(person, home);
        } catch {
          fired.push("refused");
        }
      }
    };
    return { at, hub, quokka, wombat, fired, goAndCome };
  };

  test(`stops what uses somebody, keeps what is held of them, and leaves the others alone ${proves("H51", "GDPR:18")}`, async () => {
    const { at, hub, quokka, wombat, fired, goAndCome } = await restricted();
    goAndCome(quokka);
    expect(fired.splice(0)).toEqual(["Leaves", "When Quokka comes"]);
    const held = hub.store.collection("presence").get(quokka);
    const { rights, exports } = hub.privacy.personal;
    rights.restrict(quokka);
    goAndCome(quokka);
    hub.presence.sighted(quokka, "lan");
    expect(fired.splice(0)).toEqual(["refused", "refused"]);
    expect(hub.presence.of(quokka)).toBeUndefined();
    expect(hub.presence.isHome(quokka)).toBeUndefined();
    const rule = hub.schedules.list().find(({ name }) => name === "Leaves");
    expect(hub.schedules.held(rule?.id as never)).toBe("paused");
    await at.clock.advance(Days(3));
    expect(hub.store.collection("presence").get(quokka)).toEqual(held);
    expect(JSON.stringify(exports.ofPerson(quokka))).toContain("02:00:00:aa:bb:00");
    goAndCome(wombat);
    expect(fired.splice(0)).toContain("When Wombat comes");
    // It outlives a restart.
    const again = await at.start();
    expect(again.privacy.personal.rights.isRestricted(quokka)).toBe(true);
    expect(again.presence.of(quokka)).toBeUndefined();
  });

  test(`ends only after its person has been told ${proves("U35", "H51", "GDPR:18")}`, async () => {
    const made = await peopled("Quokka", "Wombat");
    const { owner } = made.rig;
    const { client, person: id } = made.person(1);
    expect((await client.call("restrictOwnData")).restricted).not.toBeNull();
    const lift = () => owner.call("liftRestriction", { id });
    await expect(lift()).rejects.toMatchObject({ code: "notice_not_delivered" });
    expect((await owner.call("announceLift", { id })).notice).toMatchObject({ seen: null });
    // That the owner looks is not that the person has seen it.
    await owner.call("readPersonRights", { id });
    await expect(lift()).rejects.toMatchObject({ code: "notice_not_delivered" });
    expect(made.rig.hub.presence.of(id)).toBeUndefined();
    expect((await client.call("readOwnRights")).notice?.seen).toBeTypeOf("string");
    expect(await lift()).toMatchObject({ restricted: null });
    expect(made.rig.hub.presence.of(id)).toMatchObject({ home: true });
    await expect(lift()).rejects.toMatchObject({ status: 404 });
  });

  test("that is asked for again takes an announced end back", async () => {
    const made = await peopled("Quokka", "Wombat");
    const { client, person: id } = made.person(1);
    await client.call("restrictOwnData");
    await made.rig.owner.call("announceLift", { id });
    await client.call("readOwnRights");
    const { restricted, notice } = await client.call("restrictOwnData");
    expect([restricted === null, notice]).toEqual([false, undefined]);
    await expect(made.rig.owner.call("liftRestriction", { id })).rejects.toMatchObject({
      code: "notice_not_delivered",
    });
    await client.call("announceOwnLift");
    expect((await client.call("liftOwnRestriction")).restricted).toBeNull();
  });
});

describe("an objection", () => {
  /** Everybody agrees to everything, always. */
  const willing: Consents = { allows: () => true, onChange: () => () => {} };

  test(`is there for every use that rests on a legitimate interest, and ends it for that person alone ${proves("H49", "GDPR:21")}`, async () => {
    const made = await peopled("Quokka", "Wombat");
    const { rights } = made.rig.hub.privacy.personal;
    const wanted = Object.entries(purposes).filter(
      ([, { basis, kind }]) =>
        (basis as string) === "legitimate-interest" || (kind as string) === "marketing",
    );
    expect(objectionables).toEqual(wanted.map(([name]) => name));
    const [quokka, wombat] = [made.person(0), made.person(1)];
    for (const purpose of objectionables) {
      const { objections } = await wombat.client.call("setOwnObjection", {
        body: { purpose, objects: true },
      });
      expect(objections).toContain(purpose);
      expect([
        made.rig.hub.privacy.personal.rights.of(quokka.person).objections,
        rights.of(wombat.person).objections.includes(purpose),
      ]).toEqual([[], true]);
    }
    // The book of changes is kept for security: of who objects nothing more is written, of the others as before.
    const { changes } = made.rig.hub.privacy;
    const before = changes.entries().length;
    for (const { person } of [quokka, wombat])
      changes.append({
        at: made.rig.clock.now(),
        about: person,
        content: { what: "name", field: "name", before: null, after: "x" },
      });
    const written = changes.entries().slice(before);
    expect(written.map(({ about }) => about)).toEqual([quokka.person]);
    expect(changes.verify()).toMatchObject({ sound: true, entries: before + 1 });
    // What is kept is that they object, under their own key, and nothing else.
    expect(made.rig.hub.store.collection("rights").get(wombat.person)).toEqual({
      person: wombat.person,
      confirmed: expect.any(Number),
      objections: [...objectionables],
    });
    const refused = wombat.client.call("setOwnObjection", {
      body: { purpose: "lighting" as never, objects: true },
    });
    await expect(refused).rejects.toMatchObject({ status: 400 });
    const { objections } = await wombat.client.call("setOwnObjection", {
      body: { purpose: "security", objects: false },
    });
    expect(objections).toEqual(["newsletter"]);
  });

  test(`to advertising is absolute: nothing of that kind can be sent, whatever was agreed to before or is after ${proves("A26", "GDPR:21")}`, async () => {
    const made = await peopled("Quokka", "Wombat");
    const { hub } = made.rig;
    const wombat = made.person(1);
    const consents = hub.privacy.personal.under(willing);
    const marketing = (Object.keys(purposes) as OptionalPurpose[]).filter(
      (name) => purposes[name].kind === ("marketing" as string),
    );
    expect(marketing).toEqual(["newsletter"]);
    const sendable = (person: PersonId) => marketing.filter((purpose) => consents.allows(purpose, person));
    expect([sendable(wombat.person), sendable(made.person(0).person)]).toEqual([marketing, marketing]);
    await wombat.client.call("setOwnObjection", { body: { purpose: "newsletter", objects: true } });
    expect([sendable(wombat.person), sendable(made.person(0).person)]).toEqual([[], marketing]);
    expect(consents.allows("presence", wombat.person)).toBe(true);
    await wombat.client.call("setOwnObjection", { body: { purpose: "newsletter", objects: false } });
    expect(sendable(wombat.person)).toEqual(marketing);
  });
});

describe("what is held", () => {
  test(`can be put right by its person; the copy shows it, and whoever watches for changes hears of it ${proves("H43", "GDPR:16", "U7")}`, async () => {
    const made = await peopled("Quokka", "Wombat");
    const { client, person } = made.person(1);
    const heard: string[] = [];
    made.rig.hub.bus.subscribe("home.changed", ({ what, id, change }) =>
      heard.push(`${what} ${id} ${change}`),
    );
    await client.call("correctOwnData", {
      body: { name: "Wombat the younger", addresses: ["02:00:00:cc:cc:cc"] },
    });
    expect(heard).toContain(`person ${person} changed`);
    const text = JSON.stringify(await client.call("readOwnData"));
    expect(text).toContain("Wombat the younger");
    expect([text.includes("02:00:00:cc:cc:cc"), text.includes("02:00:00:aa:bb:01")]).toEqual([true, false]);
    const refused = client.call("correctOwnData", { body: { name: " " } });
    await expect(refused).rejects.toMatchObject({ code: "invalid_input" });
    await expect(client.call("correctOwnData", { body: { role: "owner" } as never })).rejects.toMatchObject({
      status: 400,
    });
  });

  test(`is asked about after a year, and not before ${proves("H43")}`, async () => {
    const made = await peopled("Quokka");
    expect((await made.person(0).client.call("readOwnRights")).due).toBe(false);
    const almost = await made.afterDays(364);
    expect((await (await almost.again(0)).client.call("readOwnRights")).due).toBe(false);
    const year = await almost.afterDays(1);
    open.push({ close: () => year.rig.close() });
    const { client } = await year.again(0);
    expect((await client.call("readOwnRights")).due).toBe(true);
    expect((await client.call("confirmOwnData")).due).toBe(false);
    expect((await client.call("readOwnRights")).due).toBe(false);
  });

  test(`says which phones are one's own, and such a link can be ended: the lamps still obey ${proves("H14")}`, async () => {
    const made = await peopled("Quokka", "Wombat");
    const { client, person } = made.person(1);
    const links = async () =>
      (await client.call("readOwnData")).sections
        .find(({ collection }) => collection === "phones")
        ?.records.map(({ value }) => value["id"]) ?? [];
    const [phone = ""] = (await links()) as string[];
    expect(phone).toMatch(/^ph-/);
    const another = made.rig.hub.people.phonesOf(made.person(0).person)[0]?.id ?? "";
    await expect(client.call("unlinkOwnPhone", { id: another })).rejects.toMatchObject({ status: 404 });
    await client.call("unlinkOwnPhone", { id: phone });
    expect(await links()).toEqual([]);
    // Of the phone nothing is left but that it was given and taken away, as the book of changes has it for its time.
    const { books, ...held } = await client.call("readOwnData");
    expect(JSON.stringify(held)).not.toContain(phone);
    const lines = books.flatMap(({ book, entries }) =>
      entries
        .filter((entry) => JSON.stringify(entry).includes(phone))
        .map(({ content }) => [book, content["what"], content["field"]]),
    );
    expect(lines).toEqual([["changes", "permission", "phones.phone"]]);
    const lamp = made.lamps[0] ?? "";
    await client.call("setLight", { id: lamp, body: { on: true, brightness: 77 } });
    expect((await client.call("getLight", { id: lamp })).desired).toMatchObject({ brightness: 77 });
    expect(made.rig.hub.people.get(person)).toBeDefined();
  });
});
