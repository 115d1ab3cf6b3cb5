import { readPresenceToken } from "../codec/presence-token.ts";
import { isSigned, signatureKey } from "../crypto/signature.ts";
import { NoConsent } from "../domain/consent.ts";
import { Conflict } from "../domain/errors.ts";
import type { EventBus, PresenceHold } from "../domain/event.ts";
import { isId, type PersonId, type PhoneId } from "../domain/ids.ts";
import type { HardwareAddress, PauseReason, Phone } from "../domain/person.ts";
import {
  confidenceOf,
  judge,
  nextJudgement,
  type Presence,
  type PresenceSource,
  presenceSources,
  renewed,
  type Sign,
  type Signs,
  sightingGap,
  unknownPresence,
} from "../domain/presence.ts";
import {
  type PresenceToken,
  PresenceTokenRefused,
  staleness,
  type TokenRefusal,
} from "../domain/presence-token.ts";
import { type Duration, type Instant, type Monotonic, type Percent, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { StoredPresence, StoredSign } from "../privacy/data-map.ts";
import type { PersonalPurposeStore } from "../privacy/guarded-store.ts";
import type { PersonService } from "./person-service.ts";

/** Which of these devices the home's network has now; filled by the roof. Nobody else's are asked for. */
export interface Neighbourhood {
  present(addresses: ReadonlySet<HardwareAddress>): ReadonlySet<HardwareAddress>;
}

/** Whoever steers the clock; filled by the roof. A phone that proves itself knows the time from its network. */
export interface ClockVoucher {
  vouch(source: "phone", now: Instant): void;
}

/** Whether people let the hub keep whether they are home; filled by the roof. */
export interface PresenceAgreement {
  /** Asked each time, just before anything is done with it. */
  isGiven(person: PersonId): boolean;
  /** Their own phone says so. @param version of what they were shown; undefined: they do not let it @throws ConsentNotInformed */
  hear(person: PersonId, phone: PhoneId, version: number | undefined): void;
  /** Calls before a withdrawal is acknowledged. @returns unsubscribe */
  onEnd(call: (person: PersonId) => void): () => void;
}

/** How it stands with a person, as others may know it. */
export interface PresenceView {
  readonly home: boolean;
  readonly since: Instant;
  readonly source?: Presence["source"];
  /** That it is so, 50..100. */
  readonly confidence: Percent;
}

const lookEvery = Seconds(30);

interface Held {
  readonly presence: Presence;
  readonly signs: Signs;
  /** When time alone may change it. */
  readonly timer?: Timer;
}

/**
 * Who is home. Takes what phones have signed, what the home's network shows of registered devices, and what somebody
 * says by hand; keeps the newest of each and no history. Where anybody is, it never learns.
 */
export class PresenceService {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #store: PersonalPurposeStore<"presence">;
  readonly #people: PersonService;
  readonly #neighbourhood: Neighbourhood;
  readonly #agreement: PresenceAgreement;
  readonly #voucher: ClockVoucher | undefined;
  /** Of everybody who gave a sign. */
  readonly #held = new Map<PersonId, Held>();
  readonly #refused = new Map<TokenRefusal, number>();
  #isRestricted: (person: PersonId) => boolean = () => false;
  #look: Timer | undefined;
  #ends: readonly (() => void)[] = [];

  constructor(
    clock: Clock,
    bus: EventBus,
    store: PersonalPurposeStore<"presence">,
    people: PersonService,
    neighbourhood: Neighbourhood,
    agreement: PresenceAgreement,
    voucher?: ClockVoucher,
  ) {
    this.#clock = clock;
    this.#bus = bus;
    this.#store = store;
    this.#people = people;
    this.#neighbourhood = neighbourhood;
    this.#agreement = agreement;
    this.#voucher = voucher;
  }

  start(): void {
    for (const [, kept] of [...this.#store.collection("presence").entries()]) this.#takeUp(kept);
    this.#ends = [
      this.#bus.subscribe("home.changed", ({ what, id, change }) => {
        if (what !== "person" || !isId("person", id)) return;
        if (change === "removed") this.#forget(id);
        this.#watchNetwork();
      }),
      this.#agreement.onEnd((person) => this.#end(person)),
    ];
    this.#watchNetwork();
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#look?.cancel();
    for (const { timer } of this.#held.values()) timer?.cancel();
  }

  /** Asked before anything is done with what is known of somebody: of whom it is so, it is only kept (GDPR Art. 18). */
  restrictedBy(isRestricted: (person: PersonId) => boolean): void {
    this.#isRestricted = isRestricted;
  }

  /** A restriction is over: what was kept counts again, and time goes on from here. */
  lifted(person: PersonId): void {
    const held = this.#held.get(person);
    if (held !== undefined) this.#hold(person, held.presence, held.signs);
  }

  /** Undefined: nothing is known. */
  of(person: PersonId): PresenceView | undefined {
    const held = this.#known(person);
    if (held?.presence.home === undefined || !this.#agreement.isGiven(person)) return undefined;
    const { home, source, since } = held.presence;
    return {
      home,
      since: this.#civil(since),
      ...(source === undefined ? {} : { source }),
      confidence: confidenceOf(held.presence, held.signs, this.#clock.monotonic()),
    };
  }

  /** Undefined: not known. */
  isHome(person: PersonId): boolean | undefined {
    return this.#agreement.isGiven(person) ? this.#known(person)?.presence.home : undefined;
  }

  knows(person: PersonId): boolean {
    return this.#people.get(person) !== undefined;
  }

  /** Whether anything of this person is recorded: they are known, have agreed, and nothing rests. */
  follows(person: PersonId): boolean {
    return this.knows(person) && !this.#isPaused(person) && this.#agreement.isGiven(person);
  }

  /**
   * Why nothing is recorded of this person; without one: of anybody. Undefined: nobody's presence rests. Who has not agreed takes no
   * part in what is said of all, as who never gave a sign.
   */
  held(person?: PersonId): PresenceHold | undefined {
    if (person !== undefined && this.knows(person) && !this.#agreement.isGiven(person)) return "not-agreed";
    const asked =
      person === undefined
        ? this.#people.list().filter(({ id }) => this.#agreement.isGiven(id))
        : [this.#people.get(person)];
    if (asked.some((each) => each !== undefined && this.#isRestricted(each.id))) return "paused";
    const pause = asked.find((each) => each?.pause !== undefined)?.pause;
    return pause && holds[pause.reason];
  }

  /** Undefined: nobody is known to be, and somebody whose presence rests may be. Who never gave a sign takes no part. */
  anybodyHome(): boolean | undefined {
    const isKnown = this.#held.size > 0;
    return isKnown ? this.#anybody(this.#people.list().map(({ id }) => id)) : undefined;
  }

  /** Tokens that were not taken, by why. */
  get refused(): ReadonlyMap<TokenRefusal, number> {
    return this.#refused;
  }

  /**
   * Takes what a phone has signed. The signature is the credential.
   * @throws PresenceTokenRefused: nothing has changed then, it is only counted. Of a person whose presence is paused, or who
   *   has not agreed, it is still heard whether their phone may know where it is; ConsentNotInformed
   */
  receive(bytes: Uint8Array): void {
    const { token, phone } = this.#authentic(bytes);
    const isTrusted = this.#clock.trust().level === "trusted";
    const stale = staleness(token, phone.counter, isTrusted ? this.#clock.now() : undefined);
    if (stale !== undefined) throw this.#refusal(stale);
    if (token.word === "agreed" || token.word === "disagreed") {
      this.#hearDecision(token, phone);
      return;
    }
    if (this.#isRestricted(token.person)) throw this.#refusal("paused");
    const refusal = this.#restingOf(token.person);
    if (refusal !== undefined) {
      this.#hearPermission(token, phone);
      throw this.#refusal(refusal);
    }
    if (!isTrusted) this.#voucher?.vouch("phone", token.issuedAt);
    this.#whole(() => [this.#people.hearPhone(phone, token.counter, mayLocate(token)), ...this.#hear(token)]);
  }

  /** What somebody says by hand counts at once. @throws NotFound; NoConsent; Conflict while paused */
  set(person: PersonId, home: boolean): void {
    this.#people.need(person);
    if (!this.#agreement.isGiven(person))
      throw new NoConsent("this person has not agreed that the hub keeps whether they are home", {
        purpose: "presence",
      });
    if (this.#isPaused(person)) throw new Conflict("this person's presence is paused: resume it first");
    const now = this.#clock.monotonic();
    this.#weigh(person, { hand: { home, since: now, at: now } })();
  }

  /** Something that somebody carries was noticed in the home. Of who is paused, not known, or has not agreed nothing is recorded. */
  sighted(person: PersonId, source: "lan" | "beacon"): void {
    if (!this.follows(person)) return;
    const now = this.#clock.monotonic();
    const before = this.#held.get(person)?.signs[source];
    const isReturn = before === undefined || now - before.at > sightingGap;
    this.#weigh(person, { [source]: { home: true, since: isReturn ? now : before.since, at: now } })();
  }

  /** Nothing is recorded of this person until `resume`, and what was is forgotten. @throws NotFound */
  pause(person: PersonId): void {
    this.#whole(() => this.#rest(person, "by-hand"));
  }

  /** @throws NotFound */
  resume(person: PersonId): void {
    this.#people.setPause(person, undefined)();
  }

  /** Why nothing is taken of where somebody's phone says they are. */
  #restingOf(person: PersonId): "not_agreed" | "paused" | undefined {
    if (!this.#agreement.isGiven(person)) return "not_agreed";
    return this.#people.get(person)?.pause?.reason === "by-hand" ? "paused" : undefined;
  }

  /** The counter first: what is captured on the way must not be able to agree once more when they have taken it back. */
  #hearDecision({ person, counter, version }: PresenceToken, phone: Phone): void {
    this.#people.hearPhone(phone, counter, phone.locationRefused === undefined)();
    this.#agreement.hear(person, phone.id, version);
  }

  /** What is known of somebody who agreed, or did. */
  #takeUp(kept: StoredPresence): void {
    if (this.#agreement.isGiven(kept.person)) this.#restore(kept);
    else this.#store.collection("presence").remove(kept.person);
  }

  #end(person: PersonId): void {
    this.#forget(person);
    this.#store.collection("presence").remove(person);
  }

  #isPaused(person: PersonId): boolean {
    return this.#people.get(person)?.pause !== undefined || this.#isRestricted(person);
  }

  #known(person: PersonId): Held | undefined {
    return this.#isRestricted(person) ? undefined : this.#held.get(person);
  }

  /** Writes all of it or nothing, and only then makes it so: a disk that refuses leaves all as it was. */
  #whole(write: () => readonly (() => void)[]): void {
    let written: readonly (() => void)[] = [];
    this.#store.atomically(() => {
      written = write();
    });
    for (const makeSo of written) makeSo();
  }

  /** It says nothing of where anybody is, and somebody may have to stop using what the phone once gave. */
  #hearPermission(token: PresenceToken, phone: Phone): void {
    const isKnown = mayLocate(token) === (phone.locationRefused === undefined);
    if (!isKnown) this.#people.hearPhone(phone, token.counter, mayLocate(token))();
  }

  #authentic(bytes: Uint8Array): { readonly token: PresenceToken; readonly phone: Phone } {
    const read = readPresenceToken(bytes);
    if (read === undefined) throw this.#refusal("malformed");
    const { token, signed, signature } = read;
    const phone = this.#people.phone(token.phone);
    if (phone === undefined || phone.person !== token.person) throw this.#refusal("unknown_phone");
    const key = signatureKey(Buffer.from(phone.publicKey, "base64url"));
    if (key === undefined || !isSigned(key, signed, signature)) throw this.#refusal("forged");
    return { token, phone };
  }

  /** @returns what makes it so once it is written */
  #hear({ person, word, eta }: PresenceToken): readonly (() => void)[] {
    if (word === "refused") return this.#rest(person, "location-refused");
    if (word === "approaching") return [() => this.#approaches(person, eta ?? Seconds(0))];
    const before = this.#held.get(person)?.signs.phone;
    const said = { phone: renewed(before, word === "entered", this.#clock.monotonic()) };
    return [this.#people.setPause(person, undefined), this.#weigh(person, said)];
  }

  #approaches(person: PersonId, eta: Duration): void {
    if (this.isHome(person) === true) return;
    this.#bus.publish({ kind: "presence.approaching", person, eta, at: this.#clock.now() });
  }

  /** Looks for registered devices and no others. */
  #lookAround(): void {
    const followed = this.#people.list().filter(({ id }) => this.follows(id));
    const wanted = new Set(followed.flatMap(({ addresses }) => addresses));
    const present = this.#neighbourhood.present(wanted);
    for (const { id, addresses } of followed)
      if (addresses.some((address) => present.has(address))) this.sighted(id, "lan");
  }

  #watchNetwork(): void {
    const isWanted = this.#people
      .list()
      .some(({ id, addresses }) => addresses.length > 0 && this.#agreement.isGiven(id));
    if (isWanted) this.#look ??= this.#clock.every(lookEvery, () => this.#lookAround());
    else {
      this.#look?.cancel();
      this.#look = undefined;
    }
  }

  /** Signs that are new, and what they make of the person. @returns as `#hear` */
  #weigh(person: PersonId, said: Signs): () => void {
    const { presence, signs } = this.#held.get(person) ?? {
      presence: unknownPresence(this.#clock.monotonic()),
      signs: {},
    };
    const isNews = presenceSources.some(
      (source) => said[source] !== undefined && said[source]?.since !== signs[source]?.since,
    );
    return this.#judge(person, presence, { ...signs, ...said }, isNews);
  }

  /**
   * A sign that only repeats itself is not worth a write: after a restart every sign counts as just heard.
   * @returns what makes it so once it is written: a disk that refuses leaves all as it was
   */
  #judge(person: PersonId, before: Presence, signs: Signs, isNews: boolean): () => void {
    const presence = judge(before, signs, this.#clock.monotonic());
    const hasChanged = presence.home !== before.home;
    if (isNews || hasChanged) this.#keep(person, presence, signs);
    return () => {
      this.#hold(person, presence, signs);
      if (hasChanged) this.#tell(person, presence, before.home !== undefined);
    };
  }

  #hold(person: PersonId, presence: Presence, signs: Signs): void {
    this.#held.get(person)?.timer?.cancel();
    const next = nextJudgement(presence, signs, this.#clock.monotonic());
    const again = () => {
      if (!this.#isRestricted(person)) this.#judge(person, presence, signs, false)();
    };
    const timer = next === undefined ? {} : { timer: this.#clock.after(next, again) };
    this.#held.set(person, { presence, signs, ...timer });
  }

  #tell(person: PersonId, { home }: Presence, wasKnown: boolean): void {
    if (home === undefined) return;
    const others = this.#anybody(this.#people.list().flatMap(({ id }) => (id === person ? [] : [id])));
    this.#bus.publish({
      kind: "presence.changed",
      person,
      home,
      wasKnown,
      isAlone: others === false,
      anybodyHome: home || others !== false,
      at: this.#clock.now(),
    });
  }

  #anybody(people: readonly PersonId[]): boolean | undefined {
    const agreed = people.filter((id) => this.#agreement.isGiven(id));
    if (agreed.some((id) => this.isHome(id) === true)) return true;
    return agreed.some((id) => this.#isPaused(id)) ? undefined : false;
  }

  /** @returns as `#hear` */
  #rest(person: PersonId, reason: PauseReason): readonly (() => void)[] {
    if (this.#people.need(person).pause?.reason === "by-hand") return [];
    this.#store.collection("presence").remove(person);
    return [() => this.#forget(person), this.#people.setPause(person, reason)];
  }

  #forget(person: PersonId): void {
    this.#held.get(person)?.timer?.cancel();
    this.#held.delete(person);
  }

  #refusal(refusal: TokenRefusal): PresenceTokenRefused {
    this.#refused.set(refusal, (this.#refused.get(refusal) ?? 0) + 1);
    return new PresenceTokenRefused(refusal);
  }

  #keep(person: PersonId, { home, source, since }: Presence, signs: Signs): void {
    if (home === undefined) return;
    this.#store.collection("presence").put(person, {
      person,
      home,
      since: this.#civil(since),
      ...(source === undefined ? {} : { source }),
      signs: mapped(signs, ({ home, since }: Sign): StoredSign => ({ home, since: this.#civil(since) })),
    });
  }

  /** Nobody could speak while the hub was off: every sign counts as heard just now, in the order they had. */
  #restore({ person, home, source, since, signs }: StoredPresence): void {
    const now = this.#clock.monotonic();
    const steady = (at: Instant) => (now - (this.#clock.now() - at)) as Monotonic;
    const presence: Presence = {
      home,
      ...(source === undefined ? {} : { source }),
      since: steady(since),
      departures: [],
    };
    this.#hold(
      person,
      presence,
      mapped(signs, ({ home, since }: StoredSign): Sign => ({ home, since: steady(since), at: now })),
    );
  }

  #civil(at: Monotonic): Instant {
    return (this.#clock.now() - (this.#clock.monotonic() - at)) as Instant;
  }
}

/** A phone that says where its person is has looked. */
const mayLocate = ({ word }: PresenceToken): boolean => word !== "refused";

const holds: Readonly<Record<PauseReason, PresenceHold>> = {
  "by-hand": "paused",
  "location-refused": "location-not-permitted",
};

const mapped = <From, To>(
  signs: { readonly [Source in PresenceSource]?: From },
  to: (sign: From) => To,
): { readonly [Source in PresenceSource]?: To } =>
  Object.fromEntries(
    presenceSources.flatMap((source) => {
      const sign = signs[source];
      return sign === undefined ? [] : [[source, to(sign)]];
    }),
  );
