import type { ClockTrust } from "../domain/clock-trust.ts";
import type { EventBus } from "../domain/event.ts";
import type { LedPlayer } from "./led-player.ts";

/** Says on the light of the case how the hub is. */
export class StatusLight {
  readonly #bus: EventBus;
  readonly #led: LedPlayer;
  #end: (() => void) | undefined;

  constructor(bus: EventBus, led: LedPlayer) {
    this.#bus = bus;
    this.#led = led;
  }

  /** The hub is ready; from here on it follows the clock. */
  ready(trust: ClockTrust["level"]): void {
    this.#show(trust);
    this.#end = this.#bus.subscribe("clock.changed", (change) => this.#show(change.trust));
  }

  close(): void {
    this.#end?.();
    this.#led.close();
  }

  #show(trust: ClockTrust["level"]): void {
    this.#led.show(trust === "trusted" ? "ready" : "no-clock");
  }
}
