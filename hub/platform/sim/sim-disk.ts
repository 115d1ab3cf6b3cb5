import { HubError } from "../../domain/errors.ts";
import { StoreFailed } from "../../domain/store-errors.ts";
import type { Random } from "../../ports/random.ts";
import type { DiskFaults } from "./faults.ts";

/** The simulated power went. Whoever runs the hub in the simulated world catches this and calls `powerCut()`. */
export class SimPowerCut extends HubError {
  override readonly code = "sim_power_cut";
  override readonly family = "world";
}

interface File {
  /** Bytes that survive anything, as they came. */
  durable: Buffer[];
  /** Appended, in the operating system's cache. */
  unsynced: Buffer[];
}

const sizeOf = (parts: readonly Buffer[]): number => parts.reduce((sum, part) => sum + part.length, 0);

/**
 * A medium with a cache, which loses on a power cut what was not synced, and fails as it is told. Files can be
 * appended to, synced, or swapped whole (write aside, sync, rename: before the rename the old file is there, after it
 * the new one).
 */
export class SimDisk {
  faults: DiskFaults = {};
  readonly #random: Random;
  readonly #files = new Map<string, File>();
  #operations = 0;
  #isOff = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Sets what goes wrong from here on; operations for `powerCutAt` are counted anew. */
  setFaults(faults: DiskFaults): void {
    this.faults = faults;
    this.#operations = 0;
  }

  /** False from the moment a fault cut the power until `powerCut()` has brought it back. */
  get hasPower(): boolean {
    return !this.#isOff;
  }

  /** Everything on it, as a buyer of the second-hand device would read it. */
  image(): Buffer {
    return Buffer.concat([...this.#files.values()].flatMap((file) => [...file.durable, ...file.unsynced]));
  }

  names(): readonly string[] {
    return [...this.#files.keys()];
  }

  read(name: string): Buffer | undefined {
    const file = this.#files.get(name);
    return file === undefined ? undefined : Buffer.concat([...file.durable, ...file.unsynced]);
  }

  /** Into the cache; not durable before `sync`. */
  append(name: string, bytes: Uint8Array): void {
    const file = this.#files.get(name) ?? { durable: [], unsynced: [] };
    this.#operate(() => {
      this.#files.set(name, file);
      file.unsynced.push(Buffer.from(bytes.subarray(0, this.#random.below(bytes.length + 1))));
    }, bytes.length);
    this.#files.set(name, file);
    file.unsynced.push(Buffer.from(bytes));
  }

  sync(name: string): void {
    this.#operate(() => {}, 0);
    const file = this.#files.get(name);
    if (file === undefined) return;
    file.durable.push(...file.unsynced);
    file.unsynced = [];
  }

  /** Drops what was appended and not synced. Costs nothing and cannot fail. */
  forget(name: string): void {
    const file = this.#files.get(name);
    if (file !== undefined) file.unsynced = [];
  }

  /** The whole file becomes `bytes`, durably. */
  swap(name: string, bytes: Uint8Array): void {
    this.#operate(() => {}, bytes.length);
    this.#files.set(name, { durable: [Buffer.from(bytes)], unsynced: [] });
  }

  /** What was of the new name is gone. Durable, as far as its content is. */
  rename(name: string, to: string): void {
    this.#operate(() => {}, 0);
    const file = this.#files.get(name);
    if (file === undefined) return;
    this.#files.delete(name);
    this.#files.set(to, file);
  }

  remove(name: string): void {
    this.#operate(() => {}, 0);
    this.#files.delete(name);
  }

  /** The device loses power and gets it back: caches are gone, in the way the faults say. The hub must be started anew. */
  powerCut(): void {
    for (const file of this.#files.values()) {
      file.durable.push(this.#survivingPart(Buffer.concat(file.unsynced)));
      file.unsynced = [];
    }
    this.#isOff = false;
    this.#operations = 0;
    const { powerCutAt: _done, ...lasting } = this.faults;
    this.faults = lasting;
  }

  #survivingPart(unsynced: Buffer): Buffer {
    if (unsynced.length === 0 || (this.faults.unsynced ?? "lost") === "lost") return Buffer.alloc(0);
    const cut = this.#random.below(unsynced.length);
    if (this.faults.unsynced === "torn") return unsynced.subarray(0, cut);
    return unsynced.fill(this.#random.below(256), cut);
  }

  #operate(halfway: () => void, bytes: number): void {
    if (this.#isOff) throw new SimPowerCut("the device has no power");
    this.#operations++;
    if (this.#operations === this.faults.powerCutAt) {
      halfway();
      this.#isOff = true;
      throw new SimPowerCut("the power went", { operation: this.#operations });
    }
    if (this.faults.readOnly)
      throw new StoreFailed("the simulated disk is read-only", { reason: "read-only" });
    if (this.#random.next() < (this.faults.failing ?? 0)) {
      throw new StoreFailed("the simulated disk reported an error", { reason: "device" });
    }
    if (bytes > 0 && this.#used() + bytes > (this.faults.capacityBytes ?? Number.POSITIVE_INFINITY)) {
      throw new StoreFailed("the simulated disk is full", { reason: "full" });
    }
  }

  #used(): number {
    let used = 0;
    for (const file of this.#files.values()) used += sizeOf(file.durable) + sizeOf(file.unsynced);
    return used;
  }
}
