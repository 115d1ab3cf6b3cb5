import type { ClockSource, ClockTrust } from "../domain/clock-trust.ts";
import { Conflict } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { Hours, Instant, Minutes } from "../domain/units.ts";
import type { Timer } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";
import type { SteeredClock } from "./steered-clock.ts";

/** Civil time that moves by less against the monotonic clock is being slewed, or the machine was busy. */
const step = Minutes(1);
/** How old the time may be that a hub without a clock chip starts at, beside the time it had no power. */
const keepEvery = Hours(1);
const setting = "clock";

/** Knows whether civil time may be believed, and notices when it jumps. */
export class ClockWatch {
  readonly #clock: SteeredClock;
  readonly #log: AuditedLog;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"setup">;
  #timers: readonly Timer[] = [];
  /** Civil minus monotonic time when it was last looked at. */
  #distance = 0;
  #trust: ClockTrust["level"] = "unknown";

  constructor(clock: SteeredClock, log: AuditedLog, bus: EventBus, store: PurposeStore<"setup">) {
    this.#clock = clock;
    this.#log = log;
    this.#bus = bus;
    this.#store = store;
  }

  /** A hub that does not know the time starts at the last it knew, and says so. */
  start(): void {
    const known = this.#store.collection("settings").get(setting)?.value;
    if (this.#clock.trust().level === "unknown" && typeof known === "number") {
      this.#clock.restore(Instant(known));
    }
    this.#distance = this.#read();
    this.#trust = this.#clock.trust().level;
    this.#keep();
    this.#timers = [
      this.#clock.onShift(() => this.check()),
      this.#clock.every(keepEvery, () => this.#keep()),
    ];
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  trust(): ClockTrust {
    return this.#clock.trust();
  }

  /**
   * Somebody vouches for the time: that it is `now`, or that the hub's is right. A phone's word changes nothing where
   * the time is known better.
   * @throws Conflict for a person, where the clock is kept by what knows better
   */
  vouch(source: Extract<ClockSource, "phone" | "person">, now?: Instant): void {
    if (this.#isKept()) {
      if (source === "phone") return;
      throw new Conflict("the clock is kept by this machine and is right; set the machine's own");
    }
    const trust = this.trust();
    // What a person set by hand stays: a phone may be wrong by its zone or its owner's wish.
    if (source === "phone" && trust.level === "trusted" && trust.source === "person") return;
    this.#clock.steer(now ?? this.#clock.now(), source);
  }

  /** Looks now. @returns whether civil time has stepped, or its trust changed; everybody has heard then */
  check(): boolean {
    const distance = this.#read();
    const moved = distance - this.#distance;
    const { level } = this.#clock.trust();
    const hasStepped = Math.abs(moved) > step;
    this.#distance = distance;
    if (!hasStepped && level === this.#trust) return false;
    this.#trust = level;
    this.#keep();
    this.#bus.publish({
      kind: "clock.changed",
      trust: level,
      step: hasStepped ? Math.round(moved) : 0,
      at: this.#clock.now(),
    });
    return true;
  }

  /** By what the platform itself trusts, which neither person nor phone may overrule. */
  #isKept(): boolean {
    const trust = this.trust();
    return trust.level === "trusted" && trust.source !== "person" && trust.source !== "phone";
  }

  #read(): number {
    return this.#clock.now() - this.#clock.monotonic();
  }

  /** A disk that refuses costs nothing now: the next start knows an older time. */
  #keep(): void {
    if (this.#trust !== "trusted") return;
    const kept = { name: setting, value: this.#clock.now() };
    this.#log.attempt("clock.not-kept", () => this.#store.collection("settings").put(setting, kept));
  }
}
