import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Instant } from "../../hub/domain/units.ts";
import { SqliteStore } from "../../hub/platform/node/sqlite-store.ts";
import { JournalStore } from "../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import type { RecordStore, StorePort } from "../../hub/ports/store.ts";
import { storeOver } from "./store-over.ts";

/** A device with a disk. The clock is ours, so that the moment for which the store waits passes when we say so. */
export interface StoreRig {
  readonly port: StorePort;
  readonly clock: VirtualClock;
  readonly log: MemoryLog;
  /** The process is gone without a word; the disk stays. The next `port.open` is the next start. */
  crash(): void;
  /** Every byte on the disk: data file, its log and whatever else lies there. */
  image(): Buffer;
  dispose(): void;
}

const filesIn = (folder: string): string[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));

/** SQLite on the system's disk. A crash is a copy of the folder as it lies there, opened in place of the original. */
export class SqliteRig implements StoreRig {
  readonly clock = new VirtualClock(Instant(0));
  readonly log = new MemoryLog();
  readonly #root = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  readonly #open: RecordStore[] = [];
  #lives = 0;
  port = this.#portOf(this.folder);

  get folder(): string {
    return join(this.#root, `${this.#lives}`);
  }

  crash(): void {
    const before = this.folder;
    this.#lives++;
    if (existsSync(before)) cpSync(before, this.folder, { recursive: true });
    else mkdirSync(this.folder);
    this.port = this.#portOf(this.folder);
  }

  image(): Buffer {
    return Buffer.concat(filesIn(this.folder).map((file) => readFileSync(file)));
  }

  dispose(): void {
    for (const store of this.#open) store.close();
    rmSync(this.#root, { recursive: true, force: true });
  }

  #portOf(folder: string): StorePort {
    const port = new SqliteStore(this.clock, this.log, folder);
    return storeOver(port, {
      open: (key, isExpected) => {
        const store = port.open(key, isExpected);
        this.#open.push(store);
        return store;
      },
    });
  }
}

/** The simulated disk; a crash is a power cut. */
export class JournalRig implements StoreRig {
  readonly clock = new VirtualClock(Instant(0));
  readonly log = new MemoryLog();
  readonly disk: SimDisk;
  readonly port: JournalStore;

  constructor(seed = 1) {
    this.disk = new SimDisk(new SeededRandom(seed));
    this.port = new JournalStore(this.clock, this.log, this.disk);
  }

  crash(): void {
    this.port.crash();
  }

  image(): Buffer {
    return this.disk.image();
  }

  dispose(): void {
    this.disk.setFaults({});
  }
}

/** Both fillings of the store, by name. */
export const storeRigs = [
  ["sqlite", (): StoreRig => new SqliteRig()],
  ["simulated journal", (): StoreRig => new JournalRig()],
] as const;

/** A test on a rig of its own. */
export const onRig = (make: () => StoreRig) => (body: (rig: StoreRig) => void) => () => {
  const rig = make();
  try {
    body(rig);
  } finally {
    rig.dispose();
  }
};
