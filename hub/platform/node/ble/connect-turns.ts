import { BleError } from "../../../domain/ble-errors.ts";

interface Waiting {
  readonly id: number;
  start(): void;
  cancel(): void;
}

/** One attempt to connect after the other: noble ends the attempt of one when that of another is cancelled. */
export class ConnectTurns {
  #current: number | undefined;
  readonly #waiting: Waiting[] = [];

  /** @throws BleError when it was cancelled while it waited */
  take(id: number): Promise<void> {
    if (this.#current === undefined) {
      this.#current = id;
      return Promise.resolve();
    }
    return new Promise((start, reject) => {
      const cancel = () => reject(new BleError("not wanted any more", { reason: "cancelled" }));
      this.#waiting.push({ id, start, cancel });
    });
  }

  /** Whether it is under way now, and has to be stopped by whoever does it. */
  cancel(id: number): boolean {
    const place = this.#waiting.findIndex((each) => each.id === id);
    if (place >= 0) this.#waiting.splice(place, 1)[0]?.cancel();
    return this.#current === id;
  }

  pass(): void {
    const next = this.#waiting.shift();
    this.#current = next?.id;
    next?.start();
  }
}
