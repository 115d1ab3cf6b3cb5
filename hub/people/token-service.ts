import { sameDigest, sha256 } from "../crypto/digest.ts";
import {
  type AccessToken,
  scopes as allScopes,
  assertGrantable,
  type Caller,
  callerRights,
  type PersonToken,
  type Rights,
  type Role,
  type Scope,
  scopesOfRole,
} from "../domain/access.ts";
import { InvalidInput, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { idEntropyBytes, idFrom, isId, type LampId, type PersonId, type TokenId } from "../domain/ids.ts";
import { parseName } from "../domain/name.ts";
import { Days, type Duration, Hours, type Instant, later, Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";

const secretBytes = 32;
const nobodys = Buffer.alloc(32);
const atMost = Hours(1);
/** Of somebody who signed in: as long as a browser's session. */
const personTokenLives = Days(30);
/** A token that nobody has used for so long is asked about; without an answer for so long it is removed. */
export const unusedDays = 90;
export const answerDays = 30;
const unusedLives = Days(unusedDays);
const answerLives = Days(answerDays);
const dayMs = Days(1);
/** The beginning of a day, UTC. */
const dayOf = (at: Instant): Instant => (at - (at % dayMs)) as Instant;
/** More than anybody has terminals; for one more the oldest ends. */
const mostOfPerson = 32;

export interface NewToken {
  readonly name: string;
  readonly role: Role;
  /** Within the role; absent: all of it. A developer must name them. */
  readonly scopes?: readonly Scope[];
  /** The only lamps it may see and command; a guest must have them. */
  readonly lamps?: readonly LampId[];
  readonly expiresIn?: Duration;
}

/** A fresh credential. `secret` is base64url text in a buffer; it exists here and with whoever asked, nowhere else. */
export interface IssuedToken {
  readonly token: AccessToken;
  readonly secret: Buffer;
}

/** A token with what every request by it asks for. */
interface Held {
  readonly token: AccessToken | PersonToken;
  readonly digest: Buffer;
  readonly caller: Caller;
}

/** Issues, checks and revokes access tokens. Of a secret only its hash is kept. */
export class TokenService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"access">;
  readonly #tokens = new Map<TokenId, Held>();
  /** Of programs that show their key: in memory only. */
  readonly #passing = new Map<TokenId, Held>();
  /** Lives in memory only and dies with the process. */
  #ofThisRun: Held | undefined;
  #expiry: Timer | undefined;

  constructor(clock: Clock, entropy: Entropy, bus: EventBus, store: PurposeStore<"access">) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#store = store;
  }

  start(): void {
    for (const name of ["tokens", "person-tokens"] as const)
      for (const [, token] of this.#store.collection(name).entries())
        this.#tokens.set(token.id, heldOf(token));
    this.#removeExpired();
  }

  /** Revokes the credential of this run. */
  close(): void {
    this.#ofThisRun = undefined;
    this.#passing.clear();
    this.#expiry?.cancel();
  }

  /** Issued to programs; never the one of this run. */
  list(): readonly AccessToken[] {
    return this.#all().filter((token) => !isOfPerson(token));
  }

  /** Of people who have signed in. */
  ofPeople(): readonly PersonToken[] {
    return this.#all().filter(isOfPerson);
  }

  get(id: TokenId): AccessToken | undefined {
    return this.#tokens.get(id)?.token;
  }

  /** Whether a credential lives, the one of this run too. */
  knows(id: TokenId): boolean {
    return this.#tokens.has(id) || this.#ofThisRun?.token.id === id;
  }

  /**
   * @param by who asks; nobody can give away more than they have. Absent: the owner at the machine.
   * @throws InvalidInput bad name, scopes outside the role, guest without lamps; NotAuthorised more than `by` has
   */
  issue(wanted: NewToken, by?: Caller): IssuedToken {
    const granted = this.#grantable(wanted, by);
    const issued = this.#draw({ ...wanted, name: parseName(wanted.name), scopes: granted });
    this.#keep(issued.token);
    this.#changed(issued.token.id, "added");
    this.#awaitExpiry();
    return issued;
  }

  /** For somebody who has shown who they are and is at no browser. @param until it ends then at the latest */
  issueFor(person: PersonId, rights: Rights, until: Instant | null): IssuedToken {
    const known = this.#of(person).toSorted((a, b) => a.created - b.created);
    for (const { id } of known.slice(0, Math.max(0, known.length + 1 - mostOfPerson))) this.#remove(id);
    const { token, secret } = this.#draw({ name: "signed in", ...rights });
    const longest = later(token.created, personTokenLives);
    const expires = until === null || longest < until ? longest : until;
    const issued = { token: { ...token, person, expires }, secret };
    this.#keep(issued.token);
    this.#changed(token.id, "added");
    this.#awaitExpiry();
    return issued;
  }

  /** All that a person has signed in for, at once. */
  endOf(person: PersonId): void {
    for (const { id } of this.#of(person)) this.#remove(id);
  }

  /** For a program that can show anew who it is: short-lived, and never stored. */
  issuePassing(caller: Omit<Caller, "id">, lives: Duration): IssuedToken {
    this.#forgetPassed();
    const { role } = caller;
    const { token, secret } = this.#draw({
      name: "passing",
      role,
      scopes: [...caller.scopes],
      expiresIn: lives,
    });
    this.#passing.set(token.id, { ...heldOf(token), caller: { ...caller, id: token.id } });
    this.#changed(token.id, "added");
    this.#awaitExpiry();
    return { token, secret };
  }

  /** At every door at once. One that has ended already has ended. */
  revokePassing(id: TokenId): void {
    if (this.#passing.delete(id)) this.#changed(id, "removed");
  }

  /** The owner's credential for the ready file: everything, until `close`. Never stored. */
  issueForThisRun(): IssuedToken {
    const issued = this.#draw({ name: "this run", role: "owner", scopes: allScopes });
    this.#ofThisRun = heldOf(issued.token);
    return issued;
  }

  /** @throws NotFound; InvalidInput name */
  rename(id: TokenId, name: string): AccessToken {
    const token = { ...this.#need(id), name: parseName(name) };
    this.#keep(token);
    this.#changed(id, "changed");
    return token;
  }

  /** Takes effect at once, at every door. @throws NotFound */
  revoke(id: TokenId): void {
    this.#need(id);
    this.#remove(id);
  }

  #of(person: PersonId): readonly PersonToken[] {
    return this.ofPeople().filter((token) => token.person === person);
  }

  #all(): readonly (AccessToken | PersonToken)[] {
    return [...this.#tokens.values()].map(({ token }) => token);
  }

  /** What is about a person is under that person's key. */
  #keep(token: AccessToken | PersonToken): void {
    if (isOfPerson(token)) this.#store.collection("person-tokens").put(fileOf(token), token);
    else this.#store.collection("tokens").put(token.id, token);
    this.#tokens.set(token.id, heldOf(token));
  }

  #remove(id: TokenId): void {
    const token = this.#need(id);
    if (isOfPerson(token)) this.#store.collection("person-tokens").remove(fileOf(token));
    else this.#store.collection("tokens").remove(id);
    this.#tokens.delete(id);
    this.#changed(id, "removed");
  }

  /** Who has this credential; undefined when it is unknown, wrong, expired or revoked. */
  authenticate(id: string, secret: Uint8Array | string): Caller | undefined {
    if (!isId("token", id)) return undefined;
    const held =
      this.#ofThisRun?.token.id === id ? this.#ofThisRun : (this.#tokens.get(id) ?? this.#passing.get(id));
    // An id that is nobody's takes as long as a secret that is wrong.
    const isRight = sameDigest(sha256(secret), held?.digest ?? nobodys);
    if (held === undefined || !isRight || this.#hasExpired(held.token)) return undefined;
    this.#noteUse(held.token);
    return held.caller;
  }

  /**
   * A credential that has expired goes, and what it opened ends. A clock that may be years ahead only refuses it: what
   * is removed does not come back when the clock is set right.
   */
  #removeExpired(): void {
    this.#forgetPassed();
    if (this.#clock.trust().level === "trusted") {
      for (const token of this.#all()) if (this.#hasExpired(token)) this.#remove(token.id);
      this.#askAboutUnused();
    }
    this.#awaitExpiry();
  }

  #forgetPassed(): void {
    for (const [id, { token }] of [...this.#passing]) if (this.#hasExpired(token)) this.revokePassing(id);
  }

  /** What nobody has used for long is asked about, and goes if nobody answers. */
  #askAboutUnused(): void {
    const now = this.#clock.now();
    for (const token of this.#all()) {
      if (token.asked === undefined && now >= later(token.used ?? token.created, unusedLives)) {
        this.#keep({ ...token, asked: now });
        this.#changed(token.id, "changed");
      } else if (token.asked !== undefined && now >= later(token.asked, answerLives)) this.#remove(token.id);
    }
  }

  /** It is still wanted: its time begins anew. @throws NotFound */
  keep(id: TokenId): AccessToken {
    const { asked: _, ...token } = this.#need(id);
    const kept = { ...token, used: dayOf(this.#clock.now()) };
    this.#keep(kept);
    this.#changed(id, "changed");
    return kept;
  }

  /** No finer than a day, so that nobody's hours can be read from it. */
  #noteUse(token: AccessToken | PersonToken): void {
    const day = dayOf(this.#clock.now());
    if (token.used === day || !this.#tokens.has(token.id)) return;
    const { asked: _, ...rest } = token;
    this.#keep({ ...rest, used: day });
  }

  /** Civil time may step meanwhile, so nothing is awaited for longer than an hour. */
  #awaitExpiry(): void {
    this.#expiry?.cancel();
    const passing = [...this.#passing.values()].map(({ token }) => token);
    const mortal = [...this.#all(), ...passing].map(({ expires, asked, used, created }) =>
      Math.min(
        expires ?? Number.MAX_SAFE_INTEGER,
        later(asked ?? used ?? created, asked === undefined ? unusedLives : answerLives),
      ),
    );
    if (mortal.length === 0) return;
    const left = mortal.map((expires) => expires - this.#clock.now()).filter((ms) => ms > 0);
    this.#expiry = this.#clock.after(Millis(Math.min(atMost, ...left)), () => this.#removeExpired());
  }

  #hasExpired(token: AccessToken): boolean {
    return token.expires !== null && this.#clock.now() >= token.expires;
  }

  #grantable(wanted: NewToken, by: Caller | undefined): readonly Scope[] {
    const ofRole = scopesOfRole[wanted.role];
    if (wanted.role === "guest" && (wanted.lamps?.length ?? 0) === 0) {
      throw new InvalidInput("a guest needs chosen lamps", { path: "lamps" });
    }
    if (wanted.role === "developer" && wanted.scopes === undefined) {
      throw new InvalidInput("name the scopes of a developer", { path: "scopes" });
    }
    const asked = [...new Set(wanted.scopes ?? ofRole)];
    if (asked.some((scope) => !ofRole.includes(scope))) {
      throw new InvalidInput(`a ${wanted.role} cannot have these scopes`, { path: "scopes" });
    }
    if (by !== undefined) assertGrantable(asked, by);
    return asked;
  }

  #draw(wanted: NewToken & { readonly scopes: readonly Scope[] }): IssuedToken {
    const secret = Buffer.from(this.#entropy.bytes(secretBytes).toString("base64url"));
    const created = this.#clock.now();
    const token: AccessToken = {
      id: idFrom("token", this.#entropy.bytes(idEntropyBytes)),
      name: wanted.name,
      hash: sha256(secret).toString("hex"),
      role: wanted.role,
      scopes: wanted.scopes,
      ...(wanted.lamps === undefined ? {} : { lamps: wanted.lamps }),
      created,
      expires: wanted.expiresIn === undefined ? null : later(created, wanted.expiresIn),
    };
    return { token, secret };
  }

  #need(id: TokenId): AccessToken {
    const token = this.get(id);
    if (token === undefined) throw new NotFound("no such token");
    return token;
  }

  #changed(id: TokenId, change: "added" | "changed" | "removed"): void {
    this.#bus.publish({ kind: "home.changed", what: "token", id, change, at: this.#clock.now() });
  }
}

const isOfPerson = (token: AccessToken | PersonToken): token is PersonToken => "person" in token;

/** Found by its person, whose key seals it. */
const fileOf = ({ person, id }: PersonToken): string => `${person}/${id}`;

const heldOf = (token: AccessToken | PersonToken): Held => ({
  token,
  digest: Buffer.from(token.hash, "hex"),
  caller: callerOf(token),
});

const callerOf = (token: AccessToken | PersonToken): Caller => ({
  ...callerRights(token),
  id: token.id,
  ...(isOfPerson(token) ? { person: token.person } : {}),
});
