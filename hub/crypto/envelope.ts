import type { KeyObject } from "node:crypto";
import { open, seal } from "./aead.ts";

export const keyBytes = 32;

/** A key, sealed under another. @param purpose names the key inside; it unwraps under no other name. */
export const wrap = (wrapping: KeyObject, nonce: Uint8Array, key: Uint8Array, purpose: string): Buffer =>
  seal(wrapping, nonce, key, Buffer.from(`wrap\0${purpose}`));

/** The key, or undefined when this is not it. The caller wipes it. */
export const unwrap = (wrapping: KeyObject, wrapped: Uint8Array, purpose: string): Buffer | undefined => {
  const key = open(wrapping, wrapped, Buffer.from(`wrap\0${purpose}`));
  return key?.length === keyBytes ? key : undefined;
};
