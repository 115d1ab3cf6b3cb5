import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isSigned, publicKeyOf, signatureKey, signed, signingKey } from "../../../hub/crypto/signature.ts";
import { proves } from "../../support/proves.ts";

interface Vector {
  readonly seed: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
}

const { vectors } = JSON.parse(readFileSync("test/vectors/ed25519.json", "utf8")) as {
  vectors: readonly Vector[];
};

const keyOf = (hex: string) => {
  const key = signatureKey(Buffer.from(hex, "hex"));
  if (key === undefined) throw new RangeError("a vector without a key");
  return key;
};

test.each(vectors)(
  "the signature of RFC 8032 over %o holds, and none beside it",
  ({ publicKey, ...rest }) => {
    const key = keyOf(publicKey);
    const [message, signature] = [Buffer.from(rest.message, "hex"), Buffer.from(rest.signature, "hex")];
    expect(isSigned(key, message, signature)).toBe(true);
    expect(isSigned(key, Buffer.concat([message, Buffer.of(0)]), signature)).toBe(false);
    for (const at of [0, 31, 32, 63]) {
      const other = Buffer.from(signature);
      other[at] = (other[at] ?? 0) ^ 1;
      expect(isSigned(key, message, other)).toBe(false);
    }
    expect(isSigned(key, message, signature.subarray(1))).toBe(false);
  },
);

test.each(vectors)(
  `the key of RFC 8032 signs %o to the byte ${proves("EN303645:5.3-7", "EN303645:5.1-3")}`,
  ({ seed, publicKey, message, signature }) => {
    const key = signingKey(Buffer.from(seed, "hex"));
    expect(publicKeyOf(key).toString("hex")).toBe(publicKey);
    expect(signed(key, Buffer.from(message, "hex")).toString("hex")).toBe(signature);
  },
);

test("the order of the group added to a signature makes no second one (RFC 8032, 5.1.7)", () => {
  const [, vector] = vectors;
  const order = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
  const signature = Buffer.from(vector?.signature ?? "", "hex");
  const scalar = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`) + order;
  const forged = Buffer.from(scalar.toString(16).padStart(64, "0"), "hex").reverse();
  const message = Buffer.from(vector?.message ?? "", "hex");
  const key = keyOf(vector?.publicKey ?? "");
  expect(isSigned(key, message, Buffer.concat([signature.subarray(0, 32), forged]))).toBe(false);
});

test("under a key of small order no signature fits everything", () => {
  const identity = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]);
  const key = signatureKey(identity);
  const signature = Buffer.concat([identity, Buffer.alloc(32)]);
  expect(key !== undefined && isSigned(key, Buffer.from("anything"), signature)).toBe(false);
});

test("what has not 32 bytes is no key", () => {
  expect(signatureKey(Buffer.alloc(31))).toBeUndefined();
  expect(signatureKey(Buffer.alloc(33))).toBeUndefined();
});
