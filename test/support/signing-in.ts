import { proofBytes, signInBytes } from "../../app-sim/client/sign-in-bytes.ts";
import { totpCode, totpStep } from "../../hub/crypto/totp.ts";

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

/** As a client sends it. */
export const signIn = (name: string, password: string, code = ""): Uint8Array<ArrayBuffer> =>
  own(signInBytes(name, { password: Buffer.from(password), code: Buffer.from(code) }));

/** As a client sends it, of somebody who is signed in. */
export const proof = (password: string, code = ""): Uint8Array<ArrayBuffer> =>
  own(proofBytes({ password: Buffer.from(password), code: Buffer.from(code) }));

export const octets = { "content-type": "application/octet-stream" } as const;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648, 6, read as an authenticator does. */
const base32Decoded = (text: string): Buffer => {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

/** Somebody's authenticator: knows what stood in the QR code, and shows what its own clock says. */
export const authenticator = (uri: string): ((atMs: number) => string) => {
  const secret = base32Decoded(new URL(uri).searchParams.get("secret") ?? "");
  return (atMs) => `${totpCode(secret, totpStep(atMs))}`;
};
