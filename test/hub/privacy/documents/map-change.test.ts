import { describe, expect, test } from "vitest";
import {
  changesBetween,
  isMaterial,
  type MapChange,
  type Promised,
} from "../../../../hub/privacy/documents/map-change.ts";
import { thisPromise, withItem } from "../../../support/privacy-map.ts";
import { proves } from "../../../support/proves.ts";

const name = "data.people.name";
const facts = ({ axis, what, how, needsAcceptance }: MapChange) => ({ axis, what, how, needsAcceptance });
const axesOf = (changes: readonly MapChange[]) => [...new Set(changes.map(({ axis }) => axis))];

const without = <Value>(
  table: Readonly<Record<string, Value>>,
  gone: string,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(table).filter(([key]) => key !== gone));

/** A map, what of it is another, whether that is material, and whether people are asked. */
type Mutation = readonly [
  what: string,
  map: Promised,
  axis: MapChange["axis"],
  isMaterial: boolean,
  asks: boolean,
];

const item = thisPromise.items.find(({ id }) => id === name);
if (item === undefined) throw new RangeError("nobody has a name");
const [mail, ...otherRecipients] = [...thisPromise.recipients].reverse();
if (mail === undefined) throw new RangeError("no recipients");
const [sensor, ...otherDevices] = thisPromise.devices;
if (sensor === undefined) throw new RangeError("no devices");

const mutations: readonly Mutation[] = [
  [
    "an item comes",
    {
      ...thisPromise,
      items: [...thisPromise.items, { ...item, id: "data.new", places: ["collections/new/field"] }],
    },
    "items",
    true,
    true,
  ],
  [
    "an item goes",
    { ...thisPromise, items: thisPromise.items.filter(({ id }) => id !== name) },
    "items",
    true,
    false,
  ],
  ["of another class", withItem(name, () => ({ class: "household" })), "items", true, true],
  ["of another kind", withItem(name, () => ({ category: "user.account" })), "items", true, true],
  ["from another source", withItem(name, () => ({ source: "assistant" })), "items", true, true],
  [
    "a purpose more",
    withItem(name, ({ purposes }) => ({ purposes: [...purposes, "insights"] })),
    "purposes",
    true,
    true,
  ],
  [
    "a purpose less",
    withItem("data.settings.value", ({ purposes }) => ({ purposes: purposes.slice(1) })),
    "purposes",
    true,
    false,
  ],
  ["consent no longer asked", withItem(name, () => ({ legalBasis: "contract" })), "purposes", true, true],
  [
    "consent asked from now on",
    withItem("data.wifi", () => ({ legalBasis: "consent" })),
    "purposes",
    true,
    false,
  ],
  [
    "a purpose that counts up",
    { ...thisPromise, purposes: { ...thisPromise.purposes, presence: { basis: "consent", version: 2 } } },
    "purposes",
    true,
    true,
  ],
  [
    "one more who sees it",
    withItem(name, ({ recipients }) => ({ recipients: [...recipients, "the owner"] })),
    "sharing",
    true,
    true,
  ],
  ["one less who sees it", withItem(name, () => ({ recipients: [] })), "sharing", true, false],
  [
    "one more way out",
    withItem(name, ({ egress }) => ({ egress: [...egress, "mqtt"] })),
    "sharing",
    true,
    true,
  ],
  [
    "carried abroad",
    withItem(name, () => ({ transfer: { country: "US", safeguard: "adequacy-decision" } })),
    "sharing",
    true,
    true,
  ],
  [
    "a recipient comes",
    { ...thisPromise, recipients: [...thisPromise.recipients, { ...mail, id: "new" }] },
    "sharing",
    true,
    false,
  ],
  ["a recipient goes", { ...thisPromise, recipients: [...otherRecipients] }, "sharing", true, false],
  [
    "a recipient gets more",
    { ...thisPromise, recipients: [...otherRecipients, { ...mail, fields: [...mail.fields, "voice"] }] },
    "sharing",
    true,
    true,
  ],
  [
    "a recipient for another purpose",
    { ...thisPromise, recipients: [...otherRecipients, { ...mail, purpose: "insights" }] },
    "purposes",
    true,
    true,
  ],
  ["no longer exportable", withItem(name, () => ({ isExportable: false })), "rights", true, true],
  ["no longer to be refused", withItem(name, () => ({ need: "essential" })), "rights", true, true],
  ["no longer erased with its person", withItem(name, () => ({ key: "household" })), "rights", true, true],
  ["a right goes", { ...thisPromise, rights: without(thisPromise.rights, "object") }, "rights", true, true],
  [
    "a right comes",
    {
      ...thisPromise,
      rights: {
        ...thisPromise.rights,
        silence: { label: { en: "s", vi: "s" }, says: { en: "s", vi: "s" }, rows: [] },
      },
    },
    "rights",
    true,
    false,
  ],
  [
    "a promise goes",
    { ...thisPromise, notCollected: without(thisPromise.notCollected, "audio") },
    "rights",
    true,
    true,
  ],
  [
    "kept longer",
    withItem("data.changes.what", () => ({ retention: { kind: "days", days: 9_999 } })),
    "retention",
    true,
    true,
  ],
  [
    "kept shorter",
    withItem("data.changes.what", () => ({ retention: { kind: "days", days: 1 } })),
    "retention",
    true,
    false,
  ],
  ["no longer deleted", withItem(name, () => ({ atEnd: "anonymise" })), "retention", true, true],
  [
    "survives one reset more",
    withItem(name, ({ survives }) => ({ survives: [...survives, "factory"] })),
    "retention",
    true,
    true,
  ],
  [
    "a product that keeps more",
    { ...thisPromise, devices: [{ ...sensor, keeps: [...sensor.keeps, "bond"] }, ...otherDevices] },
    "items",
    true,
    false,
  ],
  [
    "another word",
    withItem(name, () => ({ label: { en: "What people are called", vi: "Tên gọi" } })),
    "wording",
    false,
    false,
  ],
  ["another example", withItem(name, () => ({ examples: { en: "Ana", vi: "An" } })), "wording", false, false],
  ["another sentence", withItem(name, () => ({ whatFor: "tell people apart" })), "wording", false, false],
  ["another row", withItem(name, () => ({ rows: [] })), "wording", false, false],
  [
    "another word for a right",
    {
      ...thisPromise,
      rights: {
        ...thisPromise.rights,
        erase: { label: { en: "to go", vi: "đi" }, says: { en: "Go.", vi: "Đi." }, rows: [] },
      },
    },
    "wording",
    false,
    false,
  ],
  [
    "another word for a recipient",
    { ...thisPromise, recipients: [...otherRecipients, { ...mail, label: { en: "Post", vi: "Thư" } }] },
    "wording",
    false,
    false,
  ],
  [
    "a product comes",
    { ...thisPromise, devices: [...thisPromise.devices, { ...sensor, id: "new/lamp" }] },
    "products",
    false,
    false,
  ],
  ["a product goes", { ...thisPromise, devices: otherDevices }, "products", false, false],
];

