import { createSecretKey, type KeyObject } from "node:crypto";
import { sameDigest } from "../crypto/digest.ts";
import { keyBytes } from "../crypto/envelope.ts";
import { hkdf, type ScryptCost, scrypt } from "../crypto/kdf.ts";
import { InvalidInput } from "../domain/errors.ts";
import { PassphraseWrong, ProtectorDamaged, ProtectorDowngraded } from "../domain/protector-errors.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SmallFiles } from "../ports/store.ts";
import type { FiledProtector } from "./change-protector.ts";
import type { Protector } from "./protector.ts";
import { type ProtectorFile, protectorFile } from "./protector-file.ts";
import { WrappingProtector } from "./wrapping-protector.ts";

/** Settings: algorithm u8 | log2 N u8 | r u8 | p u8 | salt (16) | check (32). */
const scryptNumber = 1;
const saltBytes = 16;
const checkBytes = 32;
const checkAt = 4 + saltBytes;

/** What OWASP's Password Storage Cheat Sheet asks for at least: 128 MiB, and some 0.3 s. */
const floor: ScryptCost = { logN: 17, r: 8, p: 1 };
/** A file that asks for more would only keep the hub from starting. */
const ceiling: ScryptCost = { logN: 20, r: 16, p: 4 };

const shortestBytes = 8;

/** @throws ProtectorDamaged, ProtectorDowngraded */
const costIn = (settings: Buffer): ScryptCost => {
  if (settings.length !== checkAt + checkBytes) {
    throw new ProtectorDamaged("the settings of the passphrase are damaged; restore them from your copy", {
      file: protectorFile,
    });
  }
  const [algorithm = 0, logN = 0, r = 0, p = 0] = settings;
  const isWeak = logN < floor.logN || r < floor.r || p < floor.p;
  const isTooMuch = logN > ceiling.logN || r > ceiling.r || p > ceiling.p;
  if (algorithm === scryptNumber && !isWeak && !isTooMuch) return { logN, r, p };
  throw new ProtectorDowngraded(
    "the passphrase would be turned into a key in a way this hub does not accept; restore the file from your copy",
    { file: protectorFile, reason: algorithm === scryptNumber ? "parameters" : "algorithm" },
  );
};

/** Tells the right passphrase from a wrong one, and these settings from any others. */
const checkOf = (wrapping: KeyObject, head: Uint8Array): Buffer =>
  hkdf(wrapping, head, "lampkeeper passphrase check", checkBytes);

/** @param head algorithm, cost and salt */
const wrappingKey = (passphrase: Uint8Array, head: Buffer, cost: ScryptCost): KeyObject => {
  const bytes = scrypt(passphrase, head.subarray(4), cost, keyBytes);
  try {
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
};

/**
 * Opens a vault that was closed with a passphrase.
 * @param passphrase stays the caller's, who wipes it
 * @throws PassphraseWrong, ProtectorDamaged, ProtectorDowngraded; nothing is touched then
 */
export const openPassphrase = (
  entropy: Entropy,
  files: SmallFiles,
  file: ProtectorFile,
  passphrase: Uint8Array,
): Protector => {
  const cost = costIn(file.settings);
  const head = file.settings.subarray(0, checkAt);
  const wrapping = wrappingKey(passphrase, head, cost);
  if (!sameDigest(checkOf(wrapping, head), file.settings.subarray(checkAt)))
    throw new PassphraseWrong("this passphrase does not open the keys");
  return new WrappingProtector(entropy, files, file, wrapping);
};

/** Closes a vault with a new passphrase. @throws InvalidInput: too short */
export const newPassphrase = (
  entropy: Entropy,
  files: SmallFiles,
  passphrase: Uint8Array,
  { isMoved, at }: { readonly isMoved: boolean; readonly at: string },
): FiledProtector => {
  if (passphrase.length < shortestBytes)
    throw new InvalidInput(`a passphrase has at least ${shortestBytes} bytes`, { path: "passphrase-file" });
  const head = Buffer.concat([
    Buffer.of(scryptNumber, floor.logN, floor.r, floor.p),
    entropy.bytes(saltBytes),
  ]);
  const wrapping = wrappingKey(passphrase, head, floor);
  const settings = Buffer.concat([head, checkOf(wrapping, head)]);
  const file = { kind: "passphrase", isMoved, settings, entries: new Map() } as const;
  return new WrappingProtector(entropy, files, file, wrapping, at);
};
