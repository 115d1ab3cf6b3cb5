import { sha256 } from "../crypto/digest.ts";
import type { Caller } from "../domain/access.ts";
import type { EventBus } from "../domain/event.ts";
import { idEntropyBytes, idFrom, type PersonId } from "../domain/ids.ts";
import { Days, type Duration, Hours, type Instant, later, Millis, Minutes } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";

export interface SessionOptions {
  readonly codeLives: Duration;
  readonly sessionLives: Duration;
  /** A browser that nobody has used for so long is signed out. */
  readonly idle: Duration;
  /** The same at a browser that is not one's own: somebody else may sit down there next. */
  readonly shared: { readonly lives: Duration; readonly idle: Duration };
  /** Sign-ins and codes held at once; the oldest goes first. */
  readonly most: number;
}

export const defaultSessionOptions: SessionOptions = {
  codeLives: Minutes(10),
  sessionLives: Days(30),
  idle: Days(7),
  shared: { lives: Hours(1), idle: Minutes(10) },
  most: 256,
};

/** A session as those may see it who may end it. */
export interface SessionView {
  readonly caller: Caller;
  readonly created: Instant;
  readonly expires: Instant;
  /** At a browser that is not one's own. */
  readonly isShared: boolean;
}

/** As it is held here. */
interface Session extends SessionView {
  lastUsed: Instant;
}

/** How somebody comes in. */
export interface Entry {
  /** It ends then at the latest; null: as long as sessions live. */
  readonly until: Instant | null;
  readonly isShared?: boolean;
}

/** Civil time may step meanwhile, so nothing is awaited for longer. */
const mostWait = Hours(1);

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
  readonly #codes = new Map<string, Session>();
  readonly #sessions = new Map<string, Session>();
  #sweep: Timer | undefined;

  constructor(clock: Clock, entropy: Entropy, bus: EventBus, options = defaultSessionOptions) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#options = options;
  }

  /** Forgets every code and session. */
  close(): void {
    this.#sweep?.cancel();
    this.#sweep = undefined;
    this.#codes.clear();
    this.#sessions.clear();
  }

  /** A code, base64url, that signs one browser in with the rights of `caller`. */
  issueCode(caller: Omit<Caller, "id">): { readonly code: string; readonly expires: Instant } {
    const expires = later(this.#clock.now(), this.#options.codeLives);
    return this.#hold(this.#codes, this.#named(caller), 16, { expires, isShared: false });
  }

  /** Uses a code up. Undefined when it is unknown, used or too old. */
  signIn(code: string): { readonly secret: string; readonly caller: Caller } | undefined {
    const found = this.#live(this.#codes, code);
    if (found === undefined) return undefined;
    this.#codes.delete(keyOf(code));
    return this.#open(found.caller, { until: null });
  }

  /** A session of somebody who has shown who they are. */
  open(caller: Omit<Caller, "id">, entry: Entry): { readonly secret: string; readonly caller: Caller } {
    return this.#open(this.#named(caller), entry);
  }

  list(): readonly SessionView[] {
    return [...this.#sessions.values()].filter((session) => this.#isLive(session));
  }

  /** Who asks; the session counts as used. */
  callerOf(secret: string): Caller | undefined {
    const session = this.#live(this.#sessions, secret);
    if (session !== undefined) session.lastUsed = this.#clock.now();
    return session?.caller;
  }

  /** Whether a session is good; what listens by itself does not count as use. */
  isLive(secret: string): boolean {
    return this.#live(this.#sessions, secret) !== undefined;
  }

  /** Ends the session of this credential, if it is one's. */
  endSession(id: Caller["id"]): void {
    for (const [key, { caller }] of this.#sessions) if (caller.id === id) this.#end(key);
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

  #open(caller: Caller, { until, isShared = false }: Entry) {
    const { sessionLives, shared } = this.#options;
    const longest = later(this.#clock.now(), isShared ? shared.lives : sessionLives);
    const expires = until === null || longest < until ? longest : until;
    const { code: secret } = this.#hold(this.#sessions, caller, 32, { expires, isShared });
    this.#awaitEnd();
    return { secret, caller };
  }

  /** Whoever has opened something with it hears of its end. */
  #end(key: string): void {
    const session = this.#sessions.get(key);
    if (session === undefined) return;
    this.#sessions.delete(key);
    const { id } = session.caller;
    this.#bus.publish({ kind: "home.changed", what: "token", id, change: "removed", at: this.#clock.now() });
  }

  #hold(
    held: Map<string, Session>,
    caller: Caller,
    bytes: number,
    ends: Pick<Session, "expires" | "isShared">,
  ) {
    const code = this.#entropy.bytes(bytes).toString("base64url");
    const [oldest] = held.keys();
    if (held.size >= this.#options.most && oldest !== undefined) held.delete(oldest);
    const now = this.#clock.now();
    held.set(keyOf(code), { caller, created: now, lastUsed: now, ...ends });
    return { code, expires: ends.expires };
  }

  #live(held: Map<string, Session>, secret: string): Session | undefined {
    const found = held.get(keyOf(secret));
    if (found === undefined) return undefined;
    if (this.#isLive(found)) return found;
    if (held === this.#sessions) this.#end(keyOf(secret));
    else held.delete(keyOf(secret));
    return undefined;
  }

  #isLive(session: Session): boolean {
    return this.#clock.now() < this.#endOf(session);
  }

  #endOf({ expires, isShared, lastUsed }: Session): Instant {
    const idle = later(lastUsed, isShared ? this.#options.shared.idle : this.#options.idle);
    return idle < expires ? idle : expires;
  }

  /** A session that has come to its end ends what it opened, also when nobody asks any more. */
  #endIdle(): void {
    for (const [key, session] of [...this.#sessions]) if (!this.#isLive(session)) this.#end(key);
    this.#awaitEnd();
  }

  #awaitEnd(): void {
    this.#sweep?.cancel();
    this.#sweep = undefined;
    if (this.#sessions.size === 0) return;
    const left = [...this.#sessions.values()].map((session) => this.#endOf(session) - this.#clock.now());
    this.#sweep = this.#clock.after(Millis(Math.max(1, Math.min(mostWait, ...left))), () => this.#endIdle());
  }
}

const keyOf = (secret: string): string => sha256(Buffer.from(secret)).toString("hex");
