import type { Slot } from "../../domain/firmware.ts";
import type { SlotFiles } from "../../ports/firmware.ts";
import type { SimDisk } from "./sim-disk.ts";

/** Slots on the simulated disk. A file is appended in parts, so that the power can go inside it. */
export class SimSlots implements SlotFiles {
  readonly #disk: SimDisk;

  constructor(disk: SimDisk) {
    this.#disk = disk;
  }

  list(slot: Slot): readonly string[] {
    const folder = `slots/${slot}/`;
    return this.#disk.names().flatMap((name) => (name.startsWith(folder) ? [name.slice(folder.length)] : []));
  }

  read(slot: Slot, path: string): Buffer | undefined {
    return this.#disk.read(`slots/${slot}/${path}`);
  }

  write(slot: Slot, path: string, content: Uint8Array): void {
    const name = `slots/${slot}/${path}`;
    if (this.#disk.read(name) !== undefined) this.#disk.remove(name);
    this.#disk.append(name, content);
    this.#disk.sync(name);
  }

  clear(slot: Slot): void {
    for (const path of this.list(slot)) this.#disk.remove(`slots/${slot}/${path}`);
  }
}
