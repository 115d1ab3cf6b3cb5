import { beforeEach, describe, expect, test } from "vitest";
import { ConsentNotInformed, ConsentNotYours, optionalPurposes } from "../../../hub/domain/consent.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { purposes } from "../../../hub/domain/purpose.ts";
import { Hours } from "../../../hub/domain/units.ts";
import { consentTexts, textDigest } from "../../../hub/rights/consent-texts.ts";
import { ConsentHome } from "../../support/consent-home.ts";
import { proves } from "../../support/proves.ts";

let home: ConsentHome;
let ana: PersonId;
let ben: PersonId;
beforeEach(() => {
  home = new ConsentHome();
  ana = home.add("Ana");
  ben = home.add("Ben");
});

const allowed = () =>
  [undefined, ana, ben].flatMap((who) =>
    optionalPurposes.filter((purpose) => home.consents.allows(purpose, who)).map((purpose) => [who, purpose]),
  );

test(`nothing is allowed before somebody agrees, of nobody and for nothing ${proves("H39", "GDPR:25", "EN303645:6-2", "EN303645:5.12-1")}`, () => {
  expect(allowed()).toEqual([]);
  expect(optionalPurposes.length).toBeGreaterThan(8);
  expect(optionalPurposes.map((purpose) => home.consents.stateOf(purpose, ana))).toEqual(
    optionalPurposes.map(() => "unasked"),
  );
});

test(`one purpose of one person is one decision; no other purpose and no other person moves with it ${proves("EN303645:6-2", "GDPR:7")}`, () => {
  home.give("presence", ana);
  expect(allowed()).toEqual([[ana, "presence"]]);
  home.give("owner-broker");
  expect(allowed()).toEqual([
    [undefined, "owner-broker"],
    [ana, "presence"],
  ]);
  home.withdraw("presence", ana);
  expect(allowed()).toEqual([[undefined, "owner-broker"]]);
});

test("each agrees to what is theirs: people to theirs, the owner to the home's", () => {
  expect(() => home.give("presence")).toThrow(ConsentNotYours);
  expect(() => home.give("owner-broker", ana)).toThrow(ConsentNotYours);
  expect(allowed()).toEqual([]);
});

test.each([
  ["another text", { version: 1, text: "0".repeat(64) }],
  ["no text", { version: 1, text: "" }],
  ["another version", { version: 2, text: textDigest("presence") }],
  ["the text of another purpose", { version: 1, text: textDigest("location") }],
])("who was shown %s has agreed to nothing", (_, shown) => {
  expect(() => home.consents.give("presence", ana, shown, { way: "account" })).toThrow(ConsentNotInformed);
  expect(allowed()).toEqual([]);
  expect(home.consents.entries(ana)).toEqual([]);
});

test(`what was shown is on record: the digest of the text, its version, and of the notice then ${proves("EN303645:6-3B", "GDPR:7")}`, () => {
  home.give("presence", ana);
  home.notice = "f".repeat(64);
  home.withdraw("presence", ana);
  expect(home.consents.entries(ana).map(({ content }) => content)).toEqual([
    {
      decision: "given",
      purpose: "presence",
      version: 1,
      text: textDigest("presence"),
      notice: "0".repeat(64),
      way: "account",
      by: "t-aaaaaaaaaaaa",
    },
    {
      decision: "withdrawn",
      purpose: "presence",
      version: 1,
      text: textDigest("presence"),
      notice: "f".repeat(64),
      way: "account",
      by: "t-aaaaaaaaaaaa",
    },
  ]);
});

test("a text with one other word has another digest, and so has another purpose", () => {
  const digests = optionalPurposes.map(textDigest);
  expect(new Set(digests).size).toBe(optionalPurposes.length);
  for (const purpose of optionalPurposes)
    for (const words of Object.values(consentTexts[purpose])) expect(words.length).toBeGreaterThan(5);
});

test(`a purpose that became another is asked anew: what was given before does not carry, and silence is no consent ${proves("U43", "Z30", "GDPR:7", "ISVS:3.4.5")}`, async () => {
  home.give("presence", ana);
  home.give("insights", ana);
  home.presence.set(ana, true);
  const upgraded = new ConsentHome(home, [["presence", 2]]);
  expect(upgraded.consents.stateOf("presence", ana)).toBe("outdated");
  expect(upgraded.consents.allows("presence", ana)).toBe(false);
  expect(upgraded.consents.allows("insights", ana)).toBe(true);
  expect(upgraded.presence.of(ana)).toBeUndefined();
  expect([...upgraded.store.collection("presence").entries()]).toEqual([]);
  await upgraded.clock.advance(Hours(24 * 400));
  expect(upgraded.consents.allows("presence", ana)).toBe(false);
  expect(upgraded.consents.entries(ana)).toHaveLength(2);
  upgraded.give("presence", ana);
  expect(upgraded.consents.allows("presence", ana)).toBe(true);
});

