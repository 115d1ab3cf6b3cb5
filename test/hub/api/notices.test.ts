import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { deployerOf } from "../../../hub/domain/deployer.ts";
import { Days, Instant } from "../../../hub/domain/units.ts";
import { hubConfig } from "../../../hub/options.ts";
import { authorities } from "../../../hub/privacy/authorities.ts";
import type { CollectionName } from "../../../hub/privacy/data-map.ts";
import { collections } from "../../../hub/privacy/data-map.ts";
import { PrivacyLibrary } from "../../../hub/privacy/documents/library.ts";
import { NoticeArchive, noticeSteps } from "../../../hub/privacy/notice-archive.ts";
import { noticeArchive } from "../../../hub/privacy/notices/versions.ts";
import { NoticeService } from "../../../hub/rights/notice-service.ts";
import { PeopledHub } from "../../support/peopled-hub.ts";
import { publishedNotice, thisPromise, withItem } from "../../support/privacy-map.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, codeOf } from "./account-house.ts";
import { House } from "./house.ts";
import { houseProfiles } from "./house-profiles.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const stranger = { token: null };
type Document = Shape<"PrivacyDocument">;

test(`a notice can be read before anybody has entered anything, and reading it leaves nothing ${proves("D24", "GDPR:13", "GDPR:12")}`, async () => {
  const empty = new House();
  const kept = () =>
    (Object.keys(collections) as CollectionName[]).map(
      (name) => [...empty.store.collection(name).entries()].length,
    );
  const before = kept();
  const notice = await empty.ask<Shape<"Notice">>("GET", "/privacy/notice", stranger);
  expect(notice.layers.map(({ id }) => id).slice(0, 2)).toEqual(["summary", "hub"]);
  expect(notice.hash).toBe(noticeArchive.get(notice.version).hash);
  // Nothing else is open that takes something in: what is entered is entered after this.
  expect(kept()).toEqual(before);
  expect((await empty.send("POST", "/people", { ...stranger, body: { name: "Ana" } })).status).toBe(401);
  empty.close();
});

test(`it comes in both languages, as data and as text with every anchor ${proves("H60", "D23")}`, async () => {
  const texts = new Map<string, string>();
  for (const lang of ["en", "vi"]) {
    const notice = await house.ask<Shape<"Notice">>("GET", `/privacy/notice?lang=${lang}`, stranger);
    expect(notice.language).toBe(lang);
    const answer = await house.send("GET", `/privacy/notice?lang=${lang}&format=text`, stranger);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
    const text = await answer.text();
    for (const { sentences } of notice.layers)
      for (const { id } of sentences) expect(text).toContain(`{${id}: `);
    texts.set(lang, text);
  }
  expect(texts.get("vi")).not.toBe(texts.get("en"));
  const short = await house.ask<Shape<"Notice">>("GET", "/privacy/notice?summary=only", stranger);
  expect(short.layers.map(({ id }) => id)).toEqual(["summary"]);
  expect((await house.send("GET", "/privacy/notice?lang=fr", stranger)).status).toBe(400);
  expect((await house.send("GET", "/privacy/notice?version=99", stranger)).status).toBe(404);
});

test(`the home's own notice gains a part with a product, and loses it with the last of it ${proves("H1", "Z1", "EN303645:6-1")}`, async () => {
  const home = await PeopledHub.open("2026-12-01T12:00:00Z", 0);
  const parts = async () => (await home.client.call("readHomeNotice")).layers.map(({ id }) => id);
  const before = await parts();
  expect(before.filter((id) => id.startsWith("device:"))).toEqual([]);
  const body = { name: "Weather", profile: "lampkeeper/climate-sensor", address: "aabbccddeeff" };
  const { id } = await home.client.call("addDevice", { body });
  expect((await parts()).filter((each) => !before.includes(each))).toEqual([
    "device:lampkeeper/climate-sensor",
  ]);
  await home.client.call("removeDevice", { id });
  expect(await parts()).toEqual(before);
  await home.close();
  // What stands in a home is not for strangers to read.
  expect((await house.send("GET", "/privacy/notice/home", stranger)).status).toBe(401);
});

