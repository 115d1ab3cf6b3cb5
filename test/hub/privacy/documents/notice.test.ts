import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { profiles } from "../../../../devices/registry.ts";
import { browserStorage } from "../../../../hub/privacy/browser-storage.ts";
import { layerHash } from "../../../../hub/privacy/documents/layer.ts";
import { noticeOf } from "../../../../hub/privacy/documents/notice.ts";
import { declared, privacyMap } from "../../../../hub/privacy/documents/privacy-map.ts";
import { noticeText, spoken } from "../../../../hub/privacy/documents/spoken-notice.ts";
import { automatedActs } from "../../../../hub/privacy/documents/standing-sentences.ts";
import { type RecipientFacts, recipients } from "../../../../hub/privacy/recipients.ts";
import { isRequirement } from "../../../../hub/privacy/requirement-id.ts";
import { sensed } from "../../../../hub/privacy/sensed.ts";
import { thisMap } from "../../../support/privacy-map.ts";
import { proves } from "../../../support/proves.ts";

const notice = noticeOf(thisMap);
const layer = (id: string, from = notice) => {
  const found = from.layers.find((each) => each.id === id);
  if (found === undefined) throw new RangeError(`no layer ${id}`);
  return found;
};
const sentenceAt = (id: string, from = notice) =>
  from.layers.flatMap(({ sentences }) => sentences).find((each) => each.id === id)?.text;

test(`a product that comes into the house gets a part of the notice, and loses it when it goes ${proves("H1", "Z1", "EN303645:6-1")}`, () => {
  const [lamp, ...others] = profiles;
  if (lamp === undefined) throw new RangeError("no products");
  const ids = (from: typeof notice) => from.layers.map(({ id }) => id);
  const without = noticeOf(privacyMap(others));
  const added = ids(notice).filter((id) => !ids(without).includes(id));
  expect(added).toEqual([`device:${lamp.id}`]);
  const told: Readonly<Record<string, RecipientFacts>> = { ...recipients, planted: recipients.mail };
  const connected = noticeOf(privacyMap(profiles, declared(), told));
  expect(ids(connected).filter((id) => !ids(notice).includes(id))).toEqual(["connector:planted"]);
});

test(`hub, each product and each connector have a notice of their own, and each its own hash ${proves("Z1")}`, () => {
  const expected = [
    "summary",
    "hub",
    ...profiles.map(({ id }) => `device:${id}`),
    ...Object.keys(recipients).map((id) => `connector:${id}`),
  ];
  expect(notice.layers.map(({ id }) => id)).toEqual(expected);
  expect(new Set(notice.layers.map(layerHash)).size).toBe(expected.length);
});

describe.each(["en", "vi"] as const)("in %s", (language) => {
  const said = spoken(notice, language);

  test(`nothing is left out: every sentence and every column has a text ${proves("H60", "GDPR:12")}`, () => {
    for (const { sentences, items, title } of said.layers) {
      expect(title).not.toBe("");
      for (const { id, text } of sentences) expect(text.trim(), id).not.toBe("");
      for (const item of items)
        for (const [column, text] of Object.entries(item)) expect(text, `${item.id}.${column}`).not.toBe("");
    }
    const items = said.layers.flatMap((each) => each.items.map(({ id }) => id));
    expect(items).toEqual(thisMap.items.map(({ id }) => id));
  });

  test(`the table has each item with its data source, purpose and examples, as the map has them ${proves("H61", "GDPR:13(1)(c)", "EN303645:6-1")}`, () => {
    const text = noticeText(said);
    for (const item of thisMap.items) {
      expect(text).toContain(item.label[language]);
      expect(text).toContain(item.examples[language]);
    }
    for (const row of said.layers.flatMap((each) => each.items)) {
      const item = thisMap.items.find(({ id }) => id === row.id);
      expect(row.what).toBe(item?.label[language]);
      expect(row.examples).toBe(item?.examples[language]);
      if (language === "en") expect(row.purpose).toContain(item?.whatFor);
    }
  });

  test(`one screen has every kind of data, every recipient and every right ${proves("D23")}`, () => {
    const summary = said.layers.find(({ id }) => id === "summary");
    const text = summary?.sentences.map((each) => each.text).join("\n") ?? "";
    for (const { label } of thisMap.items) expect(text).toContain(label[language]);
    for (const { label } of thisMap.recipients) expect(text).toContain(label[language]);
    for (const { label } of Object.values(thisMap.rights)) expect(text).toContain(label[language]);
    // A screen of a laptop has 50 lines.
    expect(summary?.sentences.length).toBeLessThan(50);
  });
});

