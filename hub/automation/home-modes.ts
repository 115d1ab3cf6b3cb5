import type { EventBus } from "../domain/event.ts";
import { type HomeMode, homeModes } from "../domain/rule.ts";
import type { Clock } from "../ports/clock.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";

const setting = "mode";

const isMode = (value: unknown): value is HomeMode => homeModes.some((mode) => mode === value);

/** What the home is in now: kept, so that a home that was left stays left over a power cut. */
export class HomeModes {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"automation">;
  #mode: HomeMode = "home";

  constructor(clock: Clock, bus: EventBus, store: PurposeStore<"automation">) {
    this.#clock = clock;
    this.#bus = bus;
    this.#store = store;
  }

  start(): void {
    const kept = this.#store.collection("settings").get(setting)?.value;
    if (isMode(kept)) this.#mode = kept;
  }

  get(): HomeMode {
    return this.#mode;
  }

  /** @throws StoreFailed, and the mode is as it was */
  set(mode: HomeMode): void {
    if (mode === this.#mode) return;
    this.#store.collection("settings").put(setting, { name: setting, value: mode });
    this.#mode = mode;
    this.#bus.publish({ kind: "mode.changed", mode, at: this.#clock.now() });
  }
}
