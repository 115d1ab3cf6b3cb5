import { Seconds } from "../domain/units.ts";
import type { Advertisement, BleCentral, BleSubscription } from "../ports/ble.ts";
import type { Clock, Timer } from "../ports/clock.ts";

type Sink = (advertisement: Advertisement) => void;

interface Listener {
  readonly sink: Sink;
  readonly active: boolean;
}

/** A radio that has heard nobody for so long is told once more to listen: some stop by themselves and do not say so. */
const silence = Seconds(60);

/** The one scan of a radio, for whoever listens. It goes on after whatever stopped it. */
export class ScanOwner {
  readonly #clock: Clock;
  readonly #raw: BleCentral;
  readonly #heard: Sink;
  readonly #listeners = new Set<Listener>();
  #scan: BleSubscription | undefined;
  /** Of the newest scan: one that could not be ended is not listened to. */
  #number = 0;
  #isPaused = false;
  #heardAny = false;
  #watch: Timer | undefined;

  /** @param heard is called first, with everything that was heard just now */
  constructor(clock: Clock, raw: BleCentral, heard: Sink) {
    this.#clock = clock;
    this.#raw = raw;
    this.#heard = heard;
  }

  listen(sink: Sink, { active }: { readonly active: boolean }): BleSubscription {
    const listener: Listener = { sink, active };
    this.#listeners.add(listener);
    this.renew();
    return {
      cancel: () => {
        if (this.#listeners.delete(listener)) this.renew();
      },
    };
  }

  /** Nothing is listened to until `renew`. */
  pause(): void {
    this.#isPaused = true;
    this.#stop();
  }

  /** Begins the scan anew, or ends it where nobody listens. */
  renew(): void {
    this.#isPaused = false;
    this.#stop();
    if (this.#listeners.size === 0 || this.#raw.state() !== "on") return;
    const active = [...this.#listeners].some((listener) => listener.active);
    this.#watch = this.#clock.every(silence, () => this.#listened());
    try {
      const number = this.#number;
      const sink: Sink = (advertisement) => number === this.#number && this.#hear(advertisement);
      this.#scan = this.#raw.scan(sink, { active });
    } catch {
      // The watch tries again.
      this.#scan = undefined;
    }
  }

  close(): void {
    this.#listeners.clear();
    this.#stop();
  }

  #listened(): void {
    if (this.#heardAny) this.#heardAny = false;
    else if (!this.#isPaused) this.renew();
  }

  #stop(): void {
    this.#watch?.cancel();
    this.#watch = undefined;
    this.#heardAny = false;
    this.#number++;
    const scan = this.#scan;
    this.#scan = undefined;
    try {
      scan?.cancel();
    } catch {
      // It is over all the same: nobody listens to it any more.
    }
  }

  #hear(advertisement: Advertisement): void {
    // What a stack remembers is no sign that it listens.
    if (!advertisement.cached) {
      this.#heardAny = true;
      this.#heard(advertisement);
    }
    for (const { sink } of this.#listeners) sink(advertisement);
  }
}
