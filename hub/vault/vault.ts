import type { KeyObject } from "node:crypto";
import { nonceBytes } from "../crypto/aead.ts";
import { keyBytes, unwrap, wrap } from "../crypto/envelope.ts";
import { hkdf } from "../crypto/kdf.ts";
import { secretKey } from "../crypto/secret-key.ts";
import { InvalidInput, InvariantBroken } from "../domain/errors.ts";
import { KeyDestroyed, KeyMissing, KeysUnreadable } from "../domain/store-errors.ts";
import type { KeyCopy, ProtectorKind, VaultStatus } from "../domain/vault.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SmallFiles } from "../ports/store.ts";
import {
  decodeRegister,
  encodeRegister,
  isAuthentic,
  type KeyRegister,
  registerFile,
} from "./key-register.ts";
import type { ProtectedKey, Protector } from "./protector.ts";
import { type Sealer, SubkeySealer } from "./sealer.ts";

/** One word, or a kind and whose it is: `person/p-…`. */
const names = /^[a-z0-9][a-z0-9-]{0,31}(?:\/[a-z0-9-]{1,31})?$/;

const destroyedBy: Readonly<Record<ProtectorKind, KeyCopy["destroyedBy"]>> = {
  "key-file": "overwrite",
  passphrase: "overwrite",
  systemd: "overwrite",
  tpm: "undefine",
};

/**
 * Every key of this hub but the root: the household's, one per person, one per category. They are wrapped in the key
 * register; destroying one writes a new epoch, in which the survivors are wrapped under a fresh key, and destroys the
 * old epoch's key in the protector.
 */
export class Vault {
  readonly #entropy: Entropy;
  readonly #files: SmallFiles;
  readonly #protector: Protector;
  readonly #collect: () => void;
  readonly #sealers = new Map<string, SubkeySealer>();
  readonly #destroyed = new Set<string>();
  #id: Buffer = Buffer.alloc(0);
  #epoch = 0;

  /** @param collect collects garbage: keys that nobody holds any more are overwritten in memory */
  constructor(entropy: Entropy, files: SmallFiles, protector: Protector, collect: () => void = () => {}) {
    this.#entropy = entropy;
    this.#files = files;
    this.#protector = protector;
    this.#collect = collect;
  }

  /**
   * Loads the register, or makes one on the first start.
   * @param hasData there is data that a register must belong to: none is made
   * @throws KeysUnreadable: damaged, foreign or missing register. KeyMissing: the register is there and its key is not.
   */
  start(hasData = false): void {
    const bytes = this.#files.read(registerFile);
    if (bytes === undefined) {
      if (hasData) {
        throw new KeysUnreadable("the key register is gone and the data is not; restore it from a backup", {
          reason: "missing",
        });
      }
      this.#createRegister();
      return;
    }
    this.#load(bytes);
    // Left over when the power went between writing an epoch and destroying the one before.
    this.#protector.destroy(`epoch-${this.#epoch - 1}`);
    this.#protector.destroy(`epoch-${this.#epoch + 1}`);
  }

  /**
   * Key of the data file, 32 bytes; the caller wipes it. It hangs on the register too: beside a register that was
   * lost and made anew, the old data file does not open and is not written over.
   * @throws KeyMissing
   */
  databaseKey(): Buffer {
    const key = this.#databaseKey("root");
    if (key !== undefined) return key;
    throw new KeyMissing("the root key is not where it was kept; attach it or restore your copy", {
      keyName: "root",
      protector: this.#protector.kind,
    });
  }

  /** The key that the data file shall have from the next opening on; undefined: it keeps its own. The caller wipes it. */
  nextDatabaseKey(): Buffer | undefined {
    return this.#databaseKey("root-next");
  }

  /** The data file has its next key: the root that gave the one before is destroyed. */
  settleDatabaseKey(): void {
    const root = this.#protector.load("root-next");
    if (root === undefined) return;
    this.#protector.keep("root", root);
    root.fill(0);
    this.#protector.destroy("root-next");
  }

  has(name: string): boolean {
    return this.#sealers.has(name);
  }

