import { ledPatterns, type PanelSignal } from "../domain/led-pattern.ts";
import { Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Panel } from "../ports/panel.ts";

/**
 * Plays on the light of the case what there is to say. While the button is held it says what that would do; before and
 * after it says how the hub is.
 */
export class LedPlayer {
  readonly #clock: Clock;
  readonly #panel: Pick<Panel, "light">;
  #standing: PanelSignal = "off";
  #during: PanelSignal | undefined;
  #once: PanelSignal | undefined;
  #held: PanelSignal | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, panel: Pick<Panel, "light">) {
    this.#clock = clock;
    this.#panel = panel;
  }

  /** What is played now. */
  get signal(): PanelSignal {
    return this.#held ?? this.#once ?? this.#during ?? this.#standing;
  }

  /** From now on; a signal that is played once comes first, and then what stood before goes on. */
  show(signal: PanelSignal): void {
    const before = this.signal;
    if (ledPatterns[signal].isOnce) this.#once = signal;
    else this.#standing = signal;
    if (this.signal !== before || this.#timer === undefined) this.#play();
  }

  /** In the place of what stands, for as long as something lasts; undefined: it is over. */
  during(signal: PanelSignal | undefined): void {
    const before = this.signal;
    this.#during = signal;
    if (this.signal !== before) this.#play();
  }

  /** While the button is held; undefined: it was released. */
  hold(signal: PanelSignal | undefined): void {
    this.#held = signal;
    this.#play();
  }

  /** The light goes out. */
  close(): void {
    this.#timer?.cancel();
    this.#panel.light(false);
  }

  #play(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { flashes, isLit } = ledPatterns[this.signal];
    if (flashes.length === 0) this.#panel.light(isLit);
    else this.#flash(0);
  }

  #flash(at: number): void {
    const { flashes, isOnce } = ledPatterns[this.signal];
    const flash = flashes[at];
    if (flash === undefined) {
      if (isOnce) this.#once = undefined;
      this.#play();
      return;
    }
    const [onMs, offMs] = flash;
    this.#panel.light(true);
    this.#timer = this.#clock.after(Millis(onMs), () => {
      this.#panel.light(false);
      this.#timer = this.#clock.after(Millis(offMs), () => this.#flash(at + 1));
    });
  }
}
