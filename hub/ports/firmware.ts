import type { ImageName, Slot } from "../domain/firmware.ts";

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

/** Small whole files for the boot state, replaced atomically and fsynced. They hold nothing of a home. */
export interface BootFiles {
  read(name: string): Buffer | undefined;
  /** @throws StoreFailed */
  replace(name: string, content: Uint8Array): void;
}

/** The stored data as a whole, while no hub has them open. */
export interface DataCopy {
  /** Puts a copy aside. @throws StoreFailed */
  keep(): void;
  /** The data are again as when they were kept; absent: as they are. @throws StoreFailed */
  putBack(): void;
  /** There is no copy any more. @throws StoreFailed */
  drop(): void;
}

/** What an image says to its supervisor. `alive`: its event loop turns. */
export type Sign = "alive" | "ready" | "restart";

/** An image that runs. */
export interface RunningImage {
  /** Its exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>;
  onSign(listener: (sign: Sign) => void): void;
  /** Asks it to end. */
  end(): void;
  /** Ends it. */
  kill(): void;
}

/** Starts images as processes. */
export interface ImageRunner {
  start(image: ImageName): RunningImage;
}

/** Whoever started the supervisor and wants to know how it is. */
export interface Watcher {
  ready(): void;
  alive(): void;
}
