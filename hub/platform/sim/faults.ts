/** What a simulated disk does wrong. Plain data: a world draws it, a test writes it down, a run replays it. */
export interface DiskFaults {
  /** Bytes that fit; absent: no end. */
  readonly capacityBytes?: number;
  /** Share of writes and syncs that fail, 0..1. What failed is not on the disk. */
  readonly failing?: number;
  /** The medium refuses every write. */
  readonly readOnly?: boolean;
  /**
   * What a power cut leaves of bytes that were written and not synced. "lost": nothing. "torn": some leading part.
   * "garbled": all of it in length, but with some of it replaced, as when sectors land out of order.
   */
  readonly unsynced?: "lost" | "torn" | "garbled";
  /** The power goes in the middle of this operation on the disk, counted from 1 from when the faults were set. */
  readonly powerCutAt?: number;
}