describe("every other document is open, and carries the hash of one map", () => {
  const documents: readonly (readonly [string, string])[] = [
    ["map", proves("EN303645:6-1")],
    ["record-of-processing", proves("A20", "GDPR:30")],
    ["ccpa", proves("Z27", "A44")],
    ["impact-assessment", proves("U45", "GDPR:35")],
    ["erasure-plan", ""],
    ["support", proves("PSTI:2", "PSTI:3", "EN303645:5.2-1", "EN303645:5.3-13")],
    ["mud", ""],
  ];
  test.each(documents)("%s %s", async (name) => {
    const map = await house.ask<Document>("GET", "/privacy/map", stranger);
    const document = await house.ask<Document>("GET", `/privacy/${name}`, stranger);
    expect(document).toMatchObject({ name, mapHash: map.mapHash });
    expect(Object.keys(document.content as object).length).toBeGreaterThan(0);
  });

  test(`linked data, the schema of exports, the privacy control and the contact for weaknesses are where programs look ${proves("EN303645:5.2-1", "PSTI:2")}`, async () => {
    const dpv = await house.send("GET", "/privacy/dpv", stranger);
    expect(dpv.headers.get("content-type")).toBe("application/ld+json");
    expect(await dpv.json()).toHaveProperty(["@context", "dpv"]);
    const taken = await house.send("GET", "/privacy/export-schema", stranger);
    expect(taken.headers.get("content-type")).toBe("application/schema+json");
    const { mapHash } = await house.ask<Document>("GET", "/privacy/map", stranger);
    expect(await taken.json()).toMatchObject({ type: "object", $comment: mapHash });
    const gpc = await house.send("GET", "/~/.well-known/gpc.json", stranger);
    expect(gpc.headers.get("content-type")).toBe("application/json");
    expect(await gpc.json()).toEqual({ gpc: true, lastUpdate: noticeArchive.get(1).updated });
    const contact = await house.send("GET", "/~/.well-known/security.txt", stranger);
    expect(await contact.text()).toMatch(/^Contact: \S+$/m);
  });

  test(`what is sold, or told to others, is nothing ${proves("A42", "Z15")}`, async () => {
    const { content } = await house.ask<Document>("GET", "/privacy/ccpa", stranger);
    const { rows } = content as { rows: readonly { sold: string; disclosed: string }[] };
    expect(rows).toHaveLength(11);
    expect(rows.filter(({ sold, disclosed }) => sold !== "No" || disclosed !== "No")).toEqual([]);
  });
});

test(`an authority is found for every country of the table without a network, and by nobody's place ${proves("H53", "A27", "Z29", "GDPR:77")}`, async () => {
  const all = await house.ask<Shape<"Authorities">>("GET", "/privacy/authorities", stranger);
  expect(new Set(all.data.map(({ country }) => country)).size).toBeGreaterThanOrEqual(40);
  for (const country of [
    "DE",
    "FR",
    "NO",
    "GB",
    "CH",
    "US-CA",
    "VN",
    "CN",
    "SG",
    "KR",
    "JP",
    "BR",
    "AU",
    "CA",
  ]) {
    const { data } = await house.ask<Shape<"Authorities">>(
      "GET",
      `/privacy/authorities?country=${country}`,
      stranger,
    );
    expect(data.map((each) => each.country)).toEqual([country]);
    expect(data[0]?.name).not.toBe("");
    expect(data[0]?.site).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+(\/\w+)?$/);
  }
  const union = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO";
  const known = new Set(authorities.map(({ country }) => country));
  expect(union.split(" ").filter((country) => !known.has(country))).toEqual([]);
  expect(
    (await house.ask<Shape<"Authorities">>("GET", "/privacy/authorities?country=vn", stranger)).data,
  ).toHaveLength(1);
  expect(
    (await house.ask<Shape<"Authorities">>("GET", "/privacy/authorities?country=XX", stranger)).data,
  ).toEqual([]);
  expect((await house.send("GET", "/privacy/authorities?country=../etc", stranger)).status).toBe(400);
});

