import type { KeyObject } from "node:crypto";
import { decodeHead, headBytesIn, preambleBytes, type UpdateHead } from "../codec/update-bundle.ts";
import { type StartedHash, sameDigest, startedSha256 } from "../crypto/digest.ts";
import { isSigned } from "../crypto/signature.ts";
import { HubError } from "../domain/errors.ts";
import type { Image, Slot } from "../domain/firmware.ts";
import { StoreFailed } from "../domain/store-errors.ts";
import {
  type BundleFile,
  UpdateDamaged,
  type UpdateManifest,
  UpdateNotTrusted,
} from "../domain/update-bundle.ts";
import type { SlotFiles, SlotPlace } from "../ports/firmware.ts";
import { ArrivingBytes } from "./arriving-bytes.ts";

/** What a slot keeps beside the image: the signed part of its bundle. No file of a bundle can be called so. */
const headFile = ".head";

/** Images in slots: written whole, and looked at again, byte for byte, before each boot. */
export class ImageSlots {
  readonly #files: SlotFiles;
  readonly #keys: readonly KeyObject[];

  /** @param keys whoever may sign updates; none: no slot holds anything that could be booted */
  constructor(files: SlotFiles, keys: readonly KeyObject[]) {
    this.#files = files;
    this.#keys = keys;
  }

  /**
   * Takes a bundle as it arrives and leaves it beside the slots, which are not touched. Its signature is looked at before
   * anything is written, each file against its hash as it is.
   * @param mayBe looks at what is signed, and throws when it is not to be taken
   * @throws UpdateTruncated, UpdateDamaged, UpdateAlgorithmRefused, UpdateNotTrusted, StoreFailed, and what the sender
   * does wrong: a part of it may be there then
   */
  async take(
    pieces: AsyncIterable<Uint8Array>,
    mayBe: (manifest: UpdateManifest) => void,
  ): Promise<UpdateManifest> {
    const arriving = new ArrivingBytes(pieces);
    try {
      const update = await headOf(arriving);
      this.#assertTrusted(update);
      mayBe(update.manifest);
      this.#files.clear("incoming");
      for (const file of update.manifest.files) await this.#takeFile(file, arriving.pass(file.bytes));
      await arriving.end();
      await this.#files.write("incoming", headFile, only(update.head));
      return update.manifest;
    } finally {
      await arriving.close();
    }
  }

  /** What is signed of a bundle, read no further than that. @throws as `take`; nothing is written */
  async look(pieces: AsyncIterable<Uint8Array>): Promise<UpdateManifest> {
    const arriving = new ArrivingBytes(pieces);
    try {
      const update = await headOf(arriving);
      this.#assertTrusted(update);
      return update.manifest;
    } finally {
      await arriving.close();
    }
  }

  async #takeFile({ path, sha256 }: BundleFile, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const hash = startedSha256();
    await this.#files.write("incoming", path, hashing(pieces, hash));
    if (!sameDigest(hash.digest(), Buffer.from(sha256, "hex")))
      throw new UpdateDamaged("a file of the update is damaged; copy it again", { reason: "hash" });
  }

  /**
   * What was taken becomes the slot's, and is read back.
   * @throws StoreFailed: full, read-only, or it gives back other bytes than it took
   */
  settle(slot: Slot, image: Image): void {
    this.#files.settle(slot);
    if (this.isIntact(slot, image)) return;
    throw new StoreFailed("the disk gives back other bytes than it took; check the medium", {
      reason: "device",
    });
  }

  /** Empties a place that nothing refers to, as far as the disk lets it. */
  discard(place: SlotPlace): void {
    try {
      this.#files.clear(place);
    } catch (error) {
      if (!(error instanceof HubError) || error.family !== "world") throw error;
    }
  }

  /** Whether the slot holds this image, signed, with each of its bytes, and nothing else. Never throws. */
  isIntact(slot: Slot, image: Image): boolean {
    try {
      const head = decodeHead(whole(this.#files.read(slot, headFile)));
      this.#assertTrusted(head);
      return isSame(head.manifest, image) && this.#holdsOnly(slot, head);
    } catch (error) {
      if (error instanceof HubError) return false;
      throw error;
    }
  }

  #holdsOnly(slot: Slot, { manifest }: UpdateHead): boolean {
    const named = new Set([headFile, ...manifest.files.map(({ path }) => path)]);
    return (
      this.#files.list(slot).every((path) => named.has(path)) &&
      manifest.files.every(({ path, sha256 }) => hasHash(this.#files.read(slot, path), sha256))
    );
  }

  #assertTrusted({ signed, signature }: UpdateHead): void {
    if (this.#keys.some((key) => isSigned(key, signed, signature))) return;
    throw new UpdateNotTrusted("nobody whom this hub trusts has signed the update");
  }
}

const headOf = async (arriving: ArrivingBytes): Promise<UpdateHead> => {
  const preamble = await arriving.take(preambleBytes);
  const rest = await arriving.take(headBytesIn(preamble) - preambleBytes);
  return decodeHead(Buffer.concat([preamble, rest]));
};

const hasHash = (pieces: Iterable<Uint8Array> | undefined, wanted: string): boolean => {
  if (pieces === undefined) return false;
  const hash = startedSha256();
  for (const piece of pieces) hash.update(piece);
  return sameDigest(hash.digest(), Buffer.from(wanted, "hex"));
};

/** Of what is not there: nothing. */
const whole = (pieces: Iterable<Uint8Array> = []): Buffer =>
  Buffer.concat(Array.from(pieces, (piece) => Buffer.from(piece)));

/** Hashes what passes. */
async function* hashing(pieces: AsyncIterable<Uint8Array>, hash: StartedHash): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}

async function* only(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece;
}

const isSame = (a: Image, b: Image): boolean =>
  a.version === b.version && a.counter === b.counter && a.dataFormat === b.dataFormat;
