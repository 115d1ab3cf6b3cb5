/**
 * A chip that keeps a few small secrets and counters, and can forget them for good: a TPM. Synchronous; a call takes
 * some ten milliseconds. Places are numbers from 0 to 2^22 - 1; other programs use some too.
 *
 * Every call @throws TpmMissing, TpmFailed
 */
export interface KeyChip {
  /** Places in use, whoever uses them. */
  places(): readonly number[];
  /** Keeps a secret in a free place, in the chip for good when it returns. @param word 32 letters and digits that open it */
  keep(place: number, word: Uint8Array, secret: Uint8Array): void;
  /** A copy that the caller wipes; undefined: there is nothing, or nothing that this word opens. */
  read(place: number, word: Uint8Array): Buffer | undefined;
  /** Gone for good when it returns, a counter too. Absent is fine. */
  destroy(place: number): void;
  /** Sets up a counter in a free place. */
  addCounter(place: number): void;
  /** Above 0; undefined: there is none. */
  counter(place: number): number | undefined;
  /** One more. No way leads back, not even by destroying the counter and adding one. @returns the new value */
  count(place: number): number;
}
