import { afterEach, beforeEach, expect, test } from "vitest";
import type { Letter } from "../../../hub/connections/mail/mail-room.ts";
import { Days, Hours } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { ConnectedHouse } from "./connected-house.ts";

const news: Letter = { class: "promotional", subject: "New scenes", text: "Try the evening scene." };
const breach: Letter = {
  class: "security",
  subject: "Somebody guessed",
  text: "Change your password in the app.",
};
const service: Letter = { class: "service", subject: "Update", text: "The hub was updated." };
const address = "ana@home.example";

let house: ConnectedHouse;
beforeEach(() => {
  house = new ConnectedHouse();
  house.letIn("sim-mail");
  house.outside.mail.hubKey = house.connected.mail.key();
});
afterEach(() => house.close());

const room = () => house.connected.mail;
const outbox = () => house.outside.mail.outbox;
const send = (letter: Letter) =>
  room()
    .send(house.ana, letter)
    .then(
      () => "sent",
      (error: { context: { reason: string } }) => error.context.reason,
    );

/** Both yeses. */
const subscribed = () => {
  room().setAddress(house.ana, "email", address);
  house.consents.say("newsletter", true, house.ana);
  const { code } = room().subscribe(house.ana, "email");
  house.outside.mail.write(address, `Confirm ${code}`);
};

test(`no message leaves before the second yes, and none without the first ${proves("H27", "U6")}`, async () => {
  expect(await send(news)).toBe("no-address");
  room().setAddress(house.ana, "email", address);
  expect(await send(news)).toBe("stopped");
  expect(() => room().subscribe(house.ana, "email")).toThrow("has not agreed");
  house.consents.say("newsletter", true, house.ana);
  expect(await send(news)).toBe("stopped");
  const { code } = room().subscribe(house.ana, "email");
  expect(await send(news)).toBe("stopped");
  house.outside.mail.write("stranger@home.example", `Confirm ${code}`);
  house.outside.mail.write(address, `Confirm ${code}`, false);
  house.outside.mail.write(address, "Confirm aaaaaaaaaaaa");
  expect(await send(news)).toBe("stopped");
  expect(outbox()).toEqual([]);
  house.outside.mail.write(address.toUpperCase(), `Re: confirm   ${code.toUpperCase()}`);
  expect(await send(news)).toBe("sent");
  expect(outbox()).toHaveLength(1);
});

test(`each channel is asked for by itself ${proves("H27", "U6")}`, async () => {
  subscribed();
  room().setAddress(house.ana, "text-message", "+4915112345678");
  await expect(room().send(house.ana, news, "text-message")).rejects.toMatchObject({
    context: { reason: "stopped" },
  });
  await room().send(house.ana, news, "email");
  expect(outbox().map(({ channel }) => channel)).toEqual(["email"]);
});

