import { afterEach, describe, expect, test } from "vitest";
import type { PersonId } from "../../../hub/domain/ids.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import { Days, Instant } from "../../../hub/domain/units.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { type CollectionName, collections } from "../../../hub/privacy/data-map.ts";
import { collectionNames, declaredIn, fieldsOf } from "../../../hub/privacy/declared.ts";
import { type DataExport, DataExports } from "../../../hub/rights/data-export.ts";
import { exportJsonSchema } from "../../../hub/rights/export-schema.ts";
import { HeldData } from "../../../hub/rights/held-data.ts";
import { sourceOf } from "../../../hub/rights/sources.ts";
import { readCalendar, unescaped } from "../../support/calendar-reader.ts";
import { furnishedPerson, furnishedRecords } from "../../support/furnished-records.ts";
import { schemaFaults } from "../../support/json-schema.ts";
import { memoryChains } from "../../support/memory-chain.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { MemorySecretShelf } from "../../support/memory-secret-shelf.ts";
import { PeopleHome } from "../../support/people-home.ts";
import { proves } from "../../support/proves.ts";

const open: PeopleHome[] = [];
const home = async (...names: string[]): Promise<PeopleHome> => {
  const made = await PeopleHome.of(names);
  open.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ rig }) => rig.close()));
});

const three = ["Quokka", "Wombat", "Bilby"] as const;

describe("a copy of one's data", () => {
  test(`has every word of that person and none of another's, of four people each ${proves("H50", "GDPR:15", "A34")}`, async () => {
    const { people } = await home(...three, "Numbat");
    for (const person of people) {
      const text = JSON.stringify(await person.client.call("readOwnData"));
      expect(person.canaries.filter((word) => !text.includes(word))).toEqual([]);
      const others = people.filter((each) => each !== person).flatMap(({ canaries }) => canaries);
      expect(others.filter((word) => text.includes(word))).toEqual([]);
    }
  });

  test("says of everything what it is for, by what right, from where, for how long and who sees it", async () => {
    const { sections } = await (await home("Quokka")).person(0).client.call("readOwnData");
    const about = sections.flatMap((section) => section.about);
    expect(about.length).toBeGreaterThan(5);
    for (const { category, purpose, legalBasis, source, retention } of about)
      expect(
        [category, purpose, legalBasis, source, retention].filter(
          (word) => word === "" || word === "not known",
        ),
      ).toEqual([]);
  });

  test(`hides who else is named in what belongs to the home ${proves("H50")}`, async () => {
    const { rig, people, lamps } = await home(...three);
    const [quokka, wombat] = people;
    await rig.owner.call("addSchedule", {
      body: {
        name: "Wombat and Quokka are out",
        triggers: [{ kind: "presence", event: "leaves", person: wombat?.person ?? "" }],
        conditions: [{ kind: "presence", person: quokka?.person ?? "", is: "away" }],
        actions: [{ kind: "light", target: lamps[0] ?? "", command: { on: false } }],
      },
    });
    const text = JSON.stringify(await quokka?.client.call("readOwnData"));
    expect(text).toContain("(another person) and Quokka are out");
    expect([text.includes("Wombat"), text.includes(wombat?.person ?? "?")]).toEqual([false, false]);
  });

  test("of others is asked for by themselves, or by the owner for who cannot sign in", async () => {
    const { rig, people } = await home(...three);
    const refused = rig.owner.call("exportPerson", { id: people[1]?.person ?? "" });
    await expect(refused).rejects.toMatchObject({ code: "asks_themselves" });
    const { id } = await rig.owner.call("addPerson", { body: { name: "Grandma" } });
    expect(JSON.stringify(await rig.owner.call("exportPerson", { id }))).toContain("Grandma");
  });

  test("needs that somebody has just shown who they are", async () => {
    const made = await home("Quokka");
    await made.rig.clock.advance(Days(1));
    for (const route of ["readOwnData", "readOwnReport", "readRightToKnow"] as const)
      await expect(made.person(0).client.call(route)).rejects.toMatchObject({ code: "step_up_needed" });
  });
});

