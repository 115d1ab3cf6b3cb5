import type { KeyObject } from "node:crypto";
import {
  isSigned,
  publicKeyOf,
  signatureBytes,
  signatureKey,
  signed,
  signingKey,
} from "../crypto/signature.ts";
import { InvariantBroken } from "../domain/errors.ts";
import { KeysUnreadable } from "../domain/store-errors.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SmallFiles } from "../ports/store.ts";

/** The one file that a factory reset leaves: it says which device this is, and nothing about who had it. */
export const deviceKeyFile = "device-key";

/** What tells this device from all others, and how often it was reset. */
export interface DeviceKey {
  /** Ed25519, 32 bytes: what a verifier is told to expect. */
  readonly publicKey: Buffer;
  /** Ed25519 [RFC 8032], 64 bytes. */
  sign(bytes: Uint8Array): Buffer;
  /** Only ever grows; where it begins means nothing. */
  counter(): number;
  /** One more, on the medium when it returns. @returns the new value @throws StoreFailed */
  count(): number;
}

/** File: magic (8) | seed (32) | counter u32 | Ed25519 signature of magic and counter by that key (64). */
const magic = Buffer.from("LKDEVK\0\u0001", "latin1");
const seedBytes = 32;
const counterAt = magic.length + seedBytes;
const signatureAt = counterAt + 4;
const fileBytes = signatureAt + signatureBytes;

const claimOf = (file: Buffer): Buffer =>
  Buffer.concat([file.subarray(0, magic.length), file.subarray(counterAt, signatureAt)]);

const keyIn = (file: Buffer): KeyObject => {
  const isWhole = file.length === fileBytes && file.subarray(0, magic.length).equals(magic);
  const key = isWhole ? signingKey(file.subarray(magic.length, counterAt)) : undefined;
  const publicKey = key && signatureKey(publicKeyOf(key));
  if (
    key === undefined ||
    publicKey === undefined ||
    !isSigned(publicKey, claimOf(file), file.subarray(signatureAt))
  )
    throw new KeysUnreadable("the device key is damaged; restore it from your copy", {
      reason: "damaged",
      file: deviceKeyFile,
    });
  return key;
};

/** Key and counter in one small file, so that the counter cannot go back without the key. */
class FileDeviceKey implements DeviceKey {
  readonly publicKey: Buffer;
  readonly #files: SmallFiles;
  readonly #key: KeyObject;

  constructor(files: SmallFiles, key: KeyObject) {
    this.#files = files;
    this.#key = key;
    this.publicKey = publicKeyOf(key);
  }

  sign(bytes: Uint8Array): Buffer {
    return signed(this.#key, bytes);
  }

  counter(): number {
    return this.#withFile((file) => file.readUInt32BE(counterAt));
  }

  count(): number {
    return this.#withFile((file) => {
      const next = file.readUInt32BE(counterAt) + 1;
      write(this.#files, file, this.#key, next);
      return next;
    });
  }

  #withFile(use: (file: Buffer) => number): number {
    const file = this.#files.read(deviceKeyFile);
    if (file === undefined) throw new InvariantBroken("the device key was taken away while it was in use");
    try {
      keyIn(file);
      return use(file);
    } finally {
      file.fill(0);
    }
  }
}

/** @param file has magic and seed; counter and signature are filled in here */
const write = (files: SmallFiles, file: Buffer, key: KeyObject, counter: number): void => {
  file.writeUInt32BE(counter, counterAt);
  signed(key, claimOf(file)).copy(file, signatureAt);
  files.replace(deviceKeyFile, file);
};

/**
 * The key of this device; drawn when it is asked for first.
 * @param files of the key folder
 * @throws KeysUnreadable: damaged. StoreFailed.
 */
export const openDeviceKey = (files: SmallFiles, entropy: Entropy): DeviceKey => {
  const known = files.read(deviceKeyFile);
  if (known !== undefined) {
    try {
      return new FileDeviceKey(files, keyIn(known));
    } finally {
      known.fill(0);
    }
  }
  const seed = entropy.bytes(seedBytes);
  const file = Buffer.concat([magic, seed, Buffer.alloc(fileBytes - counterAt)]);
  try {
    const key = signingKey(seed);
    write(files, file, key, 0);
    return new FileDeviceKey(files, key);
  } finally {
    seed.fill(0);
    file.fill(0);
  }
};
