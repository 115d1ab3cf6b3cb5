import type { KeyObject } from "node:crypto";
import { decodeBundle, decodeHead, type UpdateBundle, type UpdateHead } from "../codec/update-bundle.ts";
import { sameDigest, sha256 } from "../crypto/digest.ts";
import { isSigned } from "../crypto/signature.ts";
import { HubError } from "../domain/errors.ts";
import type { Image, Slot } from "../domain/firmware.ts";
import { StoreFailed } from "../domain/store-errors.ts";
import { UpdateDamaged, UpdateNotTrusted } from "../domain/update-bundle.ts";
import type { SlotFiles } from "../ports/firmware.ts";

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
   * The bundle, once its signature and the hash of each of its files hold.
   * @throws UpdateTruncated, UpdateDamaged, UpdateAlgorithmRefused, UpdateNotTrusted
   */
  verified(bytes: Uint8Array): UpdateBundle {
    const bundle = decodeBundle(bytes);
    this.#assertTrusted(bundle);
    for (const [at, { sha256: hash }] of bundle.manifest.files.entries()) {
      if (!hasHash(bundle.contents[at], hash)) {
        throw new UpdateDamaged("a file of the update is damaged; copy it again", { reason: "hash" });
      }
    }
    return bundle;
  }

  /** Writes and reads back. @throws StoreFailed: full, read-only, or it gives back other bytes than it took */
  write(slot: Slot, bundle: UpdateBundle): void {
    this.#files.clear(slot);
    for (const [at, { path }] of bundle.manifest.files.entries()) {
      this.#files.write(slot, path, bundle.contents[at] ?? new Uint8Array());
    }
    this.#files.write(slot, headFile, bundle.head);
    if (this.isIntact(slot, bundle.manifest)) return;
    throw new StoreFailed("the disk gives back other bytes than it took; check the medium", {
      reason: "device",
    });
  }

  /** Empties a slot that nothing refers to, as far as the disk lets it. */
  discard(slot: Slot): void {
    try {
      this.#files.clear(slot);
    } catch (error) {
      if (!(error instanceof HubError) || error.family !== "world") throw error;
    }
  }

  /** Whether the slot holds this image, signed, with each of its bytes, and nothing else. Never throws. */
  isIntact(slot: Slot, image: Image): boolean {
    try {
      const head = decodeHead(this.#files.read(slot, headFile) ?? new Uint8Array());
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
      manifest.files.every(({ path, sha256: hash }) => hasHash(this.#files.read(slot, path), hash))
    );
  }

  #assertTrusted({ signed, signature }: UpdateHead): void {
    if (this.#keys.some((key) => isSigned(key, signed, signature))) return;
    throw new UpdateNotTrusted("nobody whom this hub trusts has signed the update");
  }
}

const hasHash = (content: Uint8Array | undefined, hash: string): boolean =>
  content !== undefined && sameDigest(sha256(content), Buffer.from(hash, "hex"));

const isSame = (a: Image, b: Image): boolean =>
  a.version === b.version && a.counter === b.counter && a.dataFormat === b.dataFormat;