describe("the copy of a home", () => {
  test(`has its rooms, groups and scenes and nobody's data; no secret, place or veil ${proves("A34", "GDPR:20")}`, async () => {
    const { rig, people } = await home(...three);
    await rig.owner.call("setPlace", { body: { latitude: 52.5, longitude: 13.4, zone: "Europe/Berlin" } });
    const part = (text: string) => Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);
    await rig.owner.call("setWifi", {
      bytes: Buffer.concat([part("Zyxhomenet 1"), part("Zyxsecret psk")]),
    });
    const copy = await rig.owner.call("exportHome");
    const text = JSON.stringify(copy);
    for (const word of ["kitchen", "upstairs", "ceiling", "evening", "night", "sink", "desk"])
      expect(text).toContain(`Zyxcanary ${word}`);
    const held = ["people", "phones", "presence", "accounts", "rights", "place", "veil", "phone-places"];
    expect(copy.sections.filter(({ collection }) => held.includes(collection))).toEqual([]);
    const names = people.flatMap(({ canaries }) =>
      canaries.filter((word) => /^(?:02|[A-Za-z0-9_-]{43}$)/.test(word)),
    );
    const veil = rig.hub.store.collection("veil").get("home");
    const secret = [
      ...names,
      "Zyxsecret",
      "Zyxhomenet",
      "hash",
      "digest",
      `${veil?.strong.north}`,
      `${veil?.coarse.east}`,
    ];
    expect(secret.filter((word) => text.includes(word))).toEqual([]);
  });

  test("is as its schema says, and so are people's; the schema is served to anybody", async () => {
    const { rig, people } = await home(...three);
    const schema = JSON.parse(
      await (await rig.fetch("GET", "/privacy/export-schema", { token: "" })).text(),
    ) as Record<string, unknown>;
    const { mapHash } = await rig.owner.call("readPrivacyMap");
    expect(schema).toEqual(JSON.parse(JSON.stringify(exportJsonSchema(mapHash))));
    for (const copy of [await rig.owner.call("exportHome"), await people[0]?.client.call("readOwnData")])
      expect(schemaFaults(schema, copy)).toEqual([]);
    const broken = await rig.owner.call("exportHome");
    expect(schemaFaults(schema, { ...broken, more: 1 })).toEqual(["/more: not declared"]);
    expect(schemaFaults(schema, { ...broken, scope: "other" })).toEqual(["/scope: none of the choices"]);
  });
});

