import { signatureKey } from "../crypto/signature.ts";
import type { Role, Scope } from "../domain/access.ts";
import { InvalidInput, LimitExceeded, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { idEntropyBytes, idFrom, type LampId, type PersonId, type PhoneId } from "../domain/ids.ts";
import { parseName } from "../domain/name.ts";
import {
  activeRightsOf,
  type HardwareAddress,
  type PauseReason,
  type Person,
  type Phone,
  parseHardwareAddress,
  rightsOf,
  roleOf,
} from "../domain/person.ts";
import { type Duration, Hours, later, Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { PersonalPurposeStore } from "../privacy/guarded-store.ts";

/** More than any home has, fewer than would fill the key register. */
const mostPeople = 100;
const mostPhones = 8;
const mostAddresses = 8;
const atMost = Hours(1);

/** What somebody is in this home. */
interface Standing {
  readonly isGuest?: boolean;
  /** A resident when absent, or a guest. */
  readonly role?: Role;
  /** Of a guest: the only lamps they may see and command. */
  readonly lamps?: readonly LampId[];
  /** Of a developer, who has nothing without them. */
  readonly scopes?: readonly Scope[];
}

export interface NewPerson extends Standing {
  readonly name: string;
  /** A guest is removed after so long. */
  readonly expiresIn?: Duration;
  readonly addresses?: readonly string[];
}

/** `expiresIn: null`: stays. `addresses: []`: the home's network is no longer asked. */
export interface PersonChange extends Standing {
  readonly name?: string;
  readonly expiresIn?: Duration | null;
  readonly addresses?: readonly string[];
}

/** Who lives here, and their phones. All of it is under each person's own key, which is destroyed with their removal. */
export class PersonService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #store: PersonalPurposeStore<"presence">;
  readonly #people = new Map<PersonId, Person>();
  readonly #phones = new Map<PhoneId, Phone>();
  #onRights: (id: PersonId) => void = () => {};
  #expiry: Timer | undefined;

  constructor(clock: Clock, entropy: Entropy, bus: EventBus, store: PersonalPurposeStore<"presence">) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#store = store;
  }

  start(): void {
    for (const [, person] of this.#store.collection("people").entries()) this.#people.set(person.id, person);
    for (const [, phone] of this.#store.collection("phones").entries()) this.#phones.set(phone.id, phone);
    this.#removeExpired();
  }

  close(): void {
    this.#expiry?.cancel();
  }

  /** Calls when what somebody may do, or until when, is another; and when they are forgotten. */
  onRights(call: (id: PersonId) => void): void {
    this.#onRights = call;
  }

  list(): readonly Person[] {
    return [...this.#people.values()];
  }

  get(id: PersonId): Person | undefined {
    return this.#people.get(id);
  }

  /** @throws InvalidInput name, address, a resident who expires; LimitExceeded */
  add(wanted: NewPerson): Person {
    if (this.#people.size >= mostPeople) {
      throw new LimitExceeded(`a home has at most ${mostPeople} people`, { limit: mostPeople });
    }
    const id = idFrom("person", this.#entropy.bytes(idEntropyBytes));
    const unnamed = { id, name: "", isGuest: false, expires: null, addresses: [] };
    const person = this.#with(unnamed, wanted);
    this.#store.admit(id);
    this.#keep(person);
    this.#changed(id, "added");
    return person;
  }

  /** Who somebody would be after a change. @throws as `change` */
  preview(id: PersonId, change: PersonChange): Person {
    return this.#with(this.need(id), change);
  }

  /** @throws NotFound; as `add` */
  change(id: PersonId, change: PersonChange): Person {
    const before = this.need(id);
    const person = this.#with(before, change);
    this.#keep(person);
    if (reachOf(person) !== reachOf(before)) this.#onRights(id);
    this.#changed(id, "changed");
    return person;
  }

  /** Forgets somebody: their key is destroyed first, so that no copy of anything about them opens again. @throws NotFound */
  remove(id: PersonId): void {
    this.need(id);
    this.#store.erase(id);
    this.#people.delete(id);
    for (const phone of this.phonesOf(id)) this.#phones.delete(phone.id);
    this.#onRights(id);
    this.#changed(id, "removed");
  }

  /** @throws NotFound */
  need(id: PersonId): Person {
    const person = this.#people.get(id);
    if (person === undefined) throw new NotFound("no such person");
    return person;
  }

  phonesOf(person: PersonId): readonly Phone[] {
    return [...this.#phones.values()].filter((phone) => phone.person === person);
  }

  phone(id: PhoneId): Phone | undefined {
    return this.#phones.get(id);
  }

  /**
   * Enrols a phone by its public key.
   * @param publicKey Ed25519, base64url
   * @throws NotFound; InvalidInput not a key, or one that another phone has; LimitExceeded
   */
  addPhone(person: PersonId, publicKey: string): Phone {
    this.need(person);
    if (this.phonesOf(person).length >= mostPhones) {
      throw new LimitExceeded(`a person has at most ${mostPhones} phones`, { limit: mostPhones });
    }
    const key = Buffer.from(publicKey, "base64url");
    if (key.toString("base64url") !== publicKey || signatureKey(key) === undefined) {
      throw new InvalidInput("not an Ed25519 public key: 32 bytes in base64url", { path: "publicKey" });
    }
    if ([...this.#phones.values()].some((known) => known.publicKey === publicKey)) {
      throw new InvalidInput("a phone with this key is enrolled already", { path: "publicKey" });
    }
    const id = idFrom("phone", this.#entropy.bytes(idEntropyBytes));
    const phone = { id, person, publicKey, counter: 0, added: this.#clock.now() };
    this.#store.collection("phones").put(fileOf(phone), phone);
    this.#phones.set(id, phone);
    this.#changed(person, "changed");
    return phone;
  }

  /** Its tokens count for nothing from here on. @throws NotFound */
  removePhone(id: PhoneId): void {
    const phone = this.#phones.get(id);
    if (phone === undefined) throw new NotFound("no such phone");
    this.#store.collection("phones").remove(fileOf(phone));
    this.#phones.delete(id);
    this.#changed(phone.person, "changed");
  }

  /**
   * A token of this phone was taken: none of this counter or below is again.
   * @returns what makes it so once it is on the disk
   */
  hearPhone({ locationRefused, ...phone }: Phone, counter: number, mayLocate: boolean): () => void {
    const heard = { ...phone, counter, ...(mayLocate ? {} : { locationRefused: true as const }) };
    this.#store.collection("phones").put(fileOf(heard), heard);
    return () => {
      this.#phones.set(heard.id, heard);
      if (heard.locationRefused !== locationRefused) this.#changed(heard.person, "changed");
    };
  }

  /** Whether a phone may give the home's place at all. @throws NotFound */
  allowLocation(id: PhoneId, isAllowed: boolean): Phone {
    const phone = this.#phones.get(id);
    if (phone === undefined) throw new NotFound("no such phone");
    const { locationOff: _, ...rest } = phone;
    const changed = isAllowed ? rest : { ...rest, locationOff: true as const };
    this.#store.collection("phones").put(fileOf(changed), changed);
    this.#phones.set(id, changed);
    this.#changed(phone.person, "changed");
    return changed;
  }

  /** Undefined: nothing rests any more. @returns as `hearPhone` @throws NotFound */
  setPause(id: PersonId, reason: PauseReason | undefined): () => void {
    const { pause, ...rest } = this.need(id);
    if (pause?.reason === reason) return () => undefined;
    const person = reason === undefined ? rest : { ...rest, pause: { reason, since: this.#clock.now() } };
    this.#store.collection("people").put(id, person);
    return () => {
      this.#people.set(id, person);
      this.#changed(id, "changed");
    };
  }

  /** What stands with a person beside their name and role. `undefined` takes it away. @throws NotFound */
  setStanding(id: PersonId, change: StandingChange): Person {
    const before = this.need(id);
    const { age, guardian, acknowledged, ...rest } = { ...before, ...change };
    const person: Person = {
      ...rest,
      ...(age === undefined ? {} : { age }),
      ...(guardian === undefined ? {} : { guardian }),
      ...(acknowledged === undefined ? {} : { acknowledged }),
    };
    this.#keep(person);
    if (reachOf(person) !== reachOf(before)) this.#onRights(id);
    this.#changed(id, "changed");
    return person;
  }

  #with(person: Person, change: PersonChange): Person {
    const { name = person.name, expiresIn, addresses } = change;
    const standing = standingOf(person, change);
    // Whoever is given a role of those who stay, stays.
    const before = change.role === undefined || standing.isGuest ? person.expires : null;
    const expires =
      expiresIn === undefined ? before : expiresIn === null ? null : later(this.#clock.now(), expiresIn);
    if (expires !== null && !standing.isGuest)
      throw new InvalidInput("only a guest expires", { path: "expiresIn" });
    const known = addresses === undefined ? person.addresses : addressesOf(addresses);
    const { role: _, lamps: __, scopes: ___, ...rest } = person;
    return { ...rest, ...standing, name: parseName(name), expires, addresses: known };
  }

  #keep(person: Person): void {
    this.#store.collection("people").put(person.id, person);
    this.#people.set(person.id, person);
    this.#awaitExpiry();
  }

  /** A clock that may be years ahead removes nobody: who is erased does not come back when it is set right. */
  #removeExpired(): void {
    if (this.#clock.trust().level === "trusted") {
      const now = this.#clock.now();
      for (const { id, expires } of this.list()) if (expires !== null && now >= expires) this.remove(id);
    }
    this.#awaitExpiry();
  }

  /** Civil time may step meanwhile, so nothing is awaited for longer than an hour. */
  #awaitExpiry(): void {
    this.#expiry?.cancel();
    const left = this.list().flatMap(({ expires }) =>
      expires === null ? [] : [expires - this.#clock.now()],
    );
    if (left.length === 0) return;
    const next = Math.min(atMost, ...left.filter((ms) => ms > 0));
    this.#expiry = this.#clock.after(Millis(next), () => this.#removeExpired());
  }

  #changed(id: PersonId, change: "added" | "changed" | "removed"): void {
    this.#bus.publish({ kind: "home.changed", what: "person", id, change, at: this.#clock.now() });
  }
}

/** As `Person` has them. */
export interface StandingChange {
  readonly age?: Person["age"] | undefined;
  readonly guardian?: Person["guardian"] | undefined;
  readonly acknowledged?: Person["acknowledged"] | undefined;
}

/** Found by its person, whose key seals it. */
const fileOf = ({ person, id }: Phone): string => `${person}/${id}`;

/** What somebody may do and until when, to be compared. */
const reachOf = (person: Person): string =>
  JSON.stringify([rightsOf(person), activeRightsOf(person), person.expires]);

/** @throws InvalidInput a role that does not go with the rest */
const standingOf = (
  person: Person,
  change: Standing,
): Pick<Person, "isGuest" | "role" | "lamps" | "scopes"> => {
  const role = change.role ?? wordOf(roleOf(person), change.isGuest);
  const isGuest = role === "guest";
  if (change.isGuest !== undefined && change.isGuest !== isGuest)
    throw new InvalidInput("a guest has the role guest, and nobody else has", { path: "guest" });
  if (change.lamps !== undefined && !isGuest)
    throw new InvalidInput("only a guest has chosen lamps", { path: "lamps" });
  if (change.scopes !== undefined && role !== "developer")
    throw new InvalidInput("only a developer has scopes of their own", { path: "scopes" });
  if (role === "resident") return { isGuest };
  if (role !== "guest" && role !== "developer") return { isGuest, role };
  const { lamps = person.lamps, scopes = person.scopes } = change;
  if (isGuest) return { isGuest, ...(lamps === undefined ? {} : { lamps: [...new Set(lamps)] }) };
  if (scopes === undefined) throw new InvalidInput("name the scopes of a developer", { path: "scopes" });
  return { isGuest, role: "developer", scopes: [...new Set(scopes)] };
};

const wordOf = (role: Role, isGuest: boolean | undefined): Role => {
  if (isGuest === undefined) return role;
  return isGuest ? "guest" : role === "guest" ? "resident" : role;
};

const addressesOf = (texts: readonly string[]): readonly HardwareAddress[] => {
  if (texts.length > mostAddresses) {
    throw new LimitExceeded(`a person has at most ${mostAddresses} addresses`, { limit: mostAddresses });
  }
  return [...new Set(texts.map(parseHardwareAddress))];
};
