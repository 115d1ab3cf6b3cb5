import type { Slot } from "../domain/firmware.ts";

/** Two folders for images beside the data. Nothing in them is personal, and nothing is believed without being hashed. */
export interface SlotFiles {
  /** Paths of all files in the slot, with / between their names, in no order. */
  list(slot: Slot): readonly string[];
  /** Undefined: no such file. */
  read(slot: Slot, path: string): Buffer | undefined;
  /** On the medium before it returns. @throws StoreFailed */
  write(slot: Slot, path: string, content: Uint8Array): void;
  /** Nothing is in the slot any more. @throws StoreFailed */
  clear(slot: Slot): void;
}
