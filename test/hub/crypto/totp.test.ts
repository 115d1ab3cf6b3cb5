import { describe, expect, test } from "vitest";
import { base32 } from "../../../hub/codec/base32.ts";
import { totpCode, totpStep, totpStepOf } from "../../../hub/crypto/totp.ts";

/** RFC 6238, appendix B, the rows of SHA-1. */
const secret = Buffer.from("12345678901234567890");
const vectors = [
  [59, "94287082"],
  [1_111_111_109, "07081804"],
  [1_111_111_111, "14050471"],
  [1_234_567_890, "89005924"],
  [2_000_000_000, "69279037"],
  [20_000_000_000, "65353130"],
] as const;

test.each(vectors)("at %i s the code of RFC 6238 is %s", (seconds, code) => {
  const step = totpStep(seconds * 1_000);
  expect(`${totpCode(secret, step, 8)}`).toBe(code);
  expect(`${totpCode(secret, step)}`).toBe(code.slice(2));
});

describe("a code", () => {
  const now = totpStep(1_111_111_111_000);

  test.each([
    [-2, undefined],
    [-1, now - 1],
    [0, now],
    [1, now + 1],
    [2, undefined],
  ])("of %i steps beside the present one belongs to %s", (beside, step) => {
    expect(totpStepOf(secret, totpCode(secret, now + beside), now)).toBe(step);
  });

  test.each(["", "05047", "0504711", "050472", "abcdef"])("%j is none", (text) => {
    expect(totpStepOf(secret, Buffer.from(text), now)).toBeUndefined();
  });
});

/** RFC 4648, 10, without padding. */
test.each([
  ["", ""],
  ["f", "MY"],
  ["fo", "MZXQ"],
  ["foo", "MZXW6"],
  ["foob", "MZXW6YQ"],
  ["fooba", "MZXW6YTB"],
  ["foobar", "MZXW6YTBOI"],
])("%j in base32 is %s", (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded);
});
