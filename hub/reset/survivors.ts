import { createSecretKey } from "node:crypto";
import { nonceBytes, open, seal } from "../crypto/aead.ts";
import { keyBytes } from "../crypto/envelope.ts";
import { ResetInterrupted } from "../domain/reset.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SmallFiles } from "../ports/store.ts";
import { type CollectionName, type CollectionValue, collections, isPaged } from "../privacy/data-map.ts";
import type { Field } from "../privacy/declaration.ts";
import type { SealedStore } from "../privacy/sealed-store.ts";
import type { Protector } from "../vault/protector.ts";
import type { Vault } from "../vault/vault.ts";
import { neutralRecords } from "./neutral-home.ts";

const file = "hand-over";

type Records = readonly (readonly [string, unknown])[];

/** What goes from the old vault to the new one: the key of the device links, and records. */
interface Bundle {
  readonly linkKey: Buffer;
  readonly records: Readonly<Record<string, Records>>;
}

/**
 * The part of a home that is handed over, on its way from one vault to the next. In a file of its own, sealed under a key
 * that neither vault has and that is destroyed when the new one holds everything.
 */
export class Survivors {
  readonly #entropy: Entropy;
  readonly #files: SmallFiles;
  readonly #protector: Protector;

  /** @param protector holds the key of the transfer beside those of the vault, and outlives them so */
  constructor(entropy: Entropy, files: SmallFiles, protector: Protector) {
    this.#entropy = entropy;
    this.#files = files;
    this.#protector = protector;
  }

  /** Copies what survives, and reads it back before anybody destroys where it came from. */
  copy(vault: Vault, store: SealedStore, keepsNames: boolean): void {
    const key = this.#entropy.bytes(keyBytes);
    const linkKey = vault.copyKey("device-link");
    const plain = Buffer.concat([linkKey, Buffer.from(JSON.stringify(survivingRecords(store, keepsNames)))]);
    try {
      this.#protector.keep("transfer", key);
      const transfer = createSecretKey(key);
      this.#files.replace(file, seal(transfer, this.#entropy.bytes(nonceBytes), plain, Buffer.from(file)));
    } finally {
      for (const secret of [key, linkKey, plain]) secret.fill(0);
    }
    this.#opened().linkKey.fill(0);
  }

  /** Into a vault and a store that hold nothing yet. */
  settle(vault: Vault, store: SealedStore): void {
    const { linkKey, records } = this.#opened();
    vault.adopt("device-link", linkKey);
    const names = survivingCollections();
    store.atomically(() => {
      for (const name of names.filter((each) => !isPaged(each))) put(store, name, records[name] ?? []);
    });
    for (const name of names.filter(isPaged)) put(store, name, records[name] ?? []);
  }

  /** Nothing of it is left. Absent is fine. */
  destroy(): void {
    this.#protector.destroy("transfer");
    this.#files.remove(file);
  }

  #opened(): Bundle {
    const key = this.#protector.load("transfer");
    const sealed = this.#files.read(file);
    if (key === undefined || sealed === undefined) {
      throw new ResetInterrupted(
        "what is handed over cannot be read; attach what held its key and start again",
      );
    }
    const transfer = createSecretKey(key);
    key.fill(0);
    const plain = open(transfer, sealed, Buffer.from(file));
    if (plain === undefined) {
      throw new ResetInterrupted("what is handed over is damaged; a factory reset is still possible");
    }
    try {
      return {
        linkKey: Buffer.from(plain.subarray(0, keyBytes)),
        records: JSON.parse(plain.subarray(keyBytes).toString()),
      };
    } finally {
      plain.fill(0);
    }
  }
}

/** Such records take no part in a batch; they are on the disk when the store is closed. */

/** Collections of which the data map says that every field with anything to say survives a hand over. */
const survivingCollections = (): readonly CollectionName[] =>
  (Object.keys(collections) as CollectionName[]).filter((name) => {
    const fields: readonly Field[] = Object.values(collections[name].fields);
    return fields.every((field) => field.class === "none" || field.survives.includes("hand-over"));
  });

const survivingRecords = (store: SealedStore, keepsNames: boolean): Readonly<Record<string, Records>> =>
  Object.fromEntries(
    survivingCollections().map((name) => [
      name,
      neutralRecords(name, store.collection(name).entries(), keepsNames),
    ]),
  );

const put = <Name extends CollectionName>(store: SealedStore, name: Name, records: Records): void => {
  for (const [key, value] of records) store.collection(name).put(key, value as CollectionValue<Name>);
};
