import { beforeEach, expect, test } from "vitest";
import type { PhoneWord } from "../../../hub/domain/presence-token.ts";
import { ConsentHome } from "../../support/consent-home.ts";
import { BarePhone } from "../../support/phones.ts";
import { proves } from "../../support/proves.ts";

let home: ConsentHome;
let phone: BarePhone;
let counter: number;
beforeEach(() => {
  home = new ConsentHome();
  phone = new BarePhone(home.people, home.people.need(home.add("Ana", true)));
  counter = 0;
});

const token = (word: PhoneWord, version?: number): Uint8Array =>
  phone.says({
    word,
    counter: ++counter,
    issuedAt: home.clock.now(),
    ...(version === undefined ? {} : { version }),
  });
const says = (word: PhoneWord, version?: number) => home.presence.receive(token(word, version));
const coded = (code: string) => expect.objectContaining({ code });
const ana = () => phone.phone.person;
const kept = () => [...home.store.collection("presence").entries()];

test(`a phone says that its owner agrees, having been shown this version; only then does it count ${proves("H44", "U47")}`, () => {
  expect(() => says("entered")).toThrow(coded("presence_token_not_agreed"));
  expect(kept()).toEqual([]);
  says("agreed", 1);
  expect(home.consents.view("presence", ana())).toMatchObject({
    state: "given",
    decided: { way: "phone", by: phone.phone.id },
  });
  says("entered");
  expect([home.presence.isHome(ana()), kept().length]).toEqual([true, 1]);
});

test(`the same phone takes it back: what is kept is gone, and no word of it counts ${proves("H41", "H44")}`, () => {
  says("agreed", 1);
  says("entered");
  says("disagreed");
  expect([home.presence.isHome(ana()), kept()]).toEqual([undefined, []]);
  expect(() => says("left")).toThrow(coded("presence_token_not_agreed"));
});

test("what was shown in another version is no consent", () => {
  expect(() => says("agreed", 2)).toThrow(coded("consent_not_informed"));
  expect(home.consents.stateOf("presence", ana())).toBe("unasked");
});

test("a recording of a yes does not undo a no, whoever said that", () => {
  const yes = token("agreed", 1);
  home.presence.receive(yes);
  home.withdraw("presence", ana());
  expect(() => home.presence.receive(yes)).toThrow(coded("presence_token_replayed"));
  expect(home.consents.stateOf("presence", ana())).toBe("withdrawn");
});

test("also where the yes itself could not be used, it is used up", () => {
  const early = token("agreed", 2);
  expect(() => home.presence.receive(early)).toThrow(coded("consent_not_informed"));
  expect(() => home.presence.receive(early)).toThrow(coded("presence_token_replayed"));
});

test("a forged yes is none", () => {
  const bytes = token("agreed", 1);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  expect(() => home.presence.receive(bytes)).toThrow(coded("presence_token_forged"));
  expect(home.consents.stateOf("presence", ana())).toBe("unasked");
});

test("before its owner agrees it is heard that a phone may not know where it is, and nothing else of it", () => {
  expect(() => says("refused")).toThrow(coded("presence_token_not_agreed"));
  expect(home.people.phone(phone.phone.id)?.locationRefused).toBe(true);
  expect(home.people.get(ana())?.pause).toBeUndefined();
});

test("who has not agreed takes no part in who is first and last", () => {
  const ben = home.add("Ben");
  home.give("presence", ben);
  home.presence.set(ben, false);
  expect([home.presence.anybodyHome(), home.presence.held(), home.presence.held(ana())]).toEqual([
    false,
    undefined,
    "not-agreed",
  ]);
});
