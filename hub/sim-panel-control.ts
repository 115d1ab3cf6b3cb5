import type { SimPanelControl as Control, SimPanelView } from "./api/traits.ts";
import { Conflict } from "./domain/errors.ts";
import type { Duration } from "./domain/units.ts";
import type { LedPlayer } from "./lifecycle/led-player.ts";
import type { SimPanel } from "./platform/sim/sim-panel.ts";
import type { Clock } from "./ports/clock.ts";

/** A hand on the button of the simulated case, and an eye on its light. */
export class SimPanelControl implements Control {
  readonly #clock: Clock;
  readonly #panel: SimPanel;
  readonly #led: Pick<LedPlayer, "signal">;

  constructor(clock: Clock, panel: SimPanel, led: Pick<LedPlayer, "signal">) {
    this.#clock = clock;
    this.#panel = panel;
    this.#led = led;
  }

  look(): SimPanelView {
    return { signal: this.#led.signal, lit: this.#panel.isLit, pressed: this.#panel.isPressed };
  }

  press(heldFor: Duration): void {
    if (this.#panel.isPressed) throw new Conflict("the button is held already");
    this.#panel.work("pressed");
    this.#clock.after(heldFor, () => this.#panel.work("released"));
  }
}