test(`the schedules are a calendar that another program reads ${proves("H52")}`, async () => {
  const { rig, lamps } = await home("Quokka");
  await rig.owner.call("setPlace", { body: { latitude: 52.5, longitude: 13.4, zone: "Europe/Berlin" } });
  const add = (name: string, trigger: object) =>
    rig.owner.call("addSchedule", {
      body: {
        name,
        triggers: [trigger as never],
        actions: [{ kind: "light", target: lamps[0] ?? "", command: { on: true } }],
      },
    });
  await add("Sun; with, \\ and äöüäöüäöüäöüäöüäöüäöüäöüäöü words 🌅🌅🌅", {
    kind: "daily",
    at: { kind: "sun", event: "sunset" },
  });
  await add("New year", {
    kind: "daily",
    at: { kind: "time", at: "00:00" },
    days: { dates: ["01-01", "02-29"] },
  });
  await add("Range", {
    kind: "range",
    from: { kind: "time", at: "08:00" },
    to: { kind: "time", at: "09:30" },
  });
  await add("Once", { kind: "once", date: "2027-01-02", at: "07:15" });
  const text = await (await rig.fetch("GET", "/privacy/calendar")).text();
  const { components } = readCalendar(text);
  const of = (name: string) =>
    components.filter(({ properties }) => unescaped(properties.get("SUMMARY") ?? "").startsWith(name));
  // Sunsets of the veiled place, each in UTC, as the hub itself says them.
  expect(of("Sun;").length).toBe(30);
  expect(unescaped(of("Sun;")[0]?.properties.get("SUMMARY") ?? "")).toBe(
    "Sun; with, \\ and äöüäöüäöüäöüäöüäöüäöüäöüäöü words 🌅🌅🌅",
  );
  expect(of("Sun;").every(({ properties }) => properties.get("DTSTART")?.endsWith("Z"))).toBe(true);
  expect(
    of("New year").map(({ properties }) => [properties.get("DTSTART"), properties.get("RRULE")]),
  ).toEqual([
    ["20270101T000000", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1"],
    ["20280229T000000", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"],
  ]);
  expect(of("Range").map(({ properties }) => [properties.get("DTSTART"), properties.get("DTEND")])).toEqual([
    ["20261127T080000", "20261127T093000"],
  ]);
  expect(of("Once").map(({ properties }) => properties.get("DTSTART"))).toEqual(["20270102T071500"]);
  expect(of("Zyxcanary night").map(({ properties }) => properties.get("RRULE"))).toEqual([
    "FREQ=WEEKLY;BYDAY=MO,FR",
  ]);
  // What sensors and people set off has no date.
  expect(of("When Quokka")).toEqual([]);
});

test(`the report has every word of the copy, to read ${proves("GDPR:15", "U7")}`, async () => {
  const { rig, people } = await home(...three);
  const text = await (
    await rig.fetch("GET", "/account/data/report", { token: people[0]?.token ?? "" })
  ).text();
  expect(people[0]?.canaries.filter((word) => !text.includes(word))).toEqual([]);
  expect(people[1]?.canaries.filter((word) => text.includes(word))).toEqual([]);
  expect(text).toMatch(/From: given when this person was added/);
});

describe("the walk", () => {
  const walked = (): { readonly copy: DataExport; readonly chains: ReturnType<typeof memoryChains> } => {
    const store = new MemoryGuardedStore();
    const records = furnishedRecords("Zyxcanary");
    const put = <Name extends CollectionName>(name: Name) => {
      const [key, value] = records[name];
      store.collection(name).put(key, value);
    };
    for (const name of collectionNames) put(name);
    const chains = memoryChains();
    chains("changes").append({
      at: Instant(1),
      about: furnishedPerson,
      content: { what: "name", field: "name", before: "Zyxold", after: "Zyxnew" },
    });
    const people = { list: () => [records.people[1]], get: () => records.people[1] };
    const shelf = new MemorySecretShelf();
    shelf.put(`${furnishedPerson}/b-aaaaaaaaaaaa`, Buffer.from("Zyxbeacon"));
    const held = new HeldData({ store, chain: chains, shelf: () => shelf });
    return {
      copy: new DataExports(new VirtualClock(Instant(0)), held, people).ofPerson(furnishedPerson),
      chains,
    };
  };

  test(`shows every declared field of a person that may leave in an export, and no other ${proves("H50")}`, () => {
    const { copy } = walked();
    for (const name of collectionNames.filter((each) =>
      copy.sections.find((s) => s.of === "own" && s.collection === each),
    ))
      for (const { value } of copy.sections.find(({ collection }) => collection === name)?.records ?? [])
        for (const [field, declared] of Object.entries(fieldsOf(name))) {
          const [, full] = furnishedRecords("Zyxcanary")[name];
          const leaves =
            declared.class === "none" || (declared.class !== "secret" && declared.egress.includes("export"));
          expect([name, field, Object.hasOwn(value, field)]).toEqual([
            name,
            field,
            leaves && Object.hasOwn(full, field),
          ]);
        }
    const own = copy.sections.filter(({ of }) => of === "own").map(({ collection }) => collection);
    expect(own.sort()).toEqual([
      "accounts",
      "app-colours",
      "contacts",
      "notice-acceptances",
      "people",
      "person-request-forms",
      "person-tokens",
      "phone-places",
      "phones",
      "presence",
      "provider-links",
      "rights",
      "sign-ins",
      "tastes",
    ]);
  });

  test("goes through the books, and names what it does not show", () => {
    const { copy } = walked();
    expect(copy.books).toMatchObject([
      { book: "changes", entries: [{ content: { before: "Zyxold", after: "Zyxnew" } }] },
    ]);
    expect(copy.withheld).toContainEqual({
      collection: "accounts",
      fields: ["password", "secondFactor"],
      records: 1,
    });
    expect(copy.withheld).toContainEqual({ collection: "beacon-identities", fields: [], records: 1 });
    const text = JSON.stringify(copy);
    expect(
      ["Zyxbeacon", "-hash", "-digest", "-recovery", "-salt"].filter((word) => text.includes(word)),
    ).toEqual([]);
    // What tells which text was agreed to, and which letter came, opens nothing and is theirs.
    expect(["-notice-text", "-letter"].filter((word) => !text.includes(word))).toEqual([]);
  });

  test("finds the place that a person's phone has given, which is theirs", () => {
    expect(JSON.stringify(walked().copy)).toContain(`"latitude":${48.375 as Degrees}`);
  });
});

test("of every category of the data map a source is known", () => {
  const categories = (Object.keys(collections) as CollectionName[]).flatMap((name) =>
    [...declaredIn(name).keys()].map(({ category }) => category),
  );
  expect(categories.filter((category) => sourceOf(category) === "not known")).toEqual([]);
  expect(sourceOf("system.other")).toBe("not known");
});

describe("what was collected in twelve months", () => {
  test(`has six parts, and what is older leaves the window ${proves("A33", "A44")}`, async () => {
    const made = await home("Quokka");
    const first = await made.person(0).client.call("readRightToKnow");
    const phones = (report: typeof first) =>
      report.collected.find(
        ({ purpose }) => purpose === "know a token of this phone from a forged or repeated one",
      )?.records;
    expect(phones(first)).toBe(1);
    expect(first.sold).toEqual([]);
    expect(first.pieces).toBeGreaterThan(4);
    const thirteenMonths = await made.afterDays(396);
    open.splice(open.indexOf(made), 1, thirteenMonths);
    const later = await (await thirteenMonths.again(0)).client.call("readRightToKnow");
    expect(phones(later)).toBeUndefined();
    expect([first.from.slice(0, 10), later.from.slice(0, 10)]).toEqual(["2025-11-27", "2026-12-28"]);
    // What bears no date is held all the while, and stays in it.
    expect(later.collected.some(({ category }) => category === "user.name")).toBe(true);
  });

  test("names who got what, as the book of disclosures has it", async () => {
    const { rightToKnow } = await import("../../../hub/rights/right-to-know.ts");
    const clock = new VirtualClock(Instant(Date.UTC(2026, 2, 31)));
    const asked: number[] = [];
    const report = rightToKnow(
      clock,
      {
        ofPerson: () => ({
          schema: "lampkeeper.export/1",
          scope: "person",
          created: "",
          sections: [],
          books: [],
          withheld: [],
        }),
      },
      {
        disclosedOf: (_, since) => {
          asked.push(since);
          return [{ recipient: "Assistant Ltd", purpose: "assistant", fields: ["name"] }];
        },
      },
      furnishedPerson as PersonId,
    );
    expect(report.disclosed).toEqual([
      { recipient: "Assistant Ltd", purpose: "assistant", fields: ["name"] },
    ]);
    expect(asked).toEqual([Date.UTC(2025, 2, 31)]);
  });
});