test(`the Vietnamese notice is Vietnamese: no sentence is the English one ${proves("H60")}`, () => {
  const names = /^(connector|device)/;
  const same = notice.layers
    .filter(({ id }) => !names.test(id))
    .flatMap(({ sentences, items }) => [
      ...sentences.map(({ id, text }) => ({ id, text })),
      ...items.map(({ id, purpose }) => ({ id, text: purpose })),
    ])
    .filter(({ text }) => text.en === text.vi);
  expect(same).toEqual([]);
});

test(`every sentence has an anchor of its own and says which requirements it answers ${proves("A28", "EN303645:6-1")}`, () => {
  const anchors = notice.layers.flatMap(({ sentences, items }) => [...sentences, ...items]);
  expect(new Set(anchors.map(({ id }) => id)).size).toBe(anchors.length);
  const provision = /^(EN303645|GDPR|IR8425|PSTI|CRA|ISVS):/;
  for (const { id, rows } of anchors) {
    expect(rows.length, id).toBeGreaterThan(0);
    expect(
      rows.filter((row) => !isRequirement(row) && !provision.test(row)),
      id,
    ).toEqual([]);
  }
});

describe("who is responsible", () => {
  const contacts = {
    controller: "Lichthaus GmbH, hallo@lichthaus.example",
    officer: "dpo@lichthaus.example",
    representative: "Lichthaus BV, Delft",
  };

  test(`a deployer is named with all contacts; one that is not set stops the notice ${proves("A28", "GDPR:13(1)(a)")}`, () => {
    const named = noticeOf(thisMap, { deployer: contacts });
    for (const contact of Object.values(contacts))
      expect(sentenceAt("hub.controller", named)?.en).toContain(contact);
    expect(sentenceAt("hub.controller", named)?.vi).toContain(contacts.officer);
    expect(sentenceAt("hub.controller", named)?.en).toContain("reference");
    for (const missing of ["controller", "officer", "representative"]) {
      const deployer = { ...contacts, [missing]: " " };
      expect(() => noticeOf(thisMap, { deployer })).toThrow(
        expect.objectContaining({ code: "notice_contact_missing", context: { missing: [missing] } }),
      );
    }
  });

  test(`at home it is the owner, and that says so with the household exemption ${proves("A28")}`, () => {
    expect(sentenceAt("hub.controller")?.en).toMatch(/owner of this home.*2\(2\)\(c\)/);
  });
});

