import { createHmac } from "node:crypto";
import { sameDigest } from "./digest.ts";

/** Time-based one-time passwords (RFC 6238) in the form that every authenticator app knows: HMAC-SHA-1, 30 s, 6 digits. */
export const totpPeriodSeconds = 30;
export const totpDigits = 6;
/** RFC 4226, R6 recommends 160 bits. */
export const totpSecretBytes = 20;

/** Which step of time a moment is in. @param atMs UTC, milliseconds since 1970 */
export const totpStep = (atMs: number): number => Math.floor(atMs / 1_000 / totpPeriodSeconds);

/**
 * The code of a step, as ASCII digits (RFC 4226, 5.3).
 * @param digits 6 to 8
 */
export const totpCode = (secret: Uint8Array, step: number, digits = totpDigits): Buffer => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits;
  mac.fill(0);
  return Buffer.from(`${number}`.padStart(digits, "0"));
};

/**
 * The step whose code this is: the present one, or the one before or after, as clocks and fingers are a little off
 * (RFC 6238, 5.2). Undefined: of none of them.
 */
export const totpStepOf = (secret: Uint8Array, code: Uint8Array, now: number): number | undefined =>
  // All three are compared, whichever is the right one.
  [now - 1, now, now + 1].filter((step) => sameDigest(totpCode(secret, step), code)).at(-1);
