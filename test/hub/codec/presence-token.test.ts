import fc from "fast-check";
import { expect, test } from "vitest";
import { PhoneKey } from "../../../app-sim/phone/presence-token.ts";
import { presenceTokenBytes, readPresenceToken } from "../../../hub/codec/presence-token.ts";
import { isSigned, signatureKey } from "../../../hub/crypto/signature.ts";
import { idFrom } from "../../../hub/domain/ids.ts";
import { phoneWords } from "../../../hub/domain/presence-token.ts";
import { Instant, Seconds } from "../../../hub/domain/units.ts";

const key = new PhoneKey(Buffer.alloc(32, 7));
const checked = signatureKey(Buffer.from(key.publicKey, "base64url"));

const tokens = fc
  .record({
    person: fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => idFrom("person", bytes)),
    phone: fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => idFrom("phone", bytes)),
    word: fc.constantFrom(...phoneWords),
    counter: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
    issuedAt: fc.integer({ min: 0, max: 8.64e15 - 1 }).map((ms) => Instant(ms % 2 ** 48)),
    eta: fc.integer({ min: 0, max: 65_535 }).map(Seconds),
    version: fc.integer({ min: 1, max: 65_535 }),
  })
  .map(({ word, eta, version, ...rest }) => ({
    ...rest,
    word,
    ...(word === "approaching" ? { eta } : {}),
    ...(word === "agreed" ? { version } : {}),
  }));

test("what a phone has written is read as it was meant, and its signature holds", () => {
  fc.assert(
    fc.property(tokens, (token) => {
      const bytes = key.sign(token, token);
      expect(bytes).toHaveLength(presenceTokenBytes);
      const read = readPresenceToken(bytes);
      expect(read?.token).toEqual(token);
      expect(checked && read && isSigned(checked, read.signed, read.signature)).toBe(true);
    }),
  );
});

test("a changed bit is noise or a broken signature, wherever it is", () => {
  fc.assert(
    fc.property(tokens, fc.nat(presenceTokenBytes * 8 - 1), (token, bit) => {
      const bytes = key.sign(token, token);
      const at = bit >> 3;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
      const read = readPresenceToken(bytes);
      expect(read !== undefined && checked && isSigned(checked, read.signed, read.signature)).toBeFalsy();
    }),
    { numRuns: 500 },
  );
});

/** Noise, and noise that begins like a token. */
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.uint8Array({ minLength: presenceTokenBytes, maxLength: presenceTokenBytes }).map((bytes) => {
    bytes.set([1, 1 + ((bytes[1] ?? 0) % 6)]);
    for (let at = 2; at < 26; at++)
      bytes[at] = "abcdefghijklmnopqrstuvwxyz234567".charCodeAt((bytes[at] ?? 0) & 31);
    return bytes;
  }),
);

test("noise never throws, and what is read is a token that can be", () => {
  fc.assert(
    fc.property(noise, (bytes) => {
      const read = readPresenceToken(bytes);
      if (read === undefined) return;
      expect(bytes).toHaveLength(presenceTokenBytes);
      expect(read.token.counter).toBeGreaterThan(0);
      expect(read.token.eta === undefined).toBe(read.token.word !== "approaching");
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["another version", 0, 2],
  ["no word", 1, 0],
  ["a word of later times", 1, 5],
  ["no id", 2, 0x41],
  ["an eta of one who has entered", 39, 1],
])("%s is no token", (_what, at, value) => {
  const said = { word: "entered", counter: 1, issuedAt: Instant(1) } as const;
  const whose = { person: idFrom("person", Buffer.alloc(12)), phone: idFrom("phone", Buffer.alloc(12)) };
  const bytes = key.sign(whose, said);
  expect(readPresenceToken(bytes)).toBeDefined();
  bytes[at] = value;
  expect(readPresenceToken(bytes)).toBeUndefined();
});

test("the counter begins at one", () => {
  const whose = { person: idFrom("person", Buffer.alloc(12)), phone: idFrom("phone", Buffer.alloc(12)) };
  const bytes = key.sign(whose, { word: "left", counter: 0, issuedAt: Instant(1) });
  expect(readPresenceToken(bytes)).toBeUndefined();
});
