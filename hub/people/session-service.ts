import { sha256 } from "../crypto/digest.ts";
import type { Caller } from "../domain/access.ts";
import { idEntropyBytes, idFrom } from "../domain/ids.ts";
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

interface Held {
  readonly caller: Caller;
  readonly expires: Instant;
}

/** Browsers' sign-ins: a one-time code becomes one session. Both live in memory and end with the process. */
export class SessionService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #options: SessionOptions;
  /** Both by the hash of their secret, so that looking one up tells nothing by its timing. */
  readonly #codes = new Map<string, Held>();
  readonly #sessions = new Map<string, Held>();

  constructor(clock: Clock, entropy: Entropy, options = defaultSessionOptions) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#options = options;
  }

  /** Forgets every code and session. */
  close(): void {
    this.#codes.clear();
    this.#sessions.clear();
  }

  /** A code, base64url, that signs one browser in with the rights of `caller`. */
  issueCode(caller: Omit<Caller, "id">): { readonly code: string; readonly expires: Instant } {
    const id = idFrom("token", this.#entropy.bytes(idEntropyBytes));
    return this.#hold(this.#codes, { ...caller, id }, 16, this.#options.codeLives);
  }

  /** Uses a code up. Undefined when it is unknown, used or too old. */
  signIn(code: string): { readonly secret: string; readonly caller: Caller } | undefined {
    const caller = this.#live(this.#codes, code);
    if (caller === undefined) return undefined;
    this.#codes.delete(keyOf(code));
    return { secret: this.#hold(this.#sessions, caller, 32, this.#options.sessionLives).code, caller };
  }

  callerOf(secret: string): Caller | undefined {
    return this.#live(this.#sessions, secret);
  }

  signOut(secret: string): void {
    this.#sessions.delete(keyOf(secret));
  }

  get sessionLives(): Duration {
    return this.#options.sessionLives;
  }

  #hold(held: Map<string, Held>, caller: Caller, bytes: number, lives: Duration) {
    const code = this.#entropy.bytes(bytes).toString("base64url");
    const expires = later(this.#clock.now(), lives);
    const [oldest] = held.keys();
    if (held.size >= this.#options.most && oldest !== undefined) held.delete(oldest);
    held.set(keyOf(code), { caller, expires });
    return { code, expires };
  }

  #live(held: Map<string, Held>, secret: string): Caller | undefined {
    const found = held.get(keyOf(secret));
    if (found === undefined) return undefined;
    if (this.#clock.now() < found.expires) return found.caller;
    held.delete(keyOf(secret));
    return undefined;
  }
}

const keyOf = (secret: string): string => sha256(Buffer.from(secret)).toString("hex");
