import type { BrowserSignal } from "../domain/browser-signal.ts";
import { type Consents, OptedOut } from "../domain/consent.ts";
import type { EventBus } from "../domain/event.ts";
import type { PersonId } from "../domain/ids.ts";
import { type OptionalPurpose, purposes } from "../domain/purpose.ts";
import type { ConsentService } from "./consent-service.ts";

/** Whose browser it is: the session, and the account it is signed in to, if it is. */
export interface BrowserOf {
  readonly id: string;
  readonly person?: PersonId;
}

/** Sessions there can be at once, and some tokens. */
const most = 1_024;

/** What each browser asks for, as long as its session lives. There is no mark by which it would be known after that. */
export class BrowserPreferences {
  readonly #bus: EventBus;
  readonly #consents: Consents & Pick<ConsentService, "optOut">;
  readonly #signals = new Map<string, BrowserSignal>();
  #unsubscribe: (() => void) | undefined;

  constructor(bus: EventBus, consents: Consents & Pick<ConsentService, "optOut">) {
    this.#bus = bus;
    this.#consents = consents;
  }

  start(): void {
    this.#unsubscribe = this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "token" && change === "removed") this.#signals.delete(id);
    });
  }

  close(): void {
    this.#unsubscribe?.();
    this.#signals.clear();
  }

  /** What the account had agreed to have shared, evaluated or sent is taken back, and a note made: once for each session. */
  heard({ id, person }: BrowserOf, signal: BrowserSignal): void {
    if (this.#signals.get(id) === signal) return;
    const [oldest] = this.#signals.keys();
    if (this.#signals.size >= most && oldest !== undefined) this.#signals.delete(oldest);
    this.#consents.optOut(person, { way: "signal", by: id });
    this.#signals.set(id, signal);
  }

  signalOf({ id }: BrowserOf): BrowserSignal | undefined {
    return this.#signals.get(id);
  }

  /** @throws OptedOut: the browser says the opposite with every request */
  assertMayAgree(purpose: OptionalPurpose, signal: BrowserSignal | undefined): void {
    if (signal !== undefined && purposes[purpose].kind !== "service")
      throw new OptedOut(
        "your browser asks that nothing is shared or evaluated, and that counts: change its setting first",
        { purpose },
      );
  }
}
