import type { PasswordHash } from "../domain/account.ts";
import { sameDigest } from "./digest.ts";
import { type ScryptCost, scrypt } from "./kdf.ts";

export const saltBytes = 16;
const digestBytes = 32;

/** @param salt `saltBytes` random ones, of this password alone */
export const hashPassword = (password: Uint8Array, salt: Uint8Array, cost: ScryptCost): PasswordHash => {
  const digest = scrypt(password, salt, cost, digestBytes);
  const kept = { salt: base64(salt), digest: base64(digest) };
  digest.fill(0);
  return { algorithm: "scrypt", ...cost, ...kept };
};

/** Whether it is the password that was hashed; in a time that depends on the cost alone. */
export const isPassword = (password: Uint8Array, { logN, r, p, salt, digest }: PasswordHash): boolean => {
  const found = scrypt(password, Buffer.from(salt, "base64"), { logN, r, p }, digestBytes);
  const isRight = sameDigest(found, Buffer.from(digest, "base64"));
  found.fill(0);
  return isRight;
};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
