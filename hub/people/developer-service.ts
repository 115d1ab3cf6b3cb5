import { isSigned, signatureKey } from "../crypto/signature.ts";
import type { Allowed, DeveloperAction } from "../domain/access.ts";
import {
  type Decision,
  type Developer,
  type DeveloperResource,
  decided,
  everyDevice,
  ProofRefused,
  ResourceNotApproved,
} from "../domain/developer.ts";
import { Conflict, InvalidInput, LimitExceeded, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { type DeveloperId, type DeviceId, idEntropyBytes, idFrom, type TokenId } from "../domain/ids.ts";
import { parseName } from "../domain/name.ts";
import { roleTerms } from "../domain/role-terms.ts";
import { type Duration, Hours, Minutes, type Monotonic } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import type { Chain } from "../privacy/sealed-chain.ts";
import type { AttemptLimiter } from "./attempt-limiter.ts";
import type { DeveloperLog } from "./developer-log.ts";
import type { IssuedToken, TokenService } from "./token-service.ts";

/** Of programs that wait for a first word of the owner: strangers can make no more. */
const mostWaiting = 16;
const mostDevelopers = 64;
const mostResources = 256;
const challengeBytes = 16;
const challengeLives = Minutes(2);
const mostChallenges = 64;
export const developerTokenLives: Duration = Hours(1);

export interface NewDeveloper {
  readonly label: string;
  readonly publicKey: string;
  /** Version of the words that were agreed to. */
  readonly terms: number;
  /** Of the key over `applicationText`, base64url. */
  readonly signature: string;
}

export type Wish = Pick<DeveloperResource, "device" | "action">;

export interface DeveloperParts {
  readonly tokens: TokenService;
  readonly book: Chain<"access">;
  readonly log: DeveloperLog;
  readonly limiter: AttemptLimiter;
}

interface Challenge {
  readonly developer: DeveloperId;
  readonly until: Monotonic;
}

/** What a program signs to show that the key is its own. */
export const applicationText = (label: string, publicKey: string): string =>
  `lampkeeper developer apply\n${publicKey}\n${label}`;

/** What it signs to be given a token. */
export const proofText = (id: string, challenge: string): string =>
  `lampkeeper developer token\n${id}\n${challenge}`;

/**
 * Programs of strangers. Each is a key and a word; it asks for devices and actions one by one, the owner decides each, and
 * what was not decided is refused. A token is given for an hour to whoever has the key.
 */
export class DeveloperService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #store: GuardedStore;
  readonly #parts: DeveloperParts;
  readonly #challenges = new Map<string, Challenge>();
  readonly #tokens = new Map<TokenId, DeveloperId>();

  constructor(clock: Clock, entropy: Entropy, bus: EventBus, store: GuardedStore, parts: DeveloperParts) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#store = store;
    this.#parts = parts;
  }

  start(): void {
    this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "token" && change === "removed") this.#tokens.delete(id as TokenId);
    });
  }

  list(): readonly Developer[] {
    return [...this.#shelf().entries()].map(([, developer]) => developer);
  }

  /** @throws NotFound */
  need(id: DeveloperId): Developer {
    const developer = this.#shelf().get(id);
    if (developer === undefined) throw new NotFound("no such program");
    return developer;
  }

  /**
   * A program makes itself known. It may do nothing yet.
   * @throws InvalidInput, ProofRefused, Conflict: this key is known, or other words hold by now; LimitExceeded, TooManyAttempts
   */
  apply({ label, publicKey, terms, signature }: NewDeveloper): Developer {
    this.#parts.limiter.begin(publicKey);
    const name = parseName(label);
    const key = keyOf(publicKey);
    if (!isSigned(key, Buffer.from(applicationText(label, publicKey)), bytesOf(signature))) throw refused();
    if (terms !== roleTerms.developer.version)
      throw new Conflict("these are not the words of a developer any more; read them again", {
        version: roleTerms.developer.version,
      });
    this.#parts.limiter.succeeded(publicKey);
    this.#assertRoom(publicKey);
    const id = idFrom("developer", this.#entropy.bytes(idEntropyBytes));
    const developer = { id, label: name, publicKey, terms, created: this.#clock.now(), resources: [] };
    this.#keep(developer);
    return developer;
  }

  /** What has to be signed for a token. The same for ids that are nobody's. */
  challenge(id: DeveloperId): { readonly challenge: string; readonly expiresIn: Duration } {
    const challenge = this.#entropy.bytes(challengeBytes).toString("base64url");
    const [oldest] = this.#challenges.keys();
    if (this.#challenges.size >= mostChallenges && oldest !== undefined) this.#challenges.delete(oldest);
    const until = (this.#clock.monotonic() + challengeLives) as Monotonic;
    this.#challenges.set(challenge, { developer: id, until });
    return { challenge, expiresIn: challengeLives };
  }

  /** For whoever has signed a challenge, once. @throws ProofRefused, TooManyAttempts */
  enter(id: DeveloperId, challenge: string, signature: string): IssuedToken {
    this.#parts.limiter.begin(id);
    const asked = this.#challenges.get(challenge);
    this.#challenges.delete(challenge);
    const developer = this.#shelf().get(id);
    const isFresh = asked?.developer === id && this.#clock.monotonic() < asked.until;
    if (developer === undefined || !isFresh) throw refused();
    const text = Buffer.from(proofText(id, challenge));
    if (!isSigned(keyOf(developer.publicKey), text, bytesOf(signature))) throw refused();
    this.#parts.limiter.succeeded(id);
    const issued = this.#parts.tokens.issuePassing(
      {
        role: "developer",
        scopes: new Set(["developer"]),
        lamps: new Set(),
        developer: { id, may: this.#allowedTo(id) },
      },
      developerTokenLives,
    );
    this.#tokens.set(issued.token.id, id);
    return issued;
  }

  /** The program asks for something. @throws NotFound; Conflict: it waits or is allowed already; LimitExceeded */
  ask(id: DeveloperId, { device, action }: Wish): Developer {
    const developer = this.need(id);
    const known = find(developer, { device, action });
    if (known?.state === "pending" || known?.state === "approved")
      throw new Conflict(`this is ${known.state} already`);
    if (known === undefined && developer.resources.length >= mostResources)
      throw new LimitExceeded(`a program asks for at most ${mostResources} things`, { limit: mostResources });
    return this.#put(developer, { device, action, state: "pending", since: this.#clock.now() });
  }

  /**
   * The owner's word. What is taken back ends at once, with every session it has opened.
   * @param reason of a refusal it has to be given: the program is told
   * @throws NotFound, WrongState, InvalidInput
   */
  decide(id: DeveloperId, wish: Wish, decision: Decision, reason: string | undefined): Developer {
    const developer = this.need(id);
    const known = find(developer, wish);
    if (known === undefined) throw new NotFound("this program did not ask for that");
    if (decision === "refuse" && reason === undefined)
      throw new InvalidInput("say why, so that the program's maker knows what to change", { path: "reason" });
    const state = decided(known.state, decision);
    const since = this.#clock.now();
    const { device, action } = wish;
    const said = reason === undefined ? {} : { reason: parseName(reason) };
    this.#parts.book.append({
      at: since,
      content: { what: "resource", developer: id, device, action, state, ...said },
    });
    const changed = this.#put(developer, { device, action, state, since, ...said });
    // What a token may touch at the broker is looked at when it comes in: it comes in anew.
    this.#endTokens(id);
    return changed;
  }

  /** Forgets the program and all it did. @throws NotFound */
  remove(id: DeveloperId): void {
    this.need(id);
    this.#parts.book.append({ at: this.#clock.now(), content: { what: "developer-removed", developer: id } });
    this.#shelf().remove(id);
    this.#endTokens(id);
    this.#parts.log.forget(id);
  }

  /** @throws ResourceNotApproved */
  assertMay(id: DeveloperId, action: DeveloperAction, device: DeviceId): void {
    if (!this.#allowedTo(id)(action, device))
      throw new ResourceNotApproved("the owner has not allowed this; ask for it and wait for the answer", {
        kind: action,
      });
  }

  /** Asked at every use: what was taken back is gone with the next word. */
  #allowedTo(id: DeveloperId): Allowed {
    return (action, device) =>
      this.#shelf()
        .get(id)
        ?.resources.some(
          (each) =>
            each.state === "approved" &&
            (each.device === device || each.device === everyDevice) &&
            (each.action === action || action === "list"),
        ) ?? false;
  }

  #endTokens(id: DeveloperId): void {
    for (const [token, developer] of [...this.#tokens])
      if (developer === id) this.#parts.tokens.revokePassing(token);
  }

  #assertRoom(publicKey: string): void {
    const known = this.list();
    if (known.some((each) => each.publicKey === publicKey))
      throw new Conflict("a program with this key is known already");
    const waiting = known.filter(({ resources }) => resources.every(({ state }) => state === "pending"));
    if (known.length >= mostDevelopers || waiting.length >= mostWaiting)
      throw new LimitExceeded("too many programs wait for an answer of the owner", { limit: mostWaiting });
  }

  #put(developer: Developer, resource: DeveloperResource): Developer {
    const others = developer.resources.filter((each) => !isSame(each, resource));
    const changed = { ...developer, resources: [...others, resource] };
    this.#keep(changed);
    return changed;
  }

  #keep(developer: Developer): void {
    this.#shelf().put(developer.id, developer);
  }

  #shelf() {
    return this.#store.collection("developers");
  }
}

const isSame = (a: Wish, b: Wish): boolean => a.device === b.device && a.action === b.action;
const find = ({ resources }: Developer, wish: Wish) => resources.find((each) => isSame(each, wish));
const bytesOf = (base64url: string): Buffer => Buffer.from(base64url, "base64url");
const refused = (): ProofRefused => new ProofRefused("the proof is not good; ask for a new challenge");

/** @throws InvalidInput */
const keyOf = (publicKey: string) => {
  const bytes = bytesOf(publicKey);
  const key = signatureKey(bytes);
  if (bytes.toString("base64url") !== publicKey || key === undefined)
    throw new InvalidInput("not an Ed25519 public key: 32 bytes in base64url", { path: "publicKey" });
  return key;
};
