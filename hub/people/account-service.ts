import type { Proof, SignInWords } from "../codec/sign-in.ts";
import { sha256 } from "../crypto/digest.ts";
import type { ScryptCost } from "../crypto/kdf.ts";
import { hashPassword, isPassword, saltBytes } from "../crypto/password-hash.ts";
import { assertGrantable, type Caller, scopesOfRole } from "../domain/access.ts";
import {
  type Account,
  LastOwner,
  NoAccount,
  type PasswordHash,
  SecondFactorNeeded,
  SignInRefused,
} from "../domain/account.ts";
import { Conflict, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import type { PersonId } from "../domain/ids.ts";
import { assertPassword } from "../domain/password.ts";
import { type Person, rightsOf, roleOf } from "../domain/person.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";
import type { AttemptLimiter } from "./attempt-limiter.ts";
import type { NewPerson, PersonChange, PersonService } from "./person-service.ts";
import type { SecondFactors } from "./second-factors.ts";

/** As strong as OWASP asks of scrypt, in 16 MB: a small hub has little memory, and lamps wait while it is computed. */
export const passwordCost: ScryptCost = { logN: 14, r: 8, p: 5 };

/** What is shown of an account. */
export interface AccountView {
  readonly since: Account["since"];
  readonly totp: boolean;
  /** Recovery codes that are left. */
  readonly recovery: number;
}

/** Whoever holds what people have signed in with. */
export interface Credentials {
  endOf(person: PersonId): void;
}

/** What accounts are made of, from the same room. */
export interface AccountParts {
  readonly people: PersonService;
  readonly limiter: AttemptLimiter;
  readonly factors: SecondFactors;
  readonly credentials: readonly Credentials[];
}

/**
 * Who may sign in: people with a password, and some with a code as well. All of it is under each person's own key. A home
 * needs none; one that has them keeps an owner.
 */
export class AccountService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"access">;
  readonly #people: PersonService;
  readonly #limiter: AttemptLimiter;
  readonly #factors: SecondFactors;
  readonly #credentials: readonly Credentials[];
  readonly #cost: ScryptCost;
  readonly #accounts = new Map<PersonId, Account>();
  #mayHold: (person: Person) => void = () => {};
  /** Of nobody: what is compared where there is no account, so that it takes as long. */
  #decoy: PasswordHash | undefined;

  constructor(
    clock: Clock,
    entropy: Entropy,
    bus: EventBus,
    store: PurposeStore<"access">,
    { people, limiter, factors, credentials }: AccountParts,
    cost = passwordCost,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#store = store;
    this.#people = people;
    this.#limiter = limiter;
    this.#factors = factors;
    this.#credentials = credentials;
    this.#cost = cost;
  }

  start(): void {
    for (const [, account] of this.#store.collection("accounts").entries())
      this.#accounts.set(account.person, account);
    this.#people.onRights((person) => {
      if (this.#people.get(person) === undefined) this.#accounts.delete(person);
      this.endOf(person);
    });
  }

  /** Asks before somebody is given an account, and each time they sign in. @param assert throws where they may not */
  guardWith(assert: (person: Person) => void): void {
    this.#mayHold = assert;
  }

  /** Undefined: they cannot sign in. */
  of(person: PersonId): AccountView | undefined {
    return this.#accounts.has(person) ? this.need(person) : undefined;
  }

  /** @throws NoAccount */
  need(person: PersonId): AccountView {
    const { since, secondFactor } = this.#need(person);
    return { since, totp: secondFactor !== undefined, recovery: secondFactor?.recovery.length ?? 0 };
  }

  /** Whether somebody who may do everything signs in with a code. */
  hasGuardedOwner(): boolean {
    return this.#owners().some(({ id }) => this.of(id)?.totp);
  }

  /**
   * Lets somebody sign in, or with another password from now on: everything that was opened with the old one ends.
   * @param password UTF-8; the caller wipes it
   * @param by who asks: whoever knows a password can do what its person may
   * @throws NotFound; PasswordTooShort, PasswordTooLong, PasswordTooCommon; NotAuthorised more than `by` has
   */
  setPassword(id: PersonId, password: Uint8Array, by: Caller): void {
    const person = this.#people.need(id);
    if (by.person !== id) assertGrantable(rightsOf(person).scopes, by);
    this.#mayHold(person);
    assertPassword(password, person.name);
    this.#keep({
      ...this.#accounts.get(id),
      person: id,
      password: this.#hash(password),
      since: this.#clock.now(),
    });
    this.endOf(id);
    this.#changed(id);
  }

  /** Nobody signs in as this person any more. @throws NotFound, LastOwner */
  remove(id: PersonId): void {
    if (this.#accounts.get(id) === undefined) throw new NotFound("this person has no account");
    this.#assertOwnerWithout(id);
    this.#store.collection("accounts").remove(id);
    this.#accounts.delete(id);
    this.#factors.end(id);
    this.endOf(id);
    this.#changed(id);
  }

  /** As people/person-service has it. @param by who asks @throws NotAuthorised more than `by` has; as that */
  addPerson(wanted: NewPerson, by: Caller): Person {
    const { role, scopes = [] } = wanted;
    if (role !== undefined) assertGrantable(role === "developer" ? scopes : scopesOfRole[role], by);
    return this.#people.add(wanted);
  }

  /** As people/person-service has it. @param by who asks @throws LastOwner; NotAuthorised more than `by` has; as that */
  changePerson(id: PersonId, change: PersonChange, by: Caller): Person {
    const [before, after] = [this.#people.need(id), this.#people.preview(id, change)];
    const { scopes: had } = rightsOf(before);
    const gained = rightsOf(after).scopes.filter((scope) => !had.includes(scope));
    if (gained.length > 0) assertGrantable(gained, by);
    if (roleOf(after) !== "owner") this.#assertOwnerWithout(id);
    return this.#people.change(id, change);
  }

  /** Whether somebody can be removed: everybody but the last who can do everything. @throws NotFound, LastOwner */
  assertRemovable(id: PersonId): void {
    this.#people.need(id);
    this.#assertOwnerWithout(id);
  }

  /** As people/person-service has it. @throws LastOwner; as that */
  removePerson(id: PersonId): void {
    this.#assertOwnerWithout(id);
    this.#people.remove(id);
  }

  /**
   * Who says so, and has shown it.
   * @throws SignInRefused; SecondFactorNeeded: the password is right; TooManyAttempts: nothing was looked at
   */
  signIn({ name, ...proof }: SignInWords): Person {
    const person = this.#named(name);
    // However a name is written it is one name, also where it is nobody's: else the waiting would tell.
    const who = person?.id ?? sha256(Buffer.from(folded(name))).toString("hex");
    this.#limiter.begin(who);
    const account = person && this.#accounts.get(person.id);
    const isRight = this.#isPasswordOf(account, proof.password);
    if (person === undefined || account === undefined || !isRight || this.#hasExpired(person))
      throw refused();
    this.#useCode(account, proof.code);
    this.#limiter.succeeded(who);
    this.#mayHold(person);
    this.#strengthen(person.id, proof.password);
    return person;
  }

  /**
   * Somebody who is signed in shows once more who they are: by a code, where their account has that, else by the password.
   * @throws NoAccount; SignInRefused, SecondFactorNeeded, TooManyAttempts
   */
  prove(id: PersonId, { password, code }: Proof): "password" | "code" {
    const account = this.#need(id);
    this.#limiter.begin(id);
    const isEnough = account.secondFactor !== undefined && password.length === 0;
    if (!isEnough && !this.#isPasswordOf(account, password)) throw refused();
    this.#useCode(account, code);
    this.#limiter.succeeded(id);
    return account.secondFactor === undefined ? "password" : "code";
  }

  /** @returns what an authenticator reads; nothing is asked for before a first code has confirmed it. @throws NoAccount, Conflict */
  beginTotp(id: PersonId): string {
    this.#needWithoutTotp(id);
    return this.#factors.begin(id, this.#people.need(id).name);
  }

  /** From here on signing in takes a code. @returns recovery codes, each good for once. @throws NoAccount, Conflict, SignInRefused, TooManyAttempts */
  confirmTotp(id: PersonId, code: Uint8Array): readonly string[] {
    const account = this.#needWithoutTotp(id);
    this.#limiter.begin(id);
    const confirmed = this.#factors.confirm(id, code);
    if (confirmed === undefined) throw refused();
    this.#limiter.succeeded(id);
    this.#keep({ ...account, secondFactor: confirmed.factor });
    this.#changed(id);
    return confirmed.codes;
  }

  /** A password is enough again. @throws NoAccount */
  endTotp(id: PersonId): void {
    const { secondFactor: _, ...account } = this.#need(id);
    this.#keep(account);
    this.#factors.end(id);
    this.#changed(id);
  }

  /** Everywhere at once: sessions, tokens, and whatever they have opened. */
  endOf(person: PersonId): void {
    for (const each of this.#credentials) each.endOf(person);
  }

  /** Undefined where a name is nobody's, or of two people: those sign in with their id. */
  #named(word: string): Person | undefined {
    const holders = [...this.#accounts.keys()].flatMap((id) => this.#people.get(id) ?? []);
    const name = folded(word);
    const found = holders.filter((person) => person.id === word || folded(person.name) === name);
    return found.length === 1 ? found[0] : undefined;
  }

  /** Takes as long where there is no account. */
  #isPasswordOf(account: Account | undefined, password: Uint8Array): boolean {
    this.#decoy ??= this.#hash(this.#entropy.bytes(saltBytes));
    return isPassword(password, account?.password ?? this.#decoy) && account !== undefined;
  }

  /** @throws SecondFactorNeeded, SignInRefused */
  #useCode(account: Account, code: Uint8Array): void {
    const { person, secondFactor } = account;
    if (secondFactor === undefined) return;
    if (code.length === 0) throw new SecondFactorNeeded("a code of your authenticator is needed as well");
    const left = this.#factors.use(person, secondFactor, code);
    if (left === undefined) throw refused();
    this.#keep({ ...account, secondFactor: left });
  }

  /** The password is here just now, and can be kept as well as this version can. */
  #strengthen(id: PersonId, password: Uint8Array): void {
    const account = this.#need(id);
    const { logN, r, p } = account.password;
    if (logN === this.#cost.logN && r === this.#cost.r && p === this.#cost.p) return;
    this.#keep({ ...account, password: this.#hash(password) });
  }

  #hash(password: Uint8Array): PasswordHash {
    return hashPassword(password, this.#entropy.bytes(saltBytes), this.#cost);
  }

  #hasExpired({ expires }: Person): boolean {
    return expires !== null && this.#clock.now() >= expires;
  }

  #owners(): readonly Person[] {
    return this.#people
      .list()
      .filter((person) => roleOf(person) === "owner" && this.#accounts.has(person.id));
  }

  #assertOwnerWithout(id: PersonId): void {
    const owners = this.#owners();
    if (owners.some((owner) => owner.id === id) && owners.length === 1)
      throw new LastOwner(
        "a home with accounts keeps an owner: give somebody else that role and a password first",
      );
  }

  #need(id: PersonId): Account {
    const account = this.#accounts.get(id);
    if (account === undefined) throw new NoAccount("this person has no account; set a password first");
    return account;
  }

  #needWithoutTotp(id: PersonId): Account {
    const account = this.#need(id);
    if (account.secondFactor !== undefined)
      throw new Conflict("an authenticator is set up already; take that away first");
    return account;
  }

  #keep(account: Account): void {
    this.#store.collection("accounts").put(account.person, account);
    this.#accounts.set(account.person, account);
  }

  #changed(id: PersonId): void {
    this.#bus.publish({ kind: "home.changed", what: "person", id, change: "changed", at: this.#clock.now() });
  }
}

const folded = (name: string): string => name.trim().normalize("NFC").toLowerCase();

const refused = (): SignInRefused => new SignInRefused("name, password or code is wrong");
