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
import { TpmChanged, TpmMissing } from "../domain/protector-errors.ts";
import { KeysUnreadable } from "../domain/store-errors.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { KeyChip } from "../ports/key-chip.ts";
import type { SmallFiles } from "../ports/store.ts";
import { freePlace } from "./free-place.ts";

/** The one file that a factory reset leaves: it says which device this is, and nothing about who had it. */
export const deviceKeyFile = "device-key";

/** What tells this device from all others, and how often it was reset. */
export interface DeviceKey {
  /** Ed25519, 32 bytes: what a verifier is told to expect. */
  readonly publicKey: Buffer;
  /** Ed25519 [RFC 8032], 64 bytes. */
  sign(bytes: Uint8Array): Buffer;
  /** Only ever grows. @throws TpmMissing, TpmChanged: it is in a chip that is not there any more */
  counter(): number;
  /** One more, on the medium when it returns. @returns the new value @throws StoreFailed, and as `counter` */
  count(): number;
}

/**
 * File: magic (8) | seed (32) | place u32 | base i64 | Ed25519 signature by that key of all but the seed (64). The counter
 * is base plus what the chip counts at that place; without a chip (place 2^32 - 1) it is the base alone.
 */
const magic = Buffer.from("LKDEVK\0\u0001", "latin1");
const seedBytes = 32;
const placeAt = magic.length + seedBytes;
const baseAt = placeAt + 4;
const signatureAt = baseAt + 8;
const fileBytes = signatureAt + signatureBytes;
const noPlace = 0xffff_ffff;

const claimOf = (file: Buffer): Buffer =>
  Buffer.concat([file.subarray(0, magic.length), file.subarray(placeAt, signatureAt)]);

const keyIn = (file: Buffer): KeyObject => {
  const isWhole = file.length === fileBytes && file.subarray(0, magic.length).equals(magic);
  const key = isWhole ? signingKey(file.subarray(magic.length, placeAt)) : undefined;
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

/** What the file says of the counter. */
interface Counter {
  readonly place: number;
  readonly base: number;
}

const counterIn = (file: Buffer): Counter => ({
  place: file.readUInt32BE(placeAt),
  base: Number(file.readBigInt64BE(baseAt)),
});

/** Key and counter in one small file, so that the counter cannot go back without the key. */
class FileDeviceKey implements DeviceKey {
  readonly publicKey: Buffer;
  readonly #files: SmallFiles;
  readonly #key: KeyObject;
  readonly #chip: KeyChip | undefined;

  constructor(files: SmallFiles, key: KeyObject, chip: KeyChip | undefined) {
    this.#files = files;
    this.#key = key;
    this.#chip = chip;
    this.publicKey = publicKeyOf(key);
  }

  sign(bytes: Uint8Array): Buffer {
    return signed(this.#key, bytes);
  }

  counter(): number {
    return this.#withFile((file) => {
      const { place, base } = counterIn(file);
      return place === noPlace ? base : base + this.#counted(place);
    });
  }

  count(): number {
    return this.#withFile((file) => {
      const { place, base } = counterIn(file);
      if (place !== noPlace) {
        this.#counted(place);
        return base + this.#chipInUse().count(place);
      }
      write(this.#files, file, this.#key, { place, base: base + 1 });
      return base + 1;
    });
  }

  /** From here on the chip counts, on from where the file was. */
  useChip(chip: KeyChip, entropy: Entropy): void {
    this.#withFile((file) => {
      const { place, base } = counterIn(file);
      if (place !== noPlace) return;
      const chosen = freePlace(chip, entropy);
      chip.addCounter(chosen);
      const counted = chip.counter(chosen) ?? 0;
      write(this.#files, file, this.#key, { place: chosen, base: base - counted });
    });
  }

  #counted(place: number): number {
    const value = this.#chipInUse().counter(place);
    if (value !== undefined) return value;
    throw new TpmChanged(
      "this TPM does not have the counter of this device: it was cleared, or is another one",
      {
        keyName: "device",
      },
    );
  }

  #chipInUse(): KeyChip {
    if (this.#chip !== undefined) return this.#chip;
    throw new TpmMissing("the TPM counts the resets of this device; start with --protector tpm", {
      reason: "unused",
    });
  }

  #withFile<Result>(use: (file: Buffer) => Result): Result {
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

/** @param file has magic and seed; the rest is filled in here */
const write = (files: SmallFiles, file: Buffer, key: KeyObject, { place, base }: Counter): void => {
  file.writeUInt32BE(place, placeAt);
  file.writeBigInt64BE(BigInt(base), baseAt);
  signed(key, claimOf(file)).copy(file, signatureAt);
  files.replace(deviceKeyFile, file);
};

/**
 * The key of this device; drawn when it is asked for first.
 * @param files of the key folder
 * @param chip counts, where there is one; a device that has begun with it goes on with it
 * @throws KeysUnreadable: damaged. StoreFailed, TpmMissing, TpmFailed
 */
export const openDeviceKey = (files: SmallFiles, entropy: Entropy, chip?: KeyChip): DeviceKey => {
  const device = new FileDeviceKey(files, knownKey(files) ?? newKey(files, entropy), chip);
  if (chip !== undefined) device.useChip(chip, entropy);
  return device;
};

const knownKey = (files: SmallFiles): KeyObject | undefined => {
  const file = files.read(deviceKeyFile);
  try {
    return file && keyIn(file);
  } finally {
    file?.fill(0);
  }
};

const newKey = (files: SmallFiles, entropy: Entropy): KeyObject => {
  const seed = entropy.bytes(seedBytes);
  const file = Buffer.concat([magic, seed, Buffer.alloc(fileBytes - placeAt)]);
  try {
    const key = signingKey(seed);
    write(files, file, key, { place: noPlace, base: 0 });
    return key;
  } finally {
    seed.fill(0);
    file.fill(0);
  }
};
