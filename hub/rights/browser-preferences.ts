import type { BrowserSignal, Theme } from "../domain/browser-signal.ts";
import { type Consents, OptedOut } from "../domain/consent.ts";
import type { EventBus } from "../domain/event.ts";
import type { PersonId } from "../domain/ids.ts";
import { type OptionalPurpose, purposes } from "../domain/purpose.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
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
  readonly #log: AuditedLog;
  readonly #bus: EventBus;
  readonly #consents: Consents & Pick<ConsentService, "optOut">;
  readonly #store: GuardedStore;
  readonly #signals = new Map<string, BrowserSignal>();
  readonly #themes = new Map<string, Theme>();
  #unsubscribe: (() => void) | undefined;

  constructor(
    log: AuditedLog,
    bus: EventBus,
    store: GuardedStore,
    consents: Consents & Pick<ConsentService, "optOut">,
  ) {
    this.#log = log;
    this.#bus = bus;
    this.#store = store;
    this.#consents = consents;
  }

  start(): void {
    this.#unsubscribe = this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what !== "token" || change !== "removed") return;
      this.#signals.delete(id);
      this.#themes.delete(id);
    });
  }

  close(): void {
    this.#unsubscribe?.();
    this.#signals.clear();
    this.#themes.clear();
  }

  /**
   * What the account had agreed to have shared, evaluated or sent is taken back, and a note made: once for each session. It
   * counts also where the disk refuses the note, which is tried again with the next request.
   */
  heard({ id, person }: BrowserOf, signal: BrowserSignal): void {
    if (this.#signals.get(id) === signal) return;
    const isKept = this.#log.attempt("consent.not-kept", () =>
      this.#consents.optOut(person, { way: "signal", by: id }),
    );
    if (isKept) hold(this.#signals, id, signal);
  }

  /** With an account in every browser of it; without, in this one as long as it is signed in. */
  setTheme({ id, person }: BrowserOf, theme: Theme): void {
    if (person !== undefined) this.#store.collection("app-colours").put(person, { person, theme });
    else hold(this.#themes, id, theme);
  }

  /** @returns and where it is kept */
  themeOf({ id, person }: BrowserOf): { readonly theme: Theme; readonly keptIn: "account" | "browser" } {
    if (person === undefined) return { theme: this.#themes.get(id) ?? "auto", keptIn: "browser" };
    return { theme: this.#store.collection("app-colours").get(person)?.theme ?? "auto", keptIn: "account" };
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

/** The oldest goes where there are too many. */
const hold = <Value>(held: Map<string, Value>, id: string, value: Value): void => {
  const [oldest] = held.keys();
  if (held.size >= most && oldest !== undefined) held.delete(oldest);
  held.set(id, value);
};