test(`one click ends it ${proves("H27", "U6", "Z18")}`, async () => {
  subscribed();
  expect(await send(news)).toBe("sent");
  const [posted] = outbox();
  expect(posted?.headers?.["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
  expect(posted?.headers?.["List-Unsubscribe"]).toMatch(
    /^<https:\/\/mail\.example\/stop\/[\w-]{22}>, <mailto:/,
  );
  if (posted !== undefined) house.outside.mail.click(posted);
  expect(await send(news)).toBe("stopped");
  expect(outbox()).toHaveLength(1);
});

test("a link that a scanner opens ends nothing: a click has a body of its own", async () => {
  subscribed();
  await send(news);
  const [posted] = outbox();
  const headers = { ...posted?.headers, "List-Unsubscribe-Post": "" };
  if (posted !== undefined) house.outside.mail.click({ ...posted, headers });
  expect(await send(news)).toBe("sent");
});

test(`security and service notices still come after news were stopped ${proves("Z18")}`, async () => {
  subscribed();
  house.outside.mail.write(address, "STOP");
  expect(await send(news)).toBe("stopped");
  expect(await send(breach)).toBe("sent");
  expect(await send(service)).toBe("sent");
  expect(outbox().map((each) => [each.class, each.headers])).toEqual([
    ["security", undefined],
    ["service", undefined],
  ]);
});

test(`after an objection no marketing class can be sent, whoever confirms what ${proves("A26")}`, async () => {
  subscribed();
  expect(await send(news)).toBe("sent");
  house.consents.say("newsletter", false, house.ana);
  expect(await send(news)).toBe("stopped");
  expect(() => room().subscribe(house.ana, "email")).toThrow("has not agreed");
  expect(outbox()).toHaveLength(1);
});

test(`of a thousand occasions at most the cap is written about ${proves("U6", "A11")}`, async () => {
  subscribed();
  const results = [];
  for (let at = 0; at < 1_000; at++) results.push(await send(service));
  expect(results.filter((each) => each === "sent")).toHaveLength(10);
  const promoted = [];
  for (let at = 0; at < 1_000; at++) promoted.push(await send(news));
  expect(promoted.filter((each) => each === "sent")).toHaveLength(4);
  await house.clock.advance(Days(1));
  expect(await send(service)).toBe("sent");
  expect(await send(news)).toBe("cap");
  await house.clock.advance(Days(29));
  expect(await send(news)).toBe("sent");
});

test("of a break-in people hear, however much was written before, and a service that is away is not hammered", async () => {
  room().setAddress(house.ana, "email", address);
  for (let at = 0; at < 20; at++) await send(service);
  expect(await send(breach)).toBe("sent");
  await house.clock.advance(Days(1));
  house.outside.mail.isOffline = true;
  const tried = house.outside.crossings.length;
  for (let at = 0; at < 50; at++) await send(service);
  expect(house.outside.crossings.length - tried).toBe(10);
});

test.each([
  ["California Opt-Out", "california"],
  ["california opt out", "california"],
  ["Re: California  Opt-Out", "california"],
  ["Nevada Sale Opt-Out", "nevada"],
  ["NEVADA SALE OPT OUT", "nevada"],
])(
  `a letter with the subject "%s" is recorded, and turns off what shares ${proves("A30")}`,
  (subject, law) => {
    subscribed();
    house.linkedAssistant();
    house.outside.mail.write(address, subject);
    expect(house.optOuts.recorded).toMatchObject([{ law, by: "mail", person: house.ana, verified: true }]);
    expect(house.connected.connections.list().map(({ connector }) => connector)).toEqual(["sim-mail"]);
    expect(room().of(house.ana)[0]?.marketing).toBe("none");
  },
);

test(`the button does the same ${proves("A30")}`, () => {
  house.linkedAssistant();
  room().optOut(house.ana, "nevada");
  expect(house.optOuts.recorded).toMatchObject([
    { law: "nevada", by: "app", person: house.ana, verified: true },
  ]);
  expect(house.connected.connections.ofKind("assistant")).toEqual([]);
});

test(`an address of two people is each one's own matter, and an opt-out from it is of both ${proves("A30")}`, async () => {
  subscribed();
  const ben = house.people.add({ name: "Ben" }).id;
  room().setAddress(ben, "email", address);
  house.consents.say("newsletter", true, ben);
  expect(room().of(ben)[0]?.marketing).toBe("none");
  const { code } = room().subscribe(ben, "email");
  house.outside.mail.write(address, `Confirm ${code}`);
  expect(room().of(ben)[0]?.marketing).toBe("confirmed");
  house.outside.mail.write(address, "Nevada Sale Opt-Out");
  expect(house.optOuts.recorded.map(({ person }) => person).sort()).toEqual([house.ana, ben].sort());
  expect([house.ana, ben].map((person) => room().of(person)[0]?.marketing)).toEqual(["none", "none"]);
});

test("another subject, or one from nobody here, turns nothing off", () => {
  house.linkedAssistant();
  subscribed();
  for (const subject of ["California", "I like California Opt-Out", "Opt-Out", "Nevada Opt-Out", "Confirm"])
    house.outside.mail.write(address, subject);
  expect(house.optOuts.recorded).toEqual([]);
  house.outside.mail.write("stranger@x.example", "California Opt-Out");
  expect(house.optOuts.recorded).toMatchObject([{ law: "california", by: "mail", verified: false }]);
  expect(house.connected.connections.ofKind("assistant")).toHaveLength(1);
});

test("an opt-out stops what shares even where it cannot be recorded, and told twice it is one request", () => {
  house.linkedAssistant();
  subscribed();
  house.outside.mail.write(address, "California Opt-Out");
  house.outside.mail.write(address.toUpperCase(), "california opt-out");
  const [one, two] = house.optOuts.recorded;
  expect(one?.message).toBe(two?.message);
  house.linkedAssistant();
  house.optOuts.refuse = true;
  expect(house.outside.mail.write(address, "California Opt-Out")).toBeUndefined();
  expect(house.connected.connections.ofKind("assistant")).toEqual([]);
});

test("the answer to a letter does not tell whose address is known here", () => {
  subscribed();
  const mail = house.outside.mail;
  expect(mail.write(address, "California Opt-Out")).toEqual(
    mail.write("stranger@x.example", "California Opt-Out"),
  );
  expect(mail.write(address, "Confirm aaaaaaaaaaaa")).toEqual(mail.write("stranger@x.example", "hello"));
});

test.each([
  ["a token", `Use t-aaaaaaaaaaaa.${"A".repeat(43)} now`],
  ["a sign-in link", "http://hub/#code=abc"],
  ["an authenticator", "otpauth://totp/x?secret=Y"],
  ["a key", "-----BEGIN PRIVATE KEY-----"],
  ["a password", "the password: three keys"],
  ["a digest", "0123456789abcdef0123456789abcdef"],
  ["a bearer", "Authorization: Bearer abcdefghijklmno"],
])("no message leaves with %s in it", async (_, text) => {
  room().setAddress(house.ana, "email", address);
  expect(await send({ ...breach, text })).toBe("secret");
  expect(await send({ ...breach, subject: text.slice(0, 100) })).toBe("secret");
  expect(outbox()).toEqual([]);
});

test("a subject of two lines is no header of somebody's own", async () => {
  room().setAddress(house.ana, "email", address);
  expect(await send({ ...breach, subject: "x\r\nBcc: all@x.example" })).toBe("malformed");
});

test.each([
  "",
  "ana",
  "ana@",
  "@x",
  "a b@x.example",
  "a@x.example\r\nBcc: b@x.example",
  `${"a".repeat(65)}@x.example`,
])('no address: "%s"', (text) => {
  expect(() => room().setAddress(house.ana, "email", text)).toThrow("no address of that kind");
  expect(room().of(house.ana)).toEqual([]);
});

test(`whoever cannot be written to is told by a banner for everybody ${proves("D14")}`, async () => {
  const ben = house.people.add({ name: "Ben" }).id;
  room().setAddress(house.ana, "email", address);
  const { subject, text } = service;
  const told = await house.connected.announcements.announce("notice-changed", { subject, text });
  expect(told).toEqual({ sent: [house.ana], unreached: [ben] });
  expect(house.connected.announcements.banners()).toMatchObject([{ kind: "notice-changed", unreached: 1 }]);
  room().setAddress(ben, "text-message", "+4915112345678");
  await house.clock.advance(Hours(1));
  await house.connected.announcements.announce("notice-changed", { subject, text });
  expect(house.connected.announcements.banners()).toEqual([]);
  house.outside.mail.isOffline = true;
  await house.connected.announcements.announce("notice-changed", { subject, text });
  expect(house.connected.announcements.banners()).toMatchObject([{ unreached: 2 }]);
});

test(`a breach is in the outbox for whoever has an address, and on the banner for all ${proves("Z24")}`, async () => {
  room().setAddress(house.ana, "email", address);
  const { subject, text } = breach;
  await house.connected.announcements.announce("drill", { subject, text });
  expect(outbox()).toMatchObject([{ to: address, class: "security", subject, text }]);
  expect(house.connected.announcements.banners()).toMatchObject([{ kind: "drill", unreached: 0 }]);
  house.connected.announcements.dismiss("drill");
  expect(house.connected.announcements.banners()).toEqual([]);
});

test(`an address that is removed is forgotten by the service, also when its person is erased ${proves("GDPR:19")}`, async () => {
  room().setAddress(house.ana, "email", address);
  const [contact] = room().of(house.ana);
  house.people.remove(house.ana);
  await house.settled();
  expect(room().of(house.ana)).toEqual([]);
  expect(house.connected.notices.list()).toMatchObject([
    { connector: "sim-mail", what: "erase", about: contact?.recipient, confirmed: house.clock.now() },
  ]);
  const told = house.outside.mail.received.at(-1)?.said;
  expect(told).toMatchObject({ kind: "erase", recipient: contact?.recipient });
  expect(JSON.stringify(told)).not.toContain(address);
});
