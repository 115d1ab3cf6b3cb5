/**
 * The door to secrets of one sort, of which there is one for each device or each person's thing. As with a `SecretSlot`
 * whoever serves their purpose is handed it by the roof, and everything goes through it as bytes.
 */
export interface SecretShelf {
  /** Of those that are there and open. */
  keys(): readonly string[];
  /**
   * Seals one under the key that the data map names; on the disk when this returns. The caller wipes `secret`.
   * @param key a random id; of a person's, below the person's: `p-…/…`
   * @throws KeyMissing, KeyDestroyed: of a person who was never admitted, or was erased; StoreFailed
   */
  put(key: string, secret: Uint8Array): void;
  /**
   * Shows one for as long as `use` takes, then wipes it. Undefined: there is none, or it does not open.
   * @param use keeps no view of the bytes
   */
  read<Result>(key: string, use: (secret: Uint8Array) => Result): Result | undefined;
  /** Takes it off the disk: whoever has an older copy and its key can still read it there. None is fine. @throws StoreFailed */
  remove(key: string): void;
}
