import {
  type AgeBand,
  type AgeRule,
  ageRuleOf,
  GuardianNeeded,
  isUnderAge,
  NoGuardian,
  parseCountry,
} from "../domain/age-rule.ts";
import { NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import type { PersonId } from "../domain/ids.ts";
import { type Person, roleOf } from "../domain/person.ts";
import { SecondStepNeeded } from "../domain/reset.ts";
import { type Duration, Minutes, type Monotonic } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Panel } from "../ports/panel.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import type { Chain } from "../privacy/sealed-chain.ts";
import type { AccountService } from "./account-service.ts";
import type { PersonService } from "./person-service.ts";

/** How long a wish to be a guardian waits for somebody at the button. */
export const guardianOfferLives = Minutes(2);

interface Pending {
  readonly child: PersonId;
  readonly guardian: PersonId;
  readonly until: Monotonic;
  isPressed: boolean;
}

/** What guardianship is made of. */
export interface GuardianshipParts {
  readonly people: PersonService;
  readonly accounts: Pick<AccountService, "of" | "endOf">;
  readonly book: Chain<"access">;
}

const countrySetting = "country";

/**
 * People under age and who answers for them. Of nobody's age is more known than on which side of the country's line it is.
 * Who is under it has an account only once another account, of somebody over it, has confirmed that in front of the hub.
 */
export class Guardianship {
  readonly #clock: Clock;
  readonly #outside: Clock;
  readonly #bus: EventBus;
  readonly #panel: Panel;
  readonly #store: GuardedStore;
  readonly #parts: GuardianshipParts;
  #pending: Pending | undefined;
  #stops: (() => void)[] = [];

  /** @param outside clock of the world outside: people take their time, however fast the home lives */
  constructor(
    clock: Clock,
    outside: Clock,
    bus: EventBus,
    panel: Panel,
    store: GuardedStore,
    parts: GuardianshipParts,
  ) {
    this.#clock = clock;
    this.#outside = outside;
    this.#bus = bus;
    this.#panel = panel;
    this.#store = store;
    this.#parts = parts;
  }

  start(): void {
    this.#stops = [
      this.#panel.onButton((change) => {
        if (change === "released" && this.#pending !== undefined) this.#pending.isPressed = true;
      }),
      // Also when it is the guardian who changed, or who is gone.
      this.#bus.subscribe("home.changed", ({ what }) => {
        if (what === "person") this.#signOutUnguarded();
      }),
    ];
    this.#signOutUnguarded();
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Undefined: nobody has said. */
  country(): string | undefined {
    const held = this.#store.collection("settings").get(countrySetting)?.value;
    return typeof held === "string" ? held : undefined;
  }

  rule(): AgeRule {
    return ageRuleOf(this.country());
  }

  /** Who is under age by the new rule, and was not before, is signed out. @throws InvalidInput */
  setCountry(text: string): void {
    const country = parseCountry(text);
    this.#store.collection("settings").put(countrySetting, { name: countrySetting, value: country });
    this.#signOutUnguarded();
  }

  /** What somebody says of their age. Who turns out to be under age is signed out. @throws NotFound */
  declare(id: PersonId, band: AgeBand): Person {
    const line = this.rule().guardianBelow;
    return this.#parts.people.setStanding(id, { age: { band, line, at: this.#clock.now() } });
  }

  isUnderAge(person: Person): boolean {
    return isUnderAge(person.age, this.rule());
  }

  /** Under age, and nobody who may answers for them. */
  needsGuardian(person: Person): boolean {
    return this.isUnderAge(person) && this.#guardianOf(person) === undefined;
  }

  /** @throws GuardianNeeded */
  assertMayHaveAccount(person: Person): void {
    if (!this.needsGuardian(person)) return;
    const { guardianBelow } = this.rule();
    throw new GuardianNeeded(
      `somebody under ${guardianBelow} needs a guardian here: an adult of this home confirms it with their own account and the button of the hub`,
      { limit: guardianBelow },
    );
  }

  /** Somebody wants to answer for somebody else; from here on the button counts. @throws NotFound, NoGuardian */
  offer(child: PersonId, guardian: PersonId | undefined): Duration {
    const who = this.#assertGuardian(this.#parts.people.need(child), guardian);
    const until = (this.#outside.monotonic() + guardianOfferLives) as Monotonic;
    this.#pending = { child, guardian: who, until, isPressed: false };
    return guardianOfferLives;
  }

  /** @throws NotFound: never offered by this account, or too long ago; SecondStepNeeded: nobody was at the button; NoGuardian */
  confirm(child: PersonId, guardian: PersonId | undefined): Person {
    const pending = this.#pending;
    const isMeant = pending?.child === child && pending.guardian === guardian;
    if (!isMeant || this.#outside.monotonic() >= pending.until)
      throw new NotFound("no such offer waits to be confirmed; make it again");
    const who = this.#assertGuardian(this.#parts.people.need(child), guardian);
    if (!pending.isPressed)
      throw new SecondStepNeeded("press the button of the hub, then confirm again", { kind: "button" });
    this.#pending = undefined;
    this.#note(child, who);
    return this.#parts.people.setStanding(child, { guardian: who });
  }

  /** The guardian takes it back: the account rests at once. @throws NotFound: they are not */
  withdraw(child: PersonId, guardian: PersonId | undefined): void {
    if (guardian === undefined || this.#parts.people.need(child).guardian !== guardian)
      throw new NotFound("you are not this person's guardian");
    this.#note(child, null);
    this.#parts.people.setStanding(child, { guardian: undefined });
  }

  /** Nothing of a wish is left that is about this person. */
  forget(person: PersonId): void {
    if (this.#pending?.child === person || this.#pending?.guardian === person) this.#pending = undefined;
  }

  #signOutUnguarded(): void {
    for (const person of this.#parts.people.list())
      if (this.needsGuardian(person)) this.#parts.accounts.endOf(person.id);
  }

  #note(child: PersonId, guardian: PersonId | null): void {
    this.#parts.book.append({ at: this.#clock.now(), about: child, content: { what: "guardian", guardian } });
  }

  #guardianOf(person: Person): Person | undefined {
    const guardian = person.guardian && this.#parts.people.get(person.guardian);
    return guardian !== undefined && this.#parts.accounts.of(guardian.id) !== undefined
      ? guardian
      : undefined;
  }

  #assertGuardian(child: Person, id: PersonId | undefined): PersonId {
    const guardian = id && this.#parts.people.get(id);
    const missing = guardian === undefined ? "account" : this.#missingOf(child, guardian);
    if (missing === undefined && guardian !== undefined) return guardian.id;
    throw new NoGuardian(
      "a guardian is another person of this home, of age by their own word, with an account of their own",
      { kind: missing ?? "account" },
    );
  }

  #missingOf(child: Person, guardian: Person): string | undefined {
    if (guardian.id === child.id) return "another-person";
    if (this.#parts.accounts.of(guardian.id) === undefined) return "account";
    if (!["owner", "resident"].includes(roleOf(guardian))) return "role";
    return guardian.age === undefined || this.isUnderAge(guardian) ? "age" : undefined;
  }
}