describe("a change is classified by what it is about", () => {
  test(`none is none ${proves("A56", "H58")}`, () => {
    expect(changesBetween(thisPromise, thisPromise)).toEqual([]);
    // Nor is the same in another order.
    const turned = { ...thisPromise, items: [...thisPromise.items].reverse() };
    expect(changesBetween(thisPromise, turned)).toEqual([]);
  });

  test.each(mutations)(`%s ${proves("A56", "H58", "D21")}`, (_what, after, axis, material, asks) => {
    const changes = changesBetween(thisPromise, after);
    expect(axesOf(changes)).toEqual([axis]);
    expect(changes.some(isMaterial)).toBe(material);
    expect(changes.some(({ needsAcceptance }) => needsAcceptance)).toBe(asks);
    for (const { says } of changes) {
      expect(says.en).not.toBe("");
      expect(says.vi).not.toBe("");
    }
  });

  test("each axis is among them, so none is there for show", () => {
    expect(axesOf(mutations.flatMap(([, after]) => changesBetween(thisPromise, after))).sort()).toEqual([
      "items",
      "products",
      "purposes",
      "retention",
      "rights",
      "sharing",
      "wording",
    ]);
  });

  test(`several at once are each named, by what they are of ${proves("H58")}`, () => {
    const once = withItem(name, () => ({ atEnd: "anonymise", isExportable: false }));
    const after = { ...once, rights: without(once.rights, "object") };
    const expected = [
      ...item.places.flatMap((what) => [
        { axis: "rights", what, how: "changed", needsAcceptance: true },
        { axis: "retention", what, how: "changed", needsAcceptance: true },
      ]),
      { axis: "rights", what: "right/object", how: "removed", needsAcceptance: true },
    ];
    expect(changesBetween(thisPromise, after).map(facts)).toEqual(expected);
  });
});
