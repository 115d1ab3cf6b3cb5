import { sha256 } from "../crypto/digest.ts";
import type { Caller } from "../domain/access.ts";
import type { EventBus } from "../domain/event.ts";
import { idEntropyBytes, idFrom, type PersonId } from "../domain/ids.ts";
import { Days, type Duration, type Instant, later, Minutes } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";

export interface SessionOptions {
  readonly codeLives: Duration;
  readonly sessionLives: Duration;
  /** Sign-ins and codes held at once; the oldest goes first. */
  readonly most: number;
}

export const defaultSessionOptions: SessionOptions = {
  codeLives: Minutes(10),
  sessionLives: Days(30),
  most: 256,
};

/** A session as those may see it who may end it. */
export interface SessionView {
  readonly caller: Caller;
  readonly created: Instant;
  readonly expires: Instant;
}

/**
 * Browsers' sign-ins: of a person who has shown who they are, or by a one-time code, which becomes one session. They live
 * in memory and end with the process.
 */
export class SessionService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #options: SessionOptions;
  /** Both by the hash of their secret, so that looking one up tells nothing by its timing. */
  readonly #codes = new Map<string, SessionView>();
  readonly #sessions = new Map<string, SessionView>();

  constructor(clock: Clock, entropy: Entropy, bus: EventBus, options = defaultSessionOptions) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#options = options;
  }

  /** Forgets every code and session. */
  close(): void {
    this.#codes.clear();
    this.#sessions.clear();
  }

  /** A code, base64url, that signs one browser in with the rights of `caller`. */
  issueCode(caller: Omit<Caller, "id">): { readonly code: string; readonly expires: Instant } {
    return this.#hold(
      this.#codes,
      this.#named(caller),
      16,
      later(this.#clock.now(), this.#options.codeLives),
    );
  }

  /** Uses a code up. Undefined when it is unknown, used or too old. */
  signIn(code: string): { readonly secret: string; readonly caller: Caller } | undefined {
    const caller = this.#live(this.#codes, code);
    if (caller === undefined) return undefined;
    this.#codes.delete(keyOf(code));
    return this.#open(caller, null);
  }

  /** A session of somebody who has shown who they are. @param until it ends then at the latest */
  open(
    caller: Omit<Caller, "id">,
    until: Instant | null,
  ): { readonly secret: string; readonly caller: Caller } {
    return this.#open(this.#named(caller), until);
  }

  list(): readonly SessionView[] {
    return [...this.#sessions.values()].filter(({ expires }) => this.#clock.now() < expires);
  }

  callerOf(secret: string): Caller | undefined {
    return this.#live(this.#sessions, secret);
  }

  signOut(secret: string): void {
    this.#end(keyOf(secret));
  }

  /** All of a person's, at once: also the codes that they have given away. */
  endOf(person: PersonId): void {
    for (const [key, { caller }] of this.#codes) if (caller.person === person) this.#codes.delete(key);
    for (const [key, { caller }] of this.#sessions) if (caller.person === person) this.#end(key);
  }

  get sessionLives(): Duration {
    return this.#options.sessionLives;
  }

  #named(caller: Omit<Caller, "id">): Caller {
    return { ...caller, id: idFrom("token", this.#entropy.bytes(idEntropyBytes)) };
  }

  #open(caller: Caller, until: Instant | null) {
    const longest = later(this.#clock.now(), this.#options.sessionLives);
    const expires = until === null || longest < until ? longest : until;
    return { secret: this.#hold(this.#sessions, caller, 32, expires).code, caller };
  }

  /** Whoever has opened something with it hears of its end. */
  #end(key: string): void {
    const session = this.#sessions.get(key);
    if (session === undefined) return;
    this.#sessions.delete(key);
    const { id } = session.caller;
    this.#bus.publish({ kind: "home.changed", what: "token", id, change: "removed", at: this.#clock.now() });
  }

  #hold(held: Map<string, SessionView>, caller: Caller, bytes: number, expires: Instant) {
    const code = this.#entropy.bytes(bytes).toString("base64url");
    const [oldest] = held.keys();
    if (held.size >= this.#options.most && oldest !== undefined) held.delete(oldest);
    held.set(keyOf(code), { caller, created: this.#clock.now(), expires });
    return { code, expires };
  }

  #live(held: Map<string, SessionView>, secret: string): Caller | undefined {
    const found = held.get(keyOf(secret));
    if (found === undefined) return undefined;
    if (this.#clock.now() < found.expires) return found.caller;
    held.delete(keyOf(secret));
    return undefined;
  }
}

const keyOf = (secret: string): string => sha256(Buffer.from(secret)).toString("hex");
