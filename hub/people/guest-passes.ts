import { sha256 } from "../crypto/digest.ts";
import { assertGrantable, type Caller, scopesOfRole } from "../domain/access.ts";
import { InvalidInput, LimitExceeded, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { type GuestPass, type PassKind, PassRefused } from "../domain/guest-pass.ts";
import { idEntropyBytes, idFrom, type LampId, type PassId, type SceneId } from "../domain/ids.ts";
import { activeRightsOf, type Person } from "../domain/person.ts";
import { type Duration, type Instant, later, Millis } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import type { AttemptLimiter } from "./attempt-limiter.ts";
import type { PersonService } from "./person-service.ts";
import type { SessionService } from "./session-service.ts";
import type { SignInNotices } from "./sign-in-notices.ts";

/** More than any home hands out at a time. */
const mostPasses = 64;
const codeBytes = 16;

export interface NewPass {
  readonly kind: PassKind;
  readonly scenes?: readonly SceneId[];
  readonly lamps?: readonly LampId[];
  readonly expiresIn: Duration;
  /** Of an invited guest. */
  readonly stays?: Duration;
}

export interface PassParts {
  readonly people: PersonService;
  readonly sessions: SessionService;
  readonly signIns: SignInNotices;
  readonly limiter: AttemptLimiter;
}

/** What came of a code. */
export interface Entered {
  readonly secret: string;
  readonly caller: Caller;
  /** Absent: nobody knows who it is. */
  readonly person?: Person;
}

/** Lets guests in by a code that is shown or printed: no address of theirs is asked for, and by the wall not even a name. */
export class GuestPasses {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #store: GuardedStore;
  readonly #parts: PassParts;
  /** Who came by which pass: in memory, as their sessions are. */
  readonly #entered = new Map<Caller["id"], PassId>();

  constructor(clock: Clock, entropy: Entropy, bus: EventBus, store: GuardedStore, parts: PassParts) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#store = store;
    this.#parts = parts;
  }

  start(): void {
    this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "token" && change === "removed") this.#entered.delete(id as Caller["id"]);
    });
  }

  /** Those that are still good. */
  list(): readonly GuestPass[] {
    return [...this.#shelf().entries()].map(([, pass]) => pass).filter((pass) => this.#isGood(pass));
  }

  /**
   * @param by who asks; nobody gives away more than they have
   * @returns the code, base64url; it exists here and with whoever asked
   * @throws InvalidInput, LimitExceeded, NotAuthorised
   */
  issue(wanted: NewPass, by: Caller): { readonly pass: GuestPass; readonly code: string } {
    const { kind, scenes = [], lamps = [], expiresIn, stays } = wanted;
    if (kind === "wall" && (scenes.length === 0 || lamps.length > 0 || stays !== undefined))
      throw new InvalidInput("a pass for the wall has scenes, and nothing else", { path: "scenes" });
    if (kind === "invitation" && (lamps.length === 0 || scenes.length > 0))
      throw new InvalidInput("an invitation has lamps, and no scenes", { path: "lamps" });
    assertGrantable(scopesOfRole.guest, by);
    this.#forgetOld();
    if (this.list().length >= mostPasses)
      throw new LimitExceeded(`at most ${mostPasses} passes at a time; take one back first`, {
        limit: mostPasses,
      });
    const code = this.#entropy.bytes(codeBytes).toString("base64url");
    const now = this.#clock.now();
    const pass: GuestPass = {
      id: idFrom("pass", this.#entropy.bytes(idEntropyBytes)),
      kind,
      hash: hashOf(code),
      scenes: [...new Set(scenes)],
      lamps: [...new Set(lamps)],
      ...(stays === undefined ? {} : { staysMs: stays }),
      created: now,
      expires: later(now, expiresIn),
    };
    this.#shelf().put(pass.id, pass);
    return { pass, code };
  }

  /** It lets nobody in any more, and whoever came by it is out. @throws NotFound */
  revoke(id: PassId): void {
    if (this.#shelf().get(id) === undefined) throw new NotFound("no such pass");
    this.#shelf().remove(id);
    for (const [caller, pass] of [...this.#entered]) if (pass === id) this.#parts.sessions.endSession(caller);
  }

  /** What a code is good for, before anybody uses it. @throws PassRefused, TooManyAttempts */
  look(code: string): GuestPass {
    return this.#found(code);
  }

  /**
   * Comes in. By an invitation once, under a name that the guest has chosen; by the wall without one, as often as anybody likes.
   * @throws PassRefused, TooManyAttempts; InvalidInput name
   */
  enter(code: string, name: string | undefined): Entered {
    const pass = this.#found(code);
    return pass.kind === "wall" ? this.#enterByWall(pass, name) : this.#enterInvited(pass, name);
  }

  #enterByWall(pass: GuestPass, name: string | undefined): Entered {
    if (name !== undefined)
      throw new InvalidInput("nobody asks who you are here; leave the name out", { path: "name" });
    const entered = this.#parts.sessions.open(
      {
        role: "guest",
        scopes: new Set(scopesOfRole.guest),
        lamps: new Set(),
        scenes: new Set(pass.scenes),
      },
      { until: pass.expires, isShared: true },
    );
    this.#entered.set(entered.caller.id, pass.id);
    return entered;
  }

  #enterInvited(pass: GuestPass, name: string | undefined): Entered {
    if (name === undefined)
      throw new InvalidInput("say by which name you want to be called here", { path: "name" });
    const { people, sessions, signIns } = this.#parts;
    const stays = pass.staysMs ?? pass.expires - this.#clock.now();
    const person = people.add({
      name,
      isGuest: true,
      role: "guest",
      lamps: pass.lamps,
      expiresIn: Millis(Math.max(1, stays)),
    });
    this.#shelf().remove(pass.id);
    const { role, scopes, lamps = [] } = activeRightsOf(person);
    const entered = sessions.open(
      { role, scopes: new Set(scopes), lamps: new Set(lamps), person: person.id },
      { until: person.expires },
    );
    signIns.note(person.id, "invitation");
    return { ...entered, person };
  }

  /** Guessing is slowed down for all codes together; a right one is not locked out by wrong ones. */
  #found(code: string): GuestPass {
    const hash = hashOf(code);
    this.#parts.limiter.begin(hash);
    const found = this.list().find((pass) => pass.hash === hash);
    if (found === undefined) throw new PassRefused("this pass is not good, or not any more");
    this.#parts.limiter.succeeded(hash);
    return found;
  }

  #forgetOld(): void {
    if (this.#clock.trust().level !== "trusted") return;
    for (const [id, pass] of [...this.#shelf().entries()]) if (!this.#isGood(pass)) this.#shelf().remove(id);
  }

  #isGood({ expires }: { readonly expires: Instant }): boolean {
    return this.#clock.now() < expires;
  }

  #shelf() {
    return this.#store.collection("guest-passes");
  }
}

/** Each is drawn at random, so that the order in which they are compared tells nothing. */
const hashOf = (code: string): string => sha256(Buffer.from(code)).toString("hex");
