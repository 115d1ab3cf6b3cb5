import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { Conflict } from "../../../hub/domain/errors.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { Days, Hours, Instant } from "../../../hub/domain/units.ts";
import { assistant, wayOut } from "../../support/made-recipients.ts";
import { proves } from "../../support/proves.ts";

const at = { host: "assistant.example", port: 443, tls: {} };
const anna = "p-aaaaaaaaaaaa" as PersonId;
const ben = "p-bbbbbbbbbbbb" as PersonId;

const on = async () => {
  const way = await wayOut({ assistant });
  way.sharing.switchOn("assistant", way.sharing.previewOf("assistant").hash);
  return way;
};
const refusal = (attempt: () => void): unknown => {
  try {
    attempt();
    return "went";
  } catch (error) {
    return (error as { context: unknown }).context;
  }
};
const send = { recipient: "assistant", purpose: "assistant", fields: ["lamp.on"], bytes: 30 } as const;

test(`each thing that leaves is one line: who, what, when, why and on which ground ${proves("H33", "GDPR:30", "GDPR:15(1)(c)")}`, async () => {
  const { ledger, consents, clock, chain } = await on();
  consents.given.add(`assistant ${anna}`);
  for (let each = 0; each < 5; each++) ledger.record({ ...send, people: [anna] });
  const lines = ledger.lines().filter(({ act }) => act === "disclosed");
  expect(lines).toHaveLength(5);
  expect(lines[0]).toEqual({
    at: clock.now(),
    act: "disclosed",
    recipient: "assistant",
    purpose: "assistant",
    basis: "consent",
    fields: ["lamp.on"],
    people: [anna],
    messages: 1,
    bytes: 30,
    open: false,
  });
  expect(chain.entries().filter(({ about }) => about === anna)).toHaveLength(5);
  expect(chain.verify()).toMatchObject({ sound: true });
});

test(`a field that the recipient has not declared is refused and named ${proves("A51", "H33")}`, async () => {
  const { ledger } = await on();
  const asked = refusal(() => ledger.record({ ...send, fields: ["lamp.on", "person.home"] }));
  expect(asked).toEqual({ recipient: "assistant", reason: "field", field: "person.home" });
  expect(ledger.lines().map(({ act }) => act)).toEqual(["switched-on"]);
});

test("nothing is written down, nor goes, for whom it is about and who has not agreed", async () => {
  const { ledger, consents } = await on();
  consents.given.add(`assistant ${anna}`);
  expect(refusal(() => ledger.record({ ...send, people: [anna, ben] }))).toMatchObject({
    reason: "no-consent",
  });
  expect(refusal(() => ledger.record({ ...send, purpose: "newsletter" }))).toMatchObject({
    reason: "undeclared",
  });
  expect(refusal(() => ledger.record({ ...send, people: [anna] }))).toBe("went");
});

test(`a connection is a line before its first byte and one an hour, with the bytes and messages that went ${proves("H33")}`, async () => {
  const { ledger, guard, clock, arrived, network } = await on();
  const wire = network.connect.bind(network);
  const seen: string[][] = [];
  network.connect = async (...to) => {
    const stream = await wire(...to);
    const write = stream.write.bind(stream);
    stream.write = ((...said: Parameters<typeof write>) => {
      seen.push(ledger.lines().map(({ act }) => act));
      return write(...said);
    }) as typeof stream.write;
    return stream;
  };
  const stream = await guard.for("assistant").connect(at);
  for (let hour = 0; hour < 3; hour++) {
    for (let each = 0; each < 100; each++) {
      ledger.message("assistant", "lamp.on");
      stream.write("0123456789");
    }
    for (let each = 0; each < 10; each++) await turn();
    await clock.advance(Hours(1));
  }
  stream.destroy();
  expect(seen[0]).toEqual(["switched-on", "began", "sent"]);
  const lines = ledger.lines();
  expect(lines.map(({ act, messages, bytes }) => [act, messages, bytes])).toEqual([
    ["switched-on", 0, 0],
    ["began", 0, 0],
    ["sent", 100, 1000],
    ["sent", 100, 1000],
    ["sent", 100, 1000],
    ["sent", 0, 0],
  ]);
  expect(Buffer.concat(arrived)).toHaveLength(3000);
  expect(ledger.bytes).toBe(3000);
});

