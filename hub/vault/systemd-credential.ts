import { createSecretKey, type KeyObject } from "node:crypto";
import { sameDigest } from "../crypto/digest.ts";
import { keyBytes } from "../crypto/envelope.ts";
import { hkdf } from "../crypto/kdf.ts";
import { InvalidInput } from "../domain/errors.ts";
import { CredentialWrong, ProtectorDamaged } from "../domain/protector-errors.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SmallFiles } from "../ports/store.ts";
import type { FiledProtector } from "./change-protector.ts";
import type { Protector } from "./protector.ts";
import { type ProtectorFile, protectorFile } from "./protector-file.ts";
import { WrappingProtector } from "./wrapping-protector.ts";

/** Settings: salt (16) | check (32). */
const saltBytes = 16;
const checkBytes = 32;
const shortestBytes = 32;

const wrappingKey = (credential: Uint8Array, salt: Uint8Array): KeyObject => {
  const bytes = hkdf(credential, salt, "lampkeeper systemd credential", keyBytes);
  try {
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
};

const checkOf = (wrapping: KeyObject, salt: Uint8Array): Buffer =>
  hkdf(wrapping, salt, "lampkeeper systemd credential check", checkBytes);

/**
 * Opens a vault with the credential that systemd hands to the service.
 * @param credential stays the caller's, who wipes it
 * @throws CredentialWrong, ProtectorDamaged; nothing is touched then
 */
export const openCredential = (
  entropy: Entropy,
  files: SmallFiles,
  file: ProtectorFile,
  credential: Uint8Array,
): Protector => {
  if (file.settings.length !== saltBytes + checkBytes) {
    throw new ProtectorDamaged("the settings of the credential are damaged; restore them from your copy", {
      file: protectorFile,
    });
  }
  const salt = file.settings.subarray(0, saltBytes);
  const wrapping = wrappingKey(credential, salt);
  if (!sameDigest(checkOf(wrapping, salt), file.settings.subarray(saltBytes)))
    throw new CredentialWrong("this systemd credential does not open the keys");
  return new WrappingProtector(entropy, files, file, wrapping);
};

/** Closes a vault with a credential. @throws InvalidInput: too short to be random */
export const newCredential = (
  entropy: Entropy,
  files: SmallFiles,
  credential: Uint8Array,
  { isMoved, at }: { readonly isMoved: boolean; readonly at: string },
): FiledProtector => {
  if (credential.length < shortestBytes)
    throw new InvalidInput(`the systemd credential has at least ${shortestBytes} random bytes`, {
      path: "protector",
    });
  const salt = entropy.bytes(saltBytes);
  const wrapping = wrappingKey(credential, salt);
  const settings = Buffer.concat([salt, checkOf(wrapping, salt)]);
  const file = { kind: "systemd", isMoved, settings, entries: new Map() } as const;
  return new WrappingProtector(entropy, files, file, wrapping, at);
};
