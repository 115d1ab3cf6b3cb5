import { Minutes } from "../domain/units.ts";
import type { BleCentral } from "../ports/ble.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { called, settlesWithin } from "./within.ts";

/** So often in a row the software of a radio may ignore what it was told. */
const mostStrikes = 2;
/** So often it is started anew before nobody counts on it any more; from then on once in a while. */
const mostRestarts = 2;
const tryAgain = Minutes(1);

/** Starts the software of a radio anew when it does not do as it is told, and says when that does not help. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #raw: BleCentral;
  readonly #changed: () => void;
  #strikes = 0;
  #restarts = 0;
  #isStuck = false;
  #retry: Timer | undefined;

  /** @param changed `isStuck` is another */
  constructor(clock: Clock, log: Log, raw: BleCentral, changed: () => void) {
    this.#clock = clock;
    this.#log = log;
    this.#raw = raw;
    this.#changed = changed;
  }

  /** It was started anew and is still deaf. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  alive(): void {
    this.#strikes = 0;
    this.#restarts = 0;
    this.#setStuck(false);
  }

  deaf(): void {
    if (++this.#strikes < mostStrikes) return;
    this.#strikes = 0;
    this.#log.write("warn", "ble.deaf", { attempt: this.#restarts });
    if (this.#restarts++ < mostRestarts) this.#restart();
    else this.#setStuck(true);
  }

  close(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  #restart(): void {
    const restart = this.#raw.restart;
    if (restart === undefined) return;
    void settlesWithin(
      this.#clock,
      tryAgain,
      called(() => restart.call(this.#raw)),
    );
  }

  #setStuck(isStuck: boolean): void {
    if (this.#isStuck === isStuck) return;
    this.#isStuck = isStuck;
    this.close();
    if (isStuck) this.#retry = this.#clock.every(tryAgain, () => this.#restart());
    this.#changed();
  }
}