test("after an hour of silence nothing is open, and the next byte begins anew", async () => {
  const { ledger, guard, clock } = await on();
  const stream = await guard.for("assistant").connect(at);
  stream.write("a");
  await turn();
  await clock.advance(Hours(3));
  stream.write("b");
  await turn();
  expect(ledger.lines().map(({ act, bytes, open }) => [act, bytes, open])).toEqual([
    ["switched-on", 0, false],
    ["began", 0, false],
    ["sent", 1, false],
    ["sent", 0, false],
    ["began", 0, false],
    ["sent", 1, true],
  ]);
});

test(`what left in the last twelve months is told by recipient; older lines leave the window ${proves("A33")}`, async () => {
  const { ledger, clock } = await on();
  ledger.record(send);
  await clock.advance(Days(31 * 6));
  ledger.record({ ...send, fields: ["lamp.name"], bytes: 12 });
  const year = () => ledger.report(Instant(clock.now() - Days(365)), Instant(clock.now() + 1));
  expect(year().recipients).toMatchObject([
    { recipient: "assistant", messages: 2, bytes: 42, fields: ["lamp.name", "lamp.on"], broken: 0 },
  ]);
  await clock.advance(Days(31 * 7));
  expect(year().recipients).toMatchObject([{ messages: 1, bytes: 12, fields: ["lamp.name"] }]);
});

test(`a request of an authority is a line, what was given is in it, and the year's report counts them ${proves("H64", "A10", "U21")}`, async () => {
  const { ledger, clock, consents } = await on();
  ledger.legalRequest({ reference: "court of Graz, 3 C 17", gave: [], people: [] });
  ledger.legalRequest({ reference: "police, by phone", gave: ["lamp.on"], people: [anna] });
  expect(ledger.lines().at(-1)).toMatchObject({
    act: "legal-request",
    recipient: "authority",
    basis: "legal-obligation",
    purpose: "rights",
    bytes: 0,
  });
  const of = (year: number) =>
    ledger.report(Instant(Date.UTC(year, 0, 1)), Instant(Date.UTC(year + 1, 0, 1)));
  expect(of(2027)).toMatchObject({ legalRequests: 2, answeredRequests: 1, recipients: [] });
  await clock.advance(Days(366));
  expect(of(2028)).toMatchObject({ legalRequests: 0, answeredRequests: 0, recipients: [] });
  expect(consents.given.size).toBe(0);
});

test("three years on, lines are gone and the rest can still be verified", async () => {
  const { ledger, clock, chain } = await on();
  ledger.record(send);
  await clock.advance(Days(3 * 366 - 2));
  ledger.record(send);
  await clock.advance(Days(4));
  expect(ledger.lines()).toHaveLength(1);
  expect(chain.verify()).toMatchObject({ sound: true, entries: 1 });
});

test("where the power failed in the middle, the report says that an end is not known", async () => {
  const { ledger, guard, chain, clock } = await on();
  const stream = await guard.for("assistant").connect(at);
  stream.write("a");
  await turn();
  const before = chain.entries().map(({ content }) => content?.act);
  expect(before).toEqual(["switched-on", "began"]);
  const { DisclosureLedger } = await import("../../../hub/rights/disclosure-ledger.ts");
  const { sharing } = await on();
  const after = new DisclosureLedger(clock, chain, sharing);
  expect(after.report(Instant(0), Instant(clock.now() + 1)).recipients).toMatchObject([{ broken: 1 }]);
  expect(ledger.report(Instant(0), Instant(clock.now() + 1)).recipients).toMatchObject([{ broken: 0 }]);
});

test("a clock that nobody vouches for makes nothing old, however far it jumps", async () => {
  const { ledger, clock, chain } = await on();
  ledger.record(send);
  clock.setTrust({ level: "unknown" });
  clock.step(Days(3_650));
  await clock.advance(Days(2));
  expect(chain.verify()).toMatchObject({ sound: true, entries: 2 });
});

test("what cannot be written down does not go", async () => {
  const { ledger, guard, chain, arrived } = await on();
  const stream = await guard.for("assistant").connect(at);
  const failed = new Promise((done) => stream.once("error", done));
  chain.append = () => {
    throw new Conflict("the disk is full");
  };
  stream.write("unwritten");
  expect(await failed).toBeInstanceOf(Conflict);
  expect(() => ledger.record(send)).toThrow("the disk is full");
  for (let each = 0; each < 10; each++) await turn();
  expect(arrived).toEqual([]);
});
