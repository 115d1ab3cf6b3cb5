import { createDecipheriv, type KeyObject } from "node:crypto";

/** Bytes of a key of AES-128. */
export const ccmKeyBytes = 16;
const tagBytes = 4;

/**
 * AES-128-CCM (NIST SP 800-38C) with a tag of four bytes, as sensors that advertise use it: one forgery in four thousand
 * million tries gets through. Undefined: it was not sealed with this key, this nonce and these associated bytes.
 * @param nonce 7 to 13 bytes
 */
export const openCcm = (
  key: KeyObject,
  nonce: Uint8Array,
  sealed: { readonly ciphertext: Uint8Array; readonly tag: Uint8Array },
  associated: Uint8Array = Buffer.alloc(0),
): Buffer | undefined => {
  const { ciphertext, tag } = sealed;
  if (tag.length !== tagBytes) return undefined;
  const decipher = createDecipheriv("aes-128-ccm", key, nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(tag);
  decipher.setAAD(associated, { plaintextLength: ciphertext.length });
  try {
    // With CCM it is this call that fails.
    const plain = decipher.update(ciphertext);
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
};
