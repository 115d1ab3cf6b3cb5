import { UpdateDamaged, UpdateTruncated } from "../domain/update-bundle.ts";

/**
 * The bytes of an update while they arrive, in exact portions. Of what comes no more is held than the piece it came in.
 * What the sender or the net does wrong is thrown by whoever reads.
 */
export class ArrivingBytes {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** @throws UpdateTruncated */
  async take(count: number): Promise<Buffer> {
    const taken: Uint8Array[] = [];
    for await (const piece of this.pass(count)) taken.push(piece);
    return Buffer.concat(taken, count);
  }

  /** So many bytes, as they come. @throws UpdateTruncated */
  async *pass(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      if (!(await this.#isMore())) throw new UpdateTruncated("the update is not complete; copy it again");
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** @throws UpdateDamaged: something follows */
  async end(): Promise<void> {
    if (await this.#isMore())
      throw new UpdateDamaged("something follows the end of the update", { reason: "end" });
  }

  /** Nothing more is wanted. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #isMore(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#pieces.next();
      if (done === true) return false;
      this.#rest = value;
    }
    return true;
  }
}