  /** Makes the key if it is not there; on the disk when this returns. @throws InvalidInput, StoreFailed */
  create(name: string): void {
    if (!names.test(name))
      throw new InvalidInput("a key's name has small letters, digits and -, in one or two parts", { name });
    if (!this.#sealers.has(name)) this.#keep(name, this.#entropy.bytes(keyBytes));
  }

  #keep(name: string, key: Buffer): void {
    const sealer = this.#newSealer(name, key);
    try {
      this.#write(this.#epoch, this.#epochKey(this.#epoch), new Map(this.#sealers).set(name, sealer));
    } catch (error) {
      sealer.destroy();
      throw error;
    }
    this.#sealers.set(name, sealer);
    this.#destroyed.delete(name);
  }

  /** @throws KeyDestroyed when it was destroyed since the start, KeyMissing when there never was one */
  sealer(name: string): Sealer {
    return this.#get(name);
  }

  /** Secrets that hang on one key: the same for a label as long as the key lives. @throws as `sealer` */
  deriver(name: string): { derive(label: string): Buffer } {
    return this.#get(name);
  }

  /** How the keys are kept, and what becomes of each. */
  status(): VaultStatus {
    const { kind, isMoved } = this.#protector;
    const isRootWaiting = this.#protector.load("root-next")?.fill(0) !== undefined;
    const own = (name: string): KeyCopy => ({ name, heldBy: kind, destroyedBy: destroyedBy[kind] });
    return {
      protector: kind,
      sanitization: kind === "tpm" && !isMoved ? "purge" : "clear",
      isMoved,
      isRootWaiting,
      epoch: this.#epoch,
      keys: [
        own("root"),
        ...(isRootWaiting ? [own("root-next")] : []),
        own(`epoch-${this.#epoch}`),
        ...[...this.#sealers.keys()].map(
          (name): KeyCopy => ({
            name,
            heldBy: "key-register",
            destroyedBy: "new-epoch",
          }),
        ),
      ],
    };
  }

