import { describe, expect, test } from "vitest";
import { purposes } from "../../../../hub/domain/purpose.ts";
import { categories, ccpaRows } from "../../../../hub/privacy/categories.ts";
import { collections } from "../../../../hub/privacy/data-map.ts";
import type { Declaration, Field } from "../../../../hub/privacy/declaration.ts";
import { declared, gapsIn, mapHash, privacyMap } from "../../../../hub/privacy/documents/privacy-map.ts";
import { vietnamese } from "../../../../hub/privacy/documents/vietnamese.ts";
import { recipients } from "../../../../hub/privacy/recipients.ts";
import { isRequirement } from "../../../../hub/privacy/requirement-id.ts";
import { thisMap } from "../../../support/privacy-map.ts";
import { proves } from "../../../support/proves.ts";

const whole = collections.people.fields.name as Declaration;
const planted = (field: Partial<Declaration>) => [
  { place: "collections/planted/field", field: field as unknown as Field },
];

test(`every declared field about somebody is in the map once, and nothing else is ${proves("U24", "EN303645:6-1")}`, () => {
  const places = declared().flatMap(({ place, field }) => (field.class === "none" ? [] : [place]));
  const mapped = thisMap.items.flatMap((item) => item.places);
  expect([...mapped].sort()).toEqual([...places].sort());
  expect(new Set(mapped).size).toBe(mapped.length);
  expect(new Set(thisMap.items.map(({ id }) => id)).size).toBe(thisMap.items.length);
});

describe("a declaration that lacks something stops every document", () => {
  const lacking: Readonly<Record<string, Partial<Declaration>>> = {
    class: { class: undefined as never },
    category: { category: "user.shoe_size" as never },
    purpose: { purposes: [] as never },
    "legal-basis": { legalBasis: undefined as never },
    key: { key: undefined as never },
    retention: { retention: undefined as never },
    source: { source: undefined as never },
    transfer: { transfer: undefined as never },
    sentence: { purpose: undefined as never },
  };
  test.each(Object.entries(lacking))(`without %s ${proves("H40", "U24", "Z10")}`, (gap, change) => {
    const broken = { ...whole, ...change };
    expect(() => privacyMap([], planted(broken))).toThrow(
      expect.objectContaining({ name: "MapIncomplete", message: expect.stringContaining(gap) }),
    );
  });

  test("all that is missing is named at once, and what is whole passes", () => {
    expect(gapsIn({})).toEqual(
      expect.arrayContaining(["class", "category", "purpose", "legal-basis", "key", "retention"]),
    );
    expect(gapsIn(whole)).toEqual([]);
    expect(privacyMap([], planted(whole)).items).toHaveLength(1);
  });

  test(`a basis that none of its purposes has is refused ${proves("H40", "GDPR:6(1)")}`, () => {
    const claimed = { ...whole, legalBasis: "legal-obligation" as const };
    expect(() => privacyMap([], planted(claimed))).toThrow(/legal-basis/);
  });

  test(`a purpose that is not in the registry is refused ${proves("H31", "A31")}`, () => {
    const claimed = { ...whole, purposes: ["advertising"] as never };
    expect(() => privacyMap([], planted(claimed))).toThrow(/purpose/);
  });

  test(`a sentence that nobody has put into Vietnamese is refused and named ${proves("H60")}`, () => {
    const claimed = { ...whole, purpose: "count the spoons" };
    expect(() => privacyMap([], planted(claimed))).toThrow(/vietnamese: count the spoons/);
  });
});

test(`each item has the purposes, basis and source that the registry knows ${proves("H31", "H40", "Z10")}`, () => {
  for (const { id, purposes: uses, legalBasis, source } of thisMap.items) {
    expect(uses.length, id).toBeGreaterThan(0);
    expect(
      uses.map((use) => purposes[use].basis),
      id,
    ).toContain(legalBasis);
    expect(["you", "device", "assistant", "derived"], id).toContain(source);
  }
});

test(`class decides the key: what is about one person is under their own, and secrets leave by no way but a backup ${proves("U24")}`, () => {
  for (const item of thisMap.items) {
    if (item.class === "person") expect(item.key, item.id).toBe("person");
    if (item.class === "secret")
      expect(
        item.egress.filter((way) => way !== "backup"),
        item.id,
      ).toEqual([]);
    if (item.key === "person") expect(["person", "secret"], item.id).toContain(item.class);
  }
});

