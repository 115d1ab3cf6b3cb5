import type { Slot } from "../../domain/firmware.ts";
import type { SlotFiles, SlotPlace } from "../../ports/firmware.ts";
import type { SimDisk } from "./sim-disk.ts";

/** Slots on the simulated disk. A file is appended in parts, so that the power can go inside it. */
export class SimSlots implements SlotFiles {
  readonly #disk: SimDisk;

  constructor(disk: SimDisk) {
    this.#disk = disk;
  }

  list(place: SlotPlace): readonly string[] {
    const folder = `slots/${place}/`;
    return this.#disk.names().flatMap((name) => (name.startsWith(folder) ? [name.slice(folder.length)] : []));
  }

  read(place: SlotPlace, path: string): Iterable<Uint8Array> | undefined {
    const content = this.#disk.read(`slots/${place}/${path}`);
    return content === undefined ? undefined : [content];
  }

  async write(place: SlotPlace, path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const name = `slots/${place}/${path}`;
    if (this.#disk.read(name) !== undefined) this.#disk.remove(name);
    this.#disk.append(name, Buffer.alloc(0));
    for await (const piece of content) this.#disk.append(name, piece);
    this.#disk.sync(name);
  }

  clear(place: SlotPlace): void {
    for (const path of this.list(place)) this.#disk.remove(`slots/${place}/${path}`);
  }

  /** One file after the other, so that the power can go between them. */
  settle(slot: Slot): void {
    this.clear(slot);
    for (const path of this.list("incoming"))
      this.#disk.rename(`slots/incoming/${path}`, `slots/${slot}/${path}`);
  }
}
