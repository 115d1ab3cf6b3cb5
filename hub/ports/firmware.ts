import type { ImageName, Slot } from "../domain/firmware.ts";

/** A slot, or where an update arrives: nothing is ever started from there. */
export type SlotPlace = Slot | "incoming";

/**
 * Two folders for images beside the data, and one for what arrives. Nothing in them is personal, and nothing is believed
 * without being hashed. Files pass in pieces: an image need not fit into memory.
 */
export interface SlotFiles {
  /** Paths of all files in that place, with / between their names, in no order. */
  list(place: SlotPlace): readonly string[];
  /** A file from its beginning to its end; each piece is good until the next is asked for. Undefined: no such file. */
  read(place: SlotPlace, path: string): Iterable<Uint8Array> | undefined;
  /**
   * On the medium before it resolves; each piece before the next one is asked for.
   * @throws StoreFailed, and what `content` throws: a part of it is there then
   */
  write(place: SlotPlace, path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Nothing is there any more. @throws StoreFailed */
  clear(place: SlotPlace): void;
  /** What has arrived becomes all that the slot holds. On the medium before it returns. @throws StoreFailed */
  settle(slot: Slot): void;
}

/**
 * Where somebody lays new versions: a folder of this machine, or one that the home's network shares. It is asked for one name, which is
 * the same in every home and says nothing about it.
 */
export interface UpdateSource {
  /** From its beginning, in pieces. Undefined: nothing of that name is there. @throws StoreFailed, also while it is read */
  pieces(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
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