test("kinds of data that nothing has, sentences that nobody says, and requirements that do not exist are left out", () => {
  const used = new Set<string>(thisMap.items.map(({ category }) => category));
  expect(Object.keys(categories).filter((category) => !used.has(category))).toEqual([]);
  const spoken = new Set(
    thisMap.items.flatMap(({ whatFor, stopsIfRefused, recipients }) => [
      whatFor,
      stopsIfRefused,
      ...recipients,
    ]),
  );
  expect(Object.keys(vietnamese).filter((sentence) => !spoken.has(sentence))).toEqual([]);
  const rows = [
    ...thisMap.items.flatMap((item) => item.rows),
    ...Object.values(thisMap.notCollected).flatMap((each) => each.rows),
    ...Object.values(thisMap.rights).flatMap((each) => each.rows),
  ];
  expect(rows.filter((row) => !isRequirement(row))).toEqual([]);
  expect(thisMap.items.filter(({ ccpa }) => !ccpaRows.includes(ccpa))).toEqual([]);
});

test(`the hash is the map's: another map, another hash, and the same in any order of fields ${proves("A20")}`, () => {
  const hash = mapHash(thisMap);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(mapHash({ ...thisMap })).toBe(hash);
  expect(mapHash({ ...thisMap, items: thisMap.items.slice(1) })).not.toBe(hash);
  const [first, ...rest] = thisMap.items;
  if (first === undefined) throw new RangeError("an empty map");
  expect(mapHash({ ...thisMap, items: [{ ...first, atEnd: "anonymise" }, ...rest] })).not.toBe(hash);
});

test(`the recipients of data are the declared ones: no buyer, broker, affiliate or adviser, and none is on by itself ${proves("Z15", "H63", "A42", "Z16", "H35", "A15")}`, () => {
  expect(thisMap.recipients.map(({ id }) => id)).toEqual([
    "owner-broker",
    "home-assistant",
    "assistant",
    "identity-provider",
    "mail",
    "relay",
    "developer",
  ]);
  for (const recipient of thisMap.recipients) {
    expect(recipient.isOffByDefault, recipient.id).toBe(true);
    expect(purposes[recipient.purpose].kind, recipient.id).not.toBe("analytics");
    expect(recipient.transfer, recipient.id).toBe("none");
  }
  const sold = /sale|sell|advert|broker of|lease|affiliate|consultant/i;
  expect(thisMap.recipients.filter(({ label }) => sold.test(label.en))).toEqual([]);
  expect(thisMap.items.flatMap(({ recipients }) => recipients).filter((who) => sold.test(who))).toEqual([]);
  expect(Object.keys(purposes).filter((name) => /sale|advert/.test(name))).toEqual([]);
});

describe("a recipient that is not declared whole stops every document", () => {
  const lacking: Readonly<Record<string, object>> = {
    purpose: { purpose: "advertising" },
    category: { categories: [] },
    fields: { fields: [] },
    place: { place: undefined },
    safeguard: { transfer: { country: "US" } },
    "off-by-default": { isOffByDefault: false },
    "label-vi": { label: { en: "Assistant" } },
  };
  test.each(Object.entries(lacking))(`for lack of %s ${proves("H35", "A15")}`, (gap, change) => {
    const planted = { ...recipients, planted: { ...recipients.assistant, ...change } } as never;
    expect(() => privacyMap([], declared(), planted)).toThrow(new RegExp(`recipients/planted: ${gap}`));
    expect(privacyMap([], declared(), recipients).recipients).toHaveLength(Object.keys(recipients).length);
  });
});

test(`everything is kept on this device: no item and no recipient is carried to another country ${proves("Z17", "U38", "U30")}`, () => {
  expect(thisMap.items.filter(({ transfer }) => transfer !== "none")).toEqual([]);
  expect(thisMap.hosts).toEqual([]);
  expect(
    thisMap.items.filter(({ purposes: uses }) => uses.some((use) => /research|archive/.test(use))),
  ).toEqual([]);
});
