import { HubError } from "../domain/errors.ts";
import type { PanelSignal } from "../domain/led-pattern.ts";
import { type Duration, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Panel } from "../ports/panel.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { LedPlayer } from "./led-player.ts";

/** What the button can ask for. */
export type ButtonLevel = "network" | "factory";

/** Whoever resets. The button is proof of presence: there is no second step. */
export interface ButtonReset {
  /** @throws ResetUnderWay, NotCapable, StoreFailed */
  reset(level: ButtonLevel, by: "button"): void;
}

interface Step {
  readonly heldFor: Duration;
  /** What happens on release from here on; undefined: nothing. */
  readonly level: ButtonLevel | undefined;
  readonly signal: PanelSignal;
}

/** Let go before the first of them, it was pressed and not held. */
const shortestHold = Seconds(3);

/** Held for longer than the last, it lies under something, or somebody has thought better of it. */
const steps: readonly Step[] = [
  { heldFor: Seconds(0), level: undefined, signal: "button-held" },
  { heldFor: shortestHold, level: "network", signal: "level-network" },
  { heldFor: Seconds(10), level: "factory", signal: "level-factory" },
  { heldFor: Seconds(20), level: undefined, signal: "off" },
];

/** The button on the case: what it does is decided when it is let go, and the light says before what that would be. */
export class ResetButton {
  readonly #clock: Clock;
  readonly #panel: Panel;
  readonly #led: Pick<LedPlayer, "hold" | "show">;
  readonly #log: AuditedLog;
  readonly #reset: ButtonReset;
  readonly #tapped: (() => void) | undefined;
  #timers: Timer[] = [];
  #since: number | undefined;
  #end: (() => void) | undefined;

  /** @param tapped it was pressed and not held; absent: that means nothing */
  constructor(
    clock: Clock,
    log: AuditedLog,
    panel: Panel,
    led: Pick<LedPlayer, "hold" | "show">,
    reset: ButtonReset,
    tapped?: () => void,
  ) {
    this.#clock = clock;
    this.#log = log;
    this.#panel = panel;
    this.#led = led;
    this.#reset = reset;
    this.#tapped = tapped;
  }

  start(): void {
    this.#end = this.#panel.onButton((change) => {
      if (change === "pressed") this.#pressed();
      else this.#released();
    });
  }

  close(): void {
    this.#end?.();
    this.#cancel();
  }

  #pressed(): void {
    if (this.#since !== undefined) return;
    this.#since = this.#clock.monotonic();
    for (const { heldFor, signal } of steps) {
      if (heldFor === 0) this.#led.hold(signal);
      else this.#timers.push(this.#clock.after(heldFor, () => this.#led.hold(signal)));
    }
  }

  #released(): void {
    if (this.#since === undefined) return;
    const heldMs = this.#clock.monotonic() - this.#since;
    this.#cancel();
    this.#led.hold(undefined);
    const level = steps.findLast(({ heldFor }) => heldMs >= heldFor)?.level;
    if (level !== undefined) this.#ask(level);
    else if (heldMs < shortestHold) this.#tapped?.();
  }

  /** What is refused can only be shown: nobody waits for an answer. */
  #ask(level: ButtonLevel): void {
    try {
      this.#reset.reset(level, "button");
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      this.#log.failed("reset.refused", error);
      this.#led.show("error");
    }
  }

  #cancel(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    this.#since = undefined;
  }
}