test(`a withdrawal is in force before it is acknowledged: everybody has heard of it, and may do nothing any more ${proves("H41", "EN303645:6-3A", "GDPR:7")}`, () => {
  home.give("presence", ana);
  const heard: unknown[] = [];
  home.consents.onChange((change) => {
    heard.push([change, home.consents.allows("presence", ana), home.consents.entries(ana).length]);
  });
  home.withdraw("presence", ana);
  expect(heard).toEqual([[{ purpose: "presence", person: ana, allowed: false }, false, 1]]);
  expect(home.consents.entries(ana)).toHaveLength(2);
});

test("where one who works with it fails to end, the others have ended all the same, and it counts", () => {
  home.give("presence", ana);
  let hasEnded = false;
  home.consents.onChange(() => {
    throw new RangeError("stuck");
  });
  home.consents.onChange(() => {
    hasEnded = true;
  });
  expect(() => home.withdraw("presence", ana)).toThrow("stuck");
  expect(hasEnded).toBe(true);
  expect(home.consents.allows("presence", ana)).toBe(false);
});

test(`past intervals stay visible: what was done then stays lawful ${proves("A22", "GDPR:7")}`, async () => {
  const at = () => home.clock.now();
  const first = at();
  home.give("presence", ana);
  await home.clock.advance(Hours(2));
  const second = at();
  home.withdraw("presence", ana);
  await home.clock.advance(Hours(1));
  const third = at();
  home.give("presence", ana);
  expect(home.consents.intervals(ana)).toEqual([
    { purpose: "presence", version: 1, from: first, until: second },
    { purpose: "presence", version: 1, from: third },
  ]);
  expect(new ConsentHome(home).consents.intervals(ana)).toEqual(home.consents.intervals(ana));
  expect(home.consents.intervals(ben)).toEqual([]);
});

test(`learned scenes are a purpose of their own: to take it back ends that at once, and nothing else ${proves("H21")}`, () => {
  home.give("presence", ana);
  home.give("learned-scenes", ana);
  let model: string | undefined = "what Ana likes";
  home.consents.onChange(({ purpose, person, allowed }) => {
    if (purpose === "learned-scenes" && person === ana && !allowed) model = undefined;
  });
  home.give("learned-scenes", ben);
  home.withdraw("learned-scenes", ben);
  expect(model).toBeDefined();
  home.withdraw("learned-scenes", ana);
  expect(model).toBeUndefined();
  expect(allowed()).toEqual([[ana, "presence"]]);
});

test("to give what is given, or take back what is taken back, is no second entry", () => {
  home.give("presence", ana);
  home.give("presence", ana);
  home.withdraw("presence", ana);
  home.withdraw("presence", ana);
  expect(home.consents.entries(ana)).toHaveLength(2);
});

describe("limited use", () => {
  beforeEach(() => {
    for (const purpose of optionalPurposes)
      if (purposes[purpose].asks === "person") for (const who of [ana, ben]) home.give(purpose, who);
    home.give("owner-broker");
  });

  const service = () => [
    [ana, "presence"],
    [ben, "presence"],
  ];

  test(`on, only what the hub is for remains of one's own; off, it is as it was ${proves("A29")}`, () => {
    const before = allowed();
    home.consents.limit(true, ana, { way: "account" });
    expect(allowed().filter(([who]) => who === ana)).toEqual([[ana, "presence"]]);
    expect(allowed().filter(([who]) => who !== ana)).toEqual(before.filter(([who]) => who !== ana));
    expect(new ConsentHome(home).consents.isLimited(ana)).toBe(true);
    home.consents.limit(false, ana, { way: "account" });
    expect(allowed()).toEqual(before);
    expect(new ConsentHome(home).consents.isLimited(ana)).toBe(false);
  });

  test(`one switch for the whole home covers everybody ${proves("Z20")}`, () => {
    home.changes.length = 0;
    home.consents.limit(true, undefined, { way: "owner" });
    expect(allowed()).toEqual(service());
    const ended = home.changes.filter((change) => !change.allowed).length;
    expect(ended).toBe(home.changes.length);
    expect(ended).toBe(
      2 * (optionalPurposes.filter((each) => purposes[each].asks === "person").length - 1) + 1,
    );
  });

  test("what is agreed to while it is limited waits for its end", () => {
    home.withdraw("insights", ana);
    home.consents.limit(true, undefined, { way: "owner" });
    home.give("insights", ana);
    expect(home.consents.view("insights", ana)).toMatchObject({ state: "given", allowed: false });
    home.consents.limit(false, undefined, { way: "owner" });
    expect(home.consents.allows("insights", ana)).toBe(true);
  });
});

test("who is forgotten agreed to nothing, and whoever comes next under no name of theirs", () => {
  home.give("presence", ana);
  home.people.remove(ana);
  expect(home.consents.allows("presence", ana)).toBe(false);
  expect(home.consents.allows("presence", ben)).toBe(false);
});

test("a clock that is set back does not bring back what was taken back", async () => {
  home.give("presence", ana);
  await home.clock.advance(Hours(3));
  home.clock.step(-Hours(48));
  home.withdraw("presence", ana);
  const again = new ConsentHome(home);
  expect(again.consents.stateOf("presence", ana)).toBe("withdrawn");
});
