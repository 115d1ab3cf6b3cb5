import { describe, expect, test, vi } from "vitest";
import { readIdToken } from "../../../hub/codec/id-token.ts";
import { readDirective } from "../../../hub/connections/assistant/directive.ts";
import { readMessage } from "../../../hub/connections/connectors/message.ts";
import { readProviderFacts } from "../../../hub/connections/identity/discovery.ts";
import { intakeOf, readIncoming } from "../../../hub/connections/mail/incoming.ts";
import { openedCall, sealedCall } from "../../../hub/crypto/sealed-call.ts";
import { frameBytes, frameKey, openFrame, sealFrame } from "../../../hub/crypto/view-frame.ts";
import { keyPairOf } from "../../../hub/crypto/x25519.ts";
import { ConnectorRefused, readConnector } from "../../../hub/domain/connector.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { size } from "../../support/size.ts";

/** What comes from outside is noise until it is proven to be something. */
const rounds = size(100_000, 1_000_000);
/** Where a round costs an agreement of keys. */
const dearRounds = size(2_000, 20_000);

vi.setConfig({ testTimeout: size(60_000, 600_000) });

const pair = (fill: number) => keyPairOf(Buffer.alloc(32, fill));
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** One of several things that go wrong with bytes on a wire, or a stranger's whole invention. */
const spoilt = (good: Buffer, random: SeededRandom): Buffer => {
  const bytes = Buffer.from(good);
  const at = random.below(Math.max(1, bytes.length));
  switch (random.below(6)) {
    case 0:
      bytes[at] = random.below(256);
      return bytes;
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes]);
    case 3:
      return Buffer.from(Array.from({ length: random.below(120) }, () => random.below(256)));
    case 4: {
      const words = ['"__proto__"', "null", "[[[[[", "1e999", '"\\ud800"', "{}", "-0", '"constructor":1,'];
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(words[random.below(words.length)] ?? ""),
        bytes.subarray(at),
      ]);
    }
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(8))]);
  }
};

const part = (value: unknown) => json(value).toString("base64url");
const claims = { iss: "https://a", sub: "s", aud: "c", exp: 2, iat: 1, nonce: "n", email: "a@b.example" };
const token = `${part({ alg: "EdDSA", kid: "1" })}.${part(claims)}.${Buffer.alloc(64, 1).toString("base64url")}`;
const directive = Buffer.concat([
  Buffer.alloc(32, 1),
  json({
    kind: "set",
    handle: "abc",
    on: true,
    brightness: 40,
    grant: "co-aaaaaaaaaaaa",
    number: 3,
    at: 1_700_000_000_000,
  }),
]);
const facts = {
  issuer: "https://a",
  authorization_endpoint: "https://a/authorize",
  scopes_supported: ["openid"],
  keys: [{ kid: "1", kty: "OKP", crv: "Ed25519", x: Buffer.alloc(32, 1).toString("base64url") }],
};

const parsers: readonly (readonly [string, Buffer, (bytes: Buffer) => unknown])[] = [
  ["directives", directive, readDirective],
  ["ID tokens", Buffer.from(token), (bytes) => readIdToken(bytes.toString("latin1"))],
  [
    "letters",
    json({ kind: "mail", from: "a@b.example", subject: "Confirm aaaaaaaaaaaa", verified: true }),
    readIncoming,
  ],
  ["clicks", json({ kind: "stop", token: "abc", body: "List-Unsubscribe=One-Click" }), readIncoming],
  ["subject lines", Buffer.from("Re: California Opt-Out"), (bytes) => intakeOf(bytes.toString())],
  ["messages", json({ kind: "confirmed", grant: "co-aaaaaaaaaaaa" }), readMessage],
  [
    "documents of providers",
    json(facts),
    (bytes) => {
      const message = readMessage(bytes);
      return message && readProviderFacts(message);
    },
  ],
];