describe("versions of the notice", () => {
  const more = withItem("data.people.name", ({ purposes }) => ({ purposes: [...purposes, "insights"] }));

  /** A hub whose notice has had three versions. */
  const withVersions = async (): Promise<AccountHouse> => {
    const now = house.clock.now();
    const day = (offset: number) => new Date(now + offset * 86_400_000).toISOString().slice(0, 10);
    const versions = [
      publishedNotice(1, day(-400), thisPromise),
      publishedNotice(2, day(-10), more),
      publishedNotice(3, day(10), more),
    ];
    const archive = new NoticeArchive(versions);
    const library = new PrivacyLibrary({
      profiles: houseProfiles.values(),
      product: { model: "lampkeeper-hub", version: "1.2.3" },
      archive,
      deployer: undefined,
      told: () => [],
    });
    house.close();
    const built: AccountHouse = new AccountHouse({
      services: {
        privacy: {
          ...house.privacy,
          library: async () => library,
          notices: {
            current: () => service().current(),
            inForce: (person) => service().inForce(person),
            pending: (person) => service().pending(person),
            accept: (person, version) => service().accept(person, version),
          },
        },
      },
    });
    const service = () => new NoticeService(built.clock, built.store, built.people, noticeSteps(versions));
    house = built;
    return built;
  };

  test(`all are listed with their dates and hashes, and each can be read ${proves("H57", "A57", "A55", "Z31")}`, async () => {
    await withVersions();
    const { data } = await house.ask<Shape<"NoticeVersions">>("GET", "/privacy/notices", stranger);
    expect(data.map(({ version, state }) => [version, state])).toEqual([
      [1, "past"],
      [2, "in-effect"],
      [3, "announced"],
    ]);
    for (const { version, hash } of data) {
      const notice = await house.ask<Shape<"Notice">>("GET", `/privacy/notice?version=${version}`, stranger);
      expect(notice).toMatchObject({ version, hash });
    }
    expect((await house.ask<Shape<"Notice">>("GET", "/privacy/notice", stranger)).version).toBe(2);
    await house.clock.advance(Days(11));
    expect((await house.ask<Shape<"Notice">>("GET", "/privacy/notice", stranger)).version).toBe(3);
  });

  test(`what changed for you is told in your language, with what needs your word ${proves("H58", "A56")}`, async () => {
    await withVersions();
    const ask = (query: string) =>
      house.ask<Shape<"NoticeChanges">>("GET", `/privacy/notice/changes?${query}`, stranger);
    const { data } = await ask("from=1&to=2&lang=vi");
    expect(data.length).toBeGreaterThan(0);
    for (const change of data)
      expect(change).toMatchObject({ axis: "purposes", material: true, needsAcceptance: true });
    expect(data[0]?.says).toMatch(/Mục đích/);
    expect((await ask("from=2&to=3")).data).toEqual([]);
    expect((await house.send("GET", "/privacy/notice/changes?from=3&to=1", stranger)).status).toBe(400);
    expect((await house.send("GET", "/privacy/notice/changes?from=7&to=8", stranger)).status).toBe(404);
  });

  test(`a person accepts for themselves, once they have it before them; nobody else does ${proves("Z30", "D21", "U43")}`, async () => {
    await withVersions();
    await house.settled("Ana");
    await house.settled("Ben");
    const [ana, ben] = [await house.terminal("Ana"), await house.terminal("Ben")];
    const own = (init: object) => house.ask<Shape<"OwnNotice">>("GET", "/account/notice", init);
    expect(await own(ana)).toEqual({ current: 2, inForce: 1, pending: 2 });
    await house.clock.advance(Days(5));
    expect(await own(ana)).toEqual({ current: 2, inForce: 1, pending: 2 });
    const early = await house.send("PUT", "/account/notice", { ...ana, body: { version: 3 } });
    expect(await codeOf(early)).toEqual([409, "conflict"]);
    const accepted = await house.ask("PUT", "/account/notice", { ...ana, body: { version: 2 } });
    expect(accepted).toEqual({ current: 2, inForce: 2 });
    expect(await own(ben)).toEqual({ current: 2, inForce: 1, pending: 2 });
    const program = await house.send("PUT", "/account/notice", { body: { version: 2 } });
    expect((await codeOf(program))[1]).toBe("no_account");
    const wrong = await house.send("PUT", "/account/notice", { ...ana, body: { version: "two" } });
    expect(wrong.status).toBe(400);
  });
});

describe("a hub that somebody runs for others", () => {
  const options = {
    controller: "Lichthaus GmbH",
    "privacy-officer": "dpo@lichthaus.example",
    "eu-representative": "Lichthaus BV",
  };

  test(`names all its contacts, or does not start ${proves("A28", "GDPR:13(1)(a)")}`, () => {
    expect(hubConfig(options).deployer).toEqual({
      controller: "Lichthaus GmbH",
      officer: "dpo@lichthaus.example",
      representative: "Lichthaus BV",
    });
    expect(hubConfig({}).deployer).toBeUndefined();
    for (const missing of Object.keys(options)) {
      const some = Object.fromEntries(Object.entries(options).filter(([name]) => name !== missing));
      expect(() => hubConfig(some)).toThrow(expect.objectContaining({ code: "notice_contact_missing" }));
    }
    expect(() => deployerOf({ controller: "x" })).toThrow(/--privacy-officer/);
  });

  test(`shows them in the notice instead of the household's sentence ${proves("A28")}`, () => {
    const library = new PrivacyLibrary({
      profiles: [],
      product: { model: "m", version: "v" },
      archive: noticeArchive,
      deployer: hubConfig(options).deployer,
      told: () => [],
    });
    for (const lang of ["en", "vi"] as const) {
      const { layers } = library.notice(noticeArchive.get(1), lang);
      const said = layers
        .flatMap(({ sentences }) => sentences)
        .filter(({ id }) => id.endsWith(".controller"));
      expect(said).toHaveLength(2);
      for (const { text } of said)
        for (const contact of Object.values(options)) expect(text).toContain(contact);
    }
  });
});

test(`the owner's yearly look at the map: signing it makes it due in a year, and it is nobody else's ${proves("U25")}`, async () => {
  const status = () => house.ask<Shape<"MapReview">>("GET", "/privacy/review");
  const published = Date.parse(`${noticeArchive.get(1).effective}T00:00:00Z`);
  expect(Date.parse((await status()).due)).toBe(published + Days(365));
  await house.clock.advance(Days(Math.ceil((published - house.clock.now()) / Days(1)) + 366));
  expect(await status()).toMatchObject({ overdue: true, ofThisMap: false });
  const signed = await house.ask<Shape<"MapReview">>("PUT", "/privacy/review");
  expect(signed).toMatchObject({ overdue: false, ofThisMap: true });
  expect(Date.parse(signed.due)).toBe(Instant(house.clock.now() + Days(365)));
  await house.settled("Ana");
  const resident = await house.terminal("Ana");
  expect((await house.send("PUT", "/privacy/review", resident)).status).toBe(403);
});
