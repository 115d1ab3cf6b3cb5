import type { ScryptCost } from "../crypto/kdf.ts";
import { assertPassword } from "../domain/password.ts";
import { BackupUnreadable } from "../domain/rights.ts";
import { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Setting } from "../privacy/data-map.ts";
import type { Collection } from "../privacy/guarded-store.ts";
import { type HomePackage, wipePackage } from "../privacy/home-package.ts";
import { openedPart } from "../privacy/person-part.ts";
import { assertHomeRecords } from "./home-import.ts";
import { type PackedFrom, packedForBackup } from "./packed-home.ts";
import { backupCost, backupHead, backupKey, headOf, openedHome, sealedHome } from "./sealed-home.ts";

const setting = "last-backup";
const saltBytes = 16;

/** A home that waits for the next start; the stage. */
export interface Staging {
  isWaiting(): boolean;
  /** @throws StoreFailed */
  stage(home: HomePackage): void;
}

/** What a backup holds, without what it says. */
export interface BackupContents {
  readonly created: Instant;
  /** By collection of the home. */
  readonly records: Readonly<Record<string, number>>;
  /** Everybody who is in it, and of whom this hub can still read their part. */
  readonly people: { readonly all: number; readonly readable: number };
}

/**
 * Backups of the home, as files that its owner keeps: sealed under their passphrase, and each person's part once more under a
 * key that hangs on that person's own and never leaves this hub. There is no backup that is not sealed.
 */
export class BackupService {
  readonly #clock: Clock;
  readonly #from: PackedFrom;
  readonly #stage: Staging;
  readonly #cost: ScryptCost;
  readonly #settings: Collection<Setting>;

  constructor(clock: Clock, from: PackedFrom, stage: Staging, cost = backupCost) {
    this.#clock = clock;
    this.#from = from;
    this.#stage = stage;
    this.#cost = cost;
    this.#settings = from.store.collection("settings");
  }

  /** When the newest was made; undefined: there is none. */
  newest(): Instant | undefined {
    const at = this.#settings.get(setting)?.value;
    return typeof at === "number" ? Instant(at) : undefined;
  }

  /** Whether a home waits for the next start. */
  isWaiting(): boolean {
    return this.#stage.isWaiting();
  }

  /**
   * The home as it is now, sealed. Counts as made once all of it was taken.
   * @param passphrase UTF-8; stays the caller's
   * @throws PasswordTooShort, PasswordTooLong, PasswordTooCommon
   */
  create(passphrase: Uint8Array): Iterable<Buffer> {
    assertPassword(passphrase, "lampkeeper");
    const head = backupHead(this.#cost, this.#from.entropy.bytes(saltBytes));
    const key = backupKey(passphrase, head, this.#cost);
    const created = this.#clock.now();
    const home = packedForBackup(this.#from, created);
    return this.#made(sealedHome(home, key, head), home);
  }

  *#made(file: Iterable<Buffer>, home: HomePackage): Generator<Buffer, void> {
    try {
      yield* file;
    } finally {
      wipePackage(home);
    }
    const { created } = home;
    this.#settings.put(setting, { name: setting, value: created });
  }

  /** What a backup holds; nothing changes. @throws BackupUnreadable, BackupRefused */
  verify(passphrase: Uint8Array, file: Buffer): BackupContents {
    const home = this.#opened(passphrase, file);
    try {
      return this.#contentsOf(home);
    } finally {
      wipePackage(home);
    }
  }

  /**
   * Takes a backup in, at the next start: the home is as it was then. People who were erased since stay erased, what somebody
   * may do is as it is now, and passwords and tokens are in no backup.
   * @throws BackupUnreadable, BackupRefused; StoreFailed: nothing waits then
   */
  restore(passphrase: Uint8Array, file: Buffer): BackupContents {
    const home = this.#opened(passphrase, file);
    try {
      const contents = this.#contentsOf(home);
      this.#stage.stage(home);
      return contents;
    } finally {
      wipePackage(home);
    }
  }

  #opened(passphrase: Uint8Array, file: Buffer): HomePackage {
    const head = headOf(file, "backup");
    const home = openedHome(file, backupKey(passphrase, head, this.#cost), head);
    try {
      assertHomeRecords(home.records);
      return home;
    } catch (error) {
      wipePackage(home);
      throw new BackupUnreadable("this backup opens and holds what no home has", {}, { cause: error });
    }
  }

  #contentsOf({ created, records, people }: HomePackage): BackupContents {
    return {
      created,
      records: Object.fromEntries(Object.entries(records).map(([name, list]) => [name, list.length])),
      people: {
        all: people.length,
        readable: people.filter((part) => openedPart(this.#from.keys, part) !== undefined).length,
      },
    };
  }
}