describe("what a notice has to say besides", () => {
  test(`which document goes before which ${proves("U42")}`, () => {
    expect(sentenceAt("hub.precedence")?.en).toMatch(/differ.*better for the person/);
    expect(sentenceAt("hub.precedence")?.vi).toMatch(/có lợi hơn/);
  });

  test(`that a court is open to everybody ${proves("D26")}`, () => {
    expect(sentenceAt("hub.court")?.en).toMatch(/court where you live/);
    expect(sentenceAt("hub.court")?.vi).toMatch(/tòa án/);
  });

  test(`who looks after the data, as there are no employees ${proves("U48")}`, () => {
    expect(sentenceAt("hub.employees")?.en).toMatch(/Nobody is employed/);
    expect(sentenceAt("hub.employees")?.vi).toMatch(/nhân viên/);
  });

  test(`that no certificate is claimed, and none is anywhere in the notice ${proves("D15")}`, () => {
    expect(sentenceAt("hub.certificates")?.en).toMatch(/No certificate is claimed/);
    const text = noticeText(spoken(notice, "en"));
    expect(text).not.toMatch(/ISO\/IEC 27001|SOC 2|certified/i);
  });

  test(`that a lit lamp is seen through the window, and what every sensor tells ${proves("EN303645:5.8-3", "GDPR:13")}`, () => {
    expect(sentenceAt("hub.window")?.en).toMatch(/through the window/);
    for (const [key, text] of Object.entries(sensed))
      expect(sentenceAt(`senses.${key}`)?.en).toContain(text.en);
    // What products report is all in that list, and each product says its own.
    for (const profile of profiles) {
      if (profile.kind !== "sensor") continue;
      for (const key of profile.senses)
        expect(
          layer(`device:${profile.id}`)
            .sentences.map(({ text }) => text.en)
            .join(),
        ).toContain(sensed[key].en);
    }
  });

  test(`each transfer with its safeguard, or that there is none ${proves("U38", "A15", "H35")}`, () => {
    expect(sentenceAt("transfer.none")?.en).toMatch(/none/);
    const transfer = { country: "US", safeguard: "standard-contractual-clauses" } as const;
    const abroad = { ...recipients, assistant: { ...recipients.assistant, transfer } };
    const told = noticeOf(privacyMap([], declared(), abroad));
    expect(sentenceAt("transfer.none", told)).toBeUndefined();
    expect(sentenceAt("transfer.assistant", told)?.en).toMatch(
      /US.*Voice assistant.*standard-contractual-clauses/,
    );
    expect(
      layer("connector:assistant", told)
        .sentences.map(({ text }) => text.en)
        .join(),
    ).toContain("US");
  });

  test(`how to complain, and that silence accepts nothing ${proves("H53", "Z29", "Z30")}`, () => {
    expect(sentenceAt("right.complain")?.en).toMatch(/authority/);
    expect(sentenceAt("hub.silence")?.en).toMatch(/not accepting/);
  });

  test(`what the hub does by itself: exactly the kinds of action that a rule can have ${proves("A43", "GDPR:22")}`, () => {
    const source = readFileSync("hub/domain/rule.ts", "utf8");
    const actions = source.slice(source.indexOf("export type Action"), source.indexOf("export type CatchUp"));
    const kinds = [...actions.matchAll(/readonly kind: "([a-z-]+)"/g)].map((match) => match[1]);
    expect(kinds.length).toBeGreaterThan(3);
    expect([...automatedActs].sort()).toEqual([...kinds].sort());
    for (const act of automatedActs) expect(sentenceAt("hub.automated")?.en).toContain(act);
  });

  test(`what is inferred: the two items that the map calls inferences, and of the person's own only while they agree ${proves("A35")}`, () => {
    const inferred = thisMap.items.filter(({ ccpa }) => ccpa === "inferences");
    expect(inferred.map(({ id, class: of, retention }) => [id, of, retention])).toEqual([
      ["data.evenings.shares", "household", { kind: "newest" }],
      ["data.tastes.room", "person", { kind: "newest", while: "learned-scenes" }],
    ]);
    const places = new Set(inferred.flatMap((item) => item.places).map((place) => place.split("/")[1]));
    expect([...places]).toEqual(["evenings", "tastes"]);
    expect(sentenceAt("hub.inferences")?.en).toMatch(/Two things.*evenings.*agreed.*light/);
    // Of presence no pattern is kept: only the newest.
    const presence = thisMap.items.filter(({ category }) => category === "user.location.presence");
    expect(presence.length).toBeGreaterThan(0);
    expect([...new Set(presence.map(({ retention }) => retention.kind))]).toEqual(["newest"]);
  });
});

test(`browser storage stands in four classes of which only the first has anything, and it is what the app's code keeps ${proves("Z13")}`, () => {
  const classes = ["necessary", "performance", "functional", "advertising"];
  expect(classes.map((name) => sentenceAt(`browser.${name}`)?.en.endsWith(": nothing."))).toEqual([
    false,
    true,
    true,
    true,
  ]);
  // The cookie, and of the app's code nothing: no file of it writes to the browser in any way that stays.
  expect(browserStorage.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["cookie lampkeeper-{id}"]);
  const app = readdirSync("app-sim/web", { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  const keeps =
    /(?:local|session)Storage\.setItem|(?:local|session)Storage\[|indexedDB\.open|caches\.open|document\.cookie\s*=/;
  expect(app.length).toBeGreaterThan(20);
  expect(app.filter((file) => keeps.test(readFileSync(`app-sim/web/${file}`, "utf8")))).toEqual([]);
});

test("a layer's hash is of what it says, in either language", () => {
  const hub = layer("hub");
  const [first, ...rest] = hub.sentences;
  if (first === undefined) throw new RangeError("no sentence");
  const other = { ...hub, sentences: [{ ...first, text: { ...first.text, vi: "khác" } }, ...rest] };
  expect(layerHash(other)).not.toBe(layerHash(hub));
});