  /**
   * Wraps every key anew under a fresh epoch key, so that an old copy of the key folder does not open the register of
   * today, and draws a new root, for the next start to give to the data file. What seals records stays: it is never
   * used up (`SubkeySealer`), and lamps and the veil hang on it.
   */
  rotate(): void {
    if (this.#protector.load("root-next")?.fill(0) === undefined) this.#newKey("root-next");
    this.#renew(() => true);
  }

  /** Destroys a key: what it sealed is noise from here on, in every copy. Absent is fine. */
  destroy(name: string): void {
    if (this.#sealers.has(name)) this.#renew((each) => each !== name);
  }

  /** Destroys every key but these, all in one new epoch. */
  retain(names: readonly string[]): void {
    if ([...this.#sealers.keys()].some((name) => !names.includes(name)))
      this.#renew((name) => names.includes(name));
  }

  /**
   * Destroys all that is left, the root too: nothing of this hub opens any more, and it is closed. Also when it was not
   * started, as by one whose register does not open any more: what the register says of its epoch is believed then.
   */
  destroyAll(): void {
    this.#protector.destroy("root");
    this.#protector.destroy("root-next");
    for (const epoch of this.#epochs()) this.#protector.destroy(`epoch-${epoch}`);
    this.#files.remove(registerFile);
    this.close();
  }

  /** The keys there are, by name. */
  names(): readonly string[] {
    return [...this.#sealers.keys()];
  }

  /** A copy of one key, for another vault; the caller wipes it. @throws as `sealer` */
  copyKey(name: string): Buffer {
    return this.#get(name).copyKey();
  }

  /** Takes in a key of another vault. @param key 32 bytes, from here on the vault's. @throws as `create` */
  adopt(name: string, key: Buffer): void {
    if (this.#sealers.has(name)) throw new InvariantBroken("there is a key of this name", { keyName: name });
    this.#keep(name, key);
  }

  /** Wipes every key in memory. */
  close(): void {
    for (const sealer of this.#sealers.values()) sealer.destroy();
    this.#sealers.clear();
    this.#collect();
  }

  /** Those around it too: a power cut leaves at most one more. */
  #epochs(): readonly number[] {
    const bytes = this.#epoch === 0 ? this.#files.read(registerFile) : undefined;
    const epoch = bytes === undefined ? this.#epoch : (decodeRegister(bytes)?.epoch ?? 0);
    return [epoch - 1, epoch, epoch + 1].filter((each) => each > 0);
  }

  /** Writes a new epoch with the survivors only, then lets go of the old one's key. */
  #renew(survives: (name: string) => boolean): void {
    const survivors = new Map([...this.#sealers].filter(([name]) => survives(name)));
    const before = this.#epoch;
    const epochKey = this.#newKey(`epoch-${before + 1}`);
    this.#write(before + 1, epochKey, survivors);
    this.#epoch = before + 1;
    for (const [name, sealer] of this.#sealers) {
      if (survivors.has(name)) continue;
      sealer.destroy();
      this.#sealers.delete(name);
      this.#destroyed.add(name);
    }
    this.#protector.destroy(`epoch-${before}`);
    this.#collect();
  }

  #get(name: string): SubkeySealer {
    const sealer = this.#sealers.get(name);
    if (sealer !== undefined) return sealer;
    if (this.#destroyed.has(name))
      throw new KeyDestroyed("what this key sealed is gone for good", { keyName: name });
    throw new KeyMissing("there is no key of this name", { keyName: name });
  }

  /**
   * The register comes last: a first start that is cut off begins again, and a lost key is told from a new hub. Keys
   * that are there are taken, never replaced: the data they open may lie on a disk that is not attached.
   */
  #createRegister(): void {
    this.#id = this.#entropy.bytes(16);
    this.#epoch = 1;
    for (const name of ["root", "epoch-1"] as const) {
      if (this.#protector.load(name)?.fill(0) === undefined) this.#newKey(name);
    }
    this.#write(1, this.#epochKey(1), new Map());
  }

  #load(bytes: Buffer): void {
    const register = decodeRegister(bytes);
    if (register === undefined) {
      throw new KeysUnreadable("the key register is damaged; restore it from a backup", {
        reason: "damaged",
      });
    }
    const epochKey = this.#epochKey(register.epoch);
    if (!isAuthentic(bytes, register, epochKey)) {
      throw new KeysUnreadable("the key register is damaged or belongs to another key", {
        reason: "not-authentic",
      });
    }
    this.#id = Buffer.from(register.id);
    this.#epoch = register.epoch;
    for (const [name, wrapped] of register.wrapped) {
      const key = unwrap(epochKey, wrapped, this.#purpose(register.epoch, name));
      if (key === undefined)
        throw new InvariantBroken("an authentic register holds a key that does not open");
      this.#sealers.set(name, this.#newSealer(name, key));
    }
  }

  #epochKey(epoch: number): KeyObject {
    const bytes = this.#protector.load(`epoch-${epoch}`);
    if (bytes === undefined) {
      throw new KeyMissing(
        "the key of the register is not where it was kept; attach it or restore your copy",
        {
          keyName: `epoch-${epoch}`,
          protector: this.#protector.kind,
        },
      );
    }
    return secretKey(bytes);
  }

  #databaseKey(name: "root" | "root-next"): Buffer | undefined {
    const root = this.#protector.load(name);
    if (root === undefined) return undefined;
    const key = hkdf(root, this.#id, "lampkeeper database", keyBytes);
    root.fill(0);
    return key;
  }

  #newKey(name: ProtectedKey): KeyObject {
    const bytes = this.#entropy.bytes(keyBytes);
    this.#protector.keep(name, bytes);
    return secretKey(bytes);
  }

  #newSealer(name: string, key: Buffer): SubkeySealer {
    return new SubkeySealer(name, key, this.#entropy.bytes(16));
  }

  #write(epoch: number, epochKey: KeyObject, keys: ReadonlyMap<string, SubkeySealer>): void {
    const wrapped = new Map<string, Buffer>();
    for (const [name, sealer] of keys) {
      const key = sealer.copyKey();
      const nonce = this.#entropy.bytes(nonceBytes);
      wrapped.set(name, wrap(epochKey, nonce, key, this.#purpose(epoch, name)));
      key.fill(0);
    }
    const register: KeyRegister = { id: this.#id, epoch, wrapped };
    this.#files.replace(registerFile, encodeRegister(register, epochKey));
  }

  #purpose(epoch: number, name: string): string {
    return `${this.#id.toString("hex")}/${epoch}/${name}`;
  }
}
