import { createSecretKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { open, seal, sealOverheadBytes } from "../../../hub/crypto/aead.ts";
import { sha256, startedSha256 } from "../../../hub/crypto/digest.ts";
import { unwrap, wrap } from "../../../hub/crypto/envelope.ts";
import { hkdf, scrypt } from "../../../hub/crypto/kdf.ts";
import { keyedDraw } from "../../../hub/crypto/keyed-draw.ts";
import { proves } from "../../support/proves.ts";
import gcm from "../../vectors/aes-256-gcm.json" with { type: "json" };
import hkdfVectors from "../../vectors/hkdf-sha-256.json" with { type: "json" };
import scryptVectors from "../../vectors/scrypt.json" with { type: "json" };
import shaVectors from "../../vectors/sha-256.json" with { type: "json" };

const hex = (text: string): Buffer => Buffer.from(text, "hex");
const key = createSecretKey(Buffer.alloc(32, 1));
const nonce = Buffer.alloc(12, 2);
const someBytes = fc.uint8Array({ maxLength: 200 });

describe("AES-256-GCM", () => {
  test.each(gcm.cases)(
    `agrees with the published $name, both ways ${proves("EN303645:5.1-3", "EN303645:5.5-2")}`,
    (vector) => {
      const vectorKey = createSecretKey(hex(vector.key));
      const sealed = seal(vectorKey, hex(vector.nonce), hex(vector.plaintext), hex(vector.associated));
      expect(sealed.toString("hex")).toBe(`01${vector.nonce}${vector.ciphertext}${vector.tag}`);
      expect(open(vectorKey, sealed, hex(vector.associated))?.toString("hex")).toBe(vector.plaintext);
    },
  );

  test("what was sealed opens with the same key and place", () => {
    fc.assert(
      fc.property(someBytes, someBytes, (plaintext, associated) => {
        const sealed = seal(key, nonce, plaintext, associated);
        expect(sealed).toHaveLength(plaintext.length + sealOverheadBytes);
        expect(open(key, sealed, associated)).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  test("a record with any byte changed, cut or added does not open", () => {
    const sealed = seal(key, nonce, Buffer.from("hall"), Buffer.from("rooms"));
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(open(key, changed, Buffer.from("rooms")), `byte ${at}`).toBeUndefined();
      expect(open(key, sealed.subarray(0, at), Buffer.from("rooms")), `first ${at}`).toBeUndefined();
    }
    expect(open(key, Buffer.concat([sealed, Buffer.of(0)]), Buffer.from("rooms"))).toBeUndefined();
    expect(open(key, sealed, Buffer.from("zones"))).toBeUndefined();
    expect(open(createSecretKey(Buffer.alloc(32, 9)), sealed, Buffer.from("rooms"))).toBeUndefined();
  });

  test("noise never opens and never throws", () => {
    fc.assert(
      fc.property(someBytes, (noise) => {
        expect(open(key, noise, Buffer.alloc(0))).toBeUndefined();
      }),
    );
  });

  test("a nonce of another length is refused", () => {
    expect(() => seal(key, Buffer.alloc(16), Buffer.alloc(1), Buffer.alloc(0))).toThrow(
      expect.objectContaining({ code: "invariant_broken" }),
    );
  });
});

test.each(shaVectors.cases)("SHA-256 agrees with the published $name, whole and in pieces", (vector) => {
  const message = Buffer.from(vector.text.repeat(vector.times));
  expect(sha256(message).toString("hex")).toBe(vector.digest);
  const started = startedSha256();
  for (let at = 0; at < message.length; at += 1_000) started.update(message.subarray(at, at + 1_000));
  expect(started.digest().toString("hex")).toBe(vector.digest);
});

test.each(hkdfVectors.cases)("HKDF-SHA-256 agrees with RFC 5869 $name", (vector) => {
  const output = hkdf(hex(vector.secret), hex(vector.salt), hex(vector.info), vector.output.length / 2);
  expect(output.toString("hex")).toBe(vector.output);
});

test.each(scryptVectors.cases)("scrypt agrees with RFC 7914 on $passphrase", (vector) => {
  const { passphrase, salt, output, ...cost } = vector;
  const key = scrypt(Buffer.from(passphrase), Buffer.from(salt), cost, output.length / 2);
  expect(key.toString("hex")).toBe(output);
});

describe("envelope", () => {
  const inner = Buffer.alloc(32, 5);

  test("a wrapped key unwraps for its own purpose only", () => {
    const wrapped = wrap(key, nonce, inner, "household");
    expect(unwrap(key, wrapped, "household")).toEqual(inner);
    expect(unwrap(key, wrapped, "device-link")).toBeUndefined();
  });

  test("what is not 32 bytes long is no key", () => {
    expect(unwrap(key, wrap(key, nonce, Buffer.alloc(16), "x"), "x")).toBeUndefined();
  });
});

test("a keyed draw is the first 48 bits of the HMAC of RFC 4231, test case 2", () => {
  expect(keyedDraw(Buffer.from("Jefe"), "what do ya want for nothing?") * 2 ** 48).toBe(0x5bdcc146bf60);
});
