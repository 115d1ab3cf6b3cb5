import type { RequestId } from "../domain/ids.ts";
import { Minutes, type Monotonic } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Panel } from "../ports/panel.ts";

/** How long a request waits for somebody to press the button. */
export const buttonWaits = Minutes(2);

/**
 * Whoever stands at the hub and presses its button has shown as much as can be shown. One request waits for it at a time,
 * so that one press says yes to one thing.
 */
export class ButtonProof {
  readonly #clock: Clock;
  readonly #panel: Panel;
  #waiting: { readonly request: RequestId; readonly until: Monotonic; isPressed: boolean } | undefined;
  #stop: () => void = () => {};

  /** @param clock of the world outside: people take their time, however fast the home lives */
  constructor(clock: Clock, panel: Panel) {
    this.#clock = clock;
    this.#panel = panel;
  }

  start(): void {
    this.#stop = this.#panel.onButton((change) => {
      if (change === "released" && this.#waiting !== undefined) this.#waiting.isPressed = true;
    });
  }

  close(): void {
    this.#stop();
    this.#waiting = undefined;
  }

  /** Whether it was pressed for this request; that counts once. */
  take(request: RequestId): boolean {
    const waiting = this.#open();
    if (waiting?.request !== request || !waiting.isPressed) return false;
    this.#waiting = undefined;
    return true;
  }

  /** From here on a press counts for this request. @returns false while another waits */
  await(request: RequestId): boolean {
    const waiting = this.#open();
    if (waiting !== undefined && waiting.request !== request) return false;
    const until = (this.#clock.monotonic() + buttonWaits) as Monotonic;
    this.#waiting = { request, until, isPressed: false };
    return true;
  }

  /** It was shown otherwise: the button is free for the next one. */
  free(request: RequestId): void {
    if (this.#waiting?.request === request) this.#waiting = undefined;
  }

  #open() {
    if (this.#waiting !== undefined && this.#clock.monotonic() >= this.#waiting.until)
      this.#waiting = undefined;
    return this.#waiting;
  }
}