describe.each(parsers)("noise in place of %s", (_, good, read) => {
  test(`is read without a throw, ${rounds} times`, () => {
    expect(read(good)).toBeDefined();
    const random = new SeededRandom(good.length);
    let taken = 0;
    for (let round = 0; round < rounds; round++) if (read(spoilt(good, random)) !== undefined) taken++;
    expect(taken).toBeLessThan(rounds);
  });
});

test("whatever a directive is, what is read of it is in its bounds", () => {
  const random = new SeededRandom(5);
  for (let round = 0; round < rounds; round++) {
    const read = readDirective(spoilt(directive, random))?.directive;
    if (read?.kind !== "set") continue;
    const { brightness = 0, on = true } = read;
    expect(typeof on === "boolean" && brightness >= 0 && brightness <= 100).toBe(true);
  }
});

test("a declaration that is spoilt loads whole or not at all", () => {
  const good = {
    name: "x",
    kind: "relay",
    title: "X",
    purposes: ["remote-view"],
    fields: ["view.sealed"],
    endpoint: "https://x.example/",
    hosts: ["x.example"],
    key: Buffer.alloc(32, 1).toString("base64"),
    country: "DE",
    safeguard: "same-law",
    retention: "none",
    subRecipients: [],
    terms: { version: 1, text: "t" },
    warning: "w",
  };
  const lines = Object.keys(readConnector(good)).sort();
  const random = new SeededRandom(6);
  let refused = 0;
  for (let round = 0; round < rounds / 10; round++) {
    const message = readMessage(spoilt(json(good), random));
    try {
      expect(Object.keys(readConnector(message)).sort()).toEqual(lines);
    } catch (error) {
      if (!(error instanceof ConnectorRefused)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(0);
});

test("a call that was changed anywhere is not opened, nor is its answer", () => {
  const [once, hub] = [pair(1), pair(2)];
  const call = sealedCall(once, hub.publicKey, Buffer.from("question"));
  const opened = call && openedCall(hub, call.bytes);
  const answer = opened?.sealAnswer(Buffer.from("answer")) ?? Buffer.alloc(0);
  expect(opened?.question.toString()).toBe("question");
  expect(call?.openAnswer(answer)?.toString()).toBe("answer");
  const random = new SeededRandom(7);
  for (let round = 0; round < dearRounds; round++) {
    const [badCall, badAnswer] = [spoilt(call?.bytes ?? answer, random), spoilt(answer, random)];
    if (!badCall.equals(call?.bytes ?? answer)) expect(openedCall(hub, badCall)).toBeUndefined();
    if (!badAnswer.equals(answer)) expect(call?.openAnswer(badAnswer)).toBeUndefined();
  }
});

test("an answer to one question opens for no other", () => {
  const hub = pair(2);
  const [one, two] = [3, 4].map((fill) => sealedCall(pair(fill), hub.publicKey, Buffer.from("same")));
  const answer = one && openedCall(hub, one.bytes)?.sealAnswer(Buffer.from("answer"));
  expect(answer && two?.openAnswer(answer)).toBeUndefined();
  expect(openedCall(pair(9), one?.bytes ?? Buffer.alloc(0))).toBeUndefined();
});

test(`a frame that was changed anywhere is not opened, ${rounds} times`, () => {
  const [hub, viewer] = [pair(1), pair(2)];
  const ends = { hub: hub.publicKey, viewer: viewer.publicKey };
  const key = frameKey(hub.privateKey, viewer.publicKey, ends);
  const theirs = frameKey(viewer.privateKey, hub.publicKey, ends);
  if (key === undefined || theirs === undefined) throw new RangeError("these are keys");
  const frame = sealFrame(key, 7n, Buffer.from("status"));
  expect(frame).toHaveLength(frameBytes);
  expect(openFrame(theirs, frame)).toEqual({ number: 7n, text: Buffer.from("status") });
  const random = new SeededRandom(8);
  for (let round = 0; round < rounds; round++) {
    const bad = spoilt(frame, random);
    if (!bad.equals(frame)) expect(openFrame(theirs, bad)).toBeUndefined();
  }
});
