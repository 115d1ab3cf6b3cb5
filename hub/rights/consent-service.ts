import {
  type ConsentChange,
  type ConsentInterval,
  ConsentNotInformed,
  ConsentNotYours,
  type ConsentState,
  type Consents,
  type ConsentWay,
  type Informed,
  optionalPurposes,
} from "../domain/consent.ts";
import type { EventBus } from "../domain/event.ts";
import { isId, type PersonId } from "../domain/ids.ts";
import { type OptionalPurpose, purposes } from "../domain/purpose.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConsentEntry } from "../privacy/data-map.ts";
import type { Chain, ChainEntry } from "../privacy/sealed-chain.ts";

/** What there is to agree to, as this version of the hub has it. Another version may have another. */
export interface ConsentOffer {
  version(purpose: OptionalPurpose): number;
  /** SHA-256 of what is shown of a purpose, hex. */
  text(purpose: OptionalPurpose): string;
  /** SHA-256 of what the notice says, hex. */
  notice(): string;
}

/** How and by whom something was said. */
export interface Said {
  readonly way: ConsentWay;
  /** Of the credential, or of the phone. */
  readonly by?: string;
}

/** How it stands with one purpose. */
export interface ConsentView {
  readonly purpose: OptionalPurpose;
  readonly state: ConsentState;
  /** Whether it may be done now: agreed to, and neither limited by the person nor for the home. */
  readonly allowed: boolean;
  /** The newest decision. */
  readonly decided?: { readonly at: Instant; readonly way: ConsentWay; readonly by?: string };
}

/** One who agrees or does not; undefined: the home. */
type Who = PersonId | undefined;

interface Decision extends Said {
  readonly given: boolean;
  readonly version: number;
  readonly at: Instant;
}

type Decisions = Map<OptionalPurpose, Decision>;

/**
 * Who agreed to what. Off until given, each purpose by itself, and what was given to an older version of a purpose counts for
 * nothing. A withdrawal counts from the moment it is asked for: whoever works with the data has ended before it is written
 * down, and it is written down before it is acknowledged.
 */
export class ConsentService implements Consents {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #book: Chain<"consents">;
  readonly #offer: ConsentOffer;
  readonly #listeners = new Set<(change: ConsentChange) => void>();
  readonly #limited = new Set<Who>();
  /** What counts already and is not on the disk, because that refused: to ask again writes it. */
  readonly #unwritten = new Set<string>();
  #decisions: Map<Who, Decisions> | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(clock: Clock, bus: EventBus, book: Chain<"consents">, offer: ConsentOffer) {
    this.#clock = clock;
    this.#bus = bus;
    this.#book = book;
    this.#offer = offer;
  }

  start(): void {
    this.#known();
    this.#unsubscribe = this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "person" && change === "removed" && isId("person", id)) this.#forget(id);
    });
  }

  close(): void {
    this.#unsubscribe?.();
  }

  allows(purpose: OptionalPurpose, person?: PersonId): boolean {
    if (this.#isLimited(purpose, person)) return false;
    return this.stateOf(purpose, person) === "given";
  }

  stateOf(purpose: OptionalPurpose, person?: PersonId): ConsentState {
    const decision = this.#known().get(person)?.get(purpose);
    if (decision === undefined) return "unasked";
    if (!decision.given) return "withdrawn";
    return decision.version === this.#offer.version(purpose) ? "given" : "outdated";
  }

  onChange(call: (change: ConsentChange) => void): () => void {
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  /** All that a person, or the home, can agree to. */
  list(person?: PersonId): readonly ConsentView[] {
    const asks = person === undefined ? "home" : "person";
    return optionalPurposes
      .filter((purpose) => purposes[purpose].asks === asks || this.#known().get(person)?.has(purpose))
      .map((purpose) => this.view(purpose, person));
  }

  view(purpose: OptionalPurpose, person?: PersonId): ConsentView {
    const decision = this.#known().get(person)?.get(purpose);
    return {
      purpose,
      state: this.stateOf(purpose, person),
      allowed: this.allows(purpose, person),
      ...(decision === undefined
        ? {}
        : {
            decided: {
              at: decision.at,
              way: decision.way,
              ...(decision.by === undefined ? {} : { by: decision.by }),
            },
          }),
    };
  }

  /** What has to be shown before somebody agrees. */
  informs(purpose: OptionalPurpose): Informed {
    return { version: this.#offer.version(purpose), text: this.#offer.text(purpose) };
  }

  /** @throws ConsentNotInformed: what was shown is not what this version of the hub says */
  assertInformed(purpose: OptionalPurpose, shown: Informed): void {
    const { version, text } = this.informs(purpose);
    if (shown.version !== version || shown.text !== text)
      throw new ConsentNotInformed(
        "that is not the text of this purpose as it is now: show the present one, and ask again",
        { purpose, version },
      );
  }

  /**
   * Written down before anything is done with it. What is given already stays as it is.
   * @throws ConsentNotInformed, ConsentNotYours; StoreFailed: nothing has changed then
   */
  give(purpose: OptionalPurpose, person: Who, shown: Informed, said: Said): void {
    assertAsked(purpose, person);
    this.assertInformed(purpose, shown);
    if (this.stateOf(purpose, person) === "given") return;
    this.#write(person, { decision: "given", purpose, ...shown, ...said });
    this.#unwritten.delete(markOf(person, purpose));
    this.#decide(purpose, person, { given: true, version: shown.version, ...said });
    this.#tell({ purpose, ...(person && { person }), allowed: this.allows(purpose, person) });
  }

  /**
   * Nothing of it is begun after this has returned, and what was in flight has been ended.
   * @throws StoreFailed: it counts all the same, until the hub is started anew; asked again it is written
   */
  withdraw(purpose: OptionalPurpose, person: Who, said: Said): void {
    assertAsked(purpose, person);
    const mark = markOf(person, purpose);
    if (this.stateOf(purpose, person) === "withdrawn" && !this.#unwritten.has(mark)) return;
    const { version, text } = this.informs(purpose);
    this.#unwritten.add(mark);
    this.#decide(purpose, person, { given: false, version, ...said });
    this.#tell({ purpose, ...(person && { person }), allowed: false });
    this.#write(person, { decision: "withdrawn", purpose, version, text, ...said });
    this.#unwritten.delete(mark);
  }

  /** Whether nothing but what the hub is for is done, of a person or of the home. */
  isLimited(person?: PersonId): boolean {
    this.#known();
    return this.#limited.has(person);
  }

  /**
   * No use but for what the hub is for, whatever was agreed to: sharing, figures, learning and mail are off until this is
   * ended, and come back as they were. @param person absent: of everybody @throws as `withdraw`
   */
  limit(isLimited: boolean, person: Who, said: Said): void {
    const mark = markOf(person, "limit");
    if (this.isLimited(person) === isLimited && !this.#unwritten.has(mark)) return;
    if (isLimited) this.#unwritten.add(mark);
    else this.#write(person, { decision: "unlimited", ...said });
    const before = this.#allowed(person);
    if (isLimited) this.#limited.add(person);
    else this.#limited.delete(person);
    const after = this.#allowed(person);
    for (const [key, change] of before) if (!after.has(key)) this.#tell({ ...change, allowed: false });
    for (const [key, change] of after) if (!before.has(key)) this.#tell({ ...change, allowed: true });
    if (isLimited) this.#write(person, { decision: "limited", ...said });
    this.#unwritten.delete(mark);
  }

  /**
   * A browser asks that nothing is shared and nothing evaluated: all of that is taken back, and once a note is made.
   * @param person whose browser it is; absent: nobody's account, so that there is nothing to take back
   */
  optOut(person: Who, said: Said): void {
    if (person !== undefined)
      for (const purpose of optionalPurposes)
        if (purposes[purpose].kind !== "service" && this.stateOf(purpose, person) === "given")
          this.withdraw(purpose, person, said);
    this.#write(person, { decision: "opted-out", ...said });
  }

  /** What was decided, oldest first. @param person absent: for the home */
  entries(person?: PersonId): readonly ChainEntry<"consents">[] {
    return this.#book.entries().filter(({ about }) => about === person);
  }

  /** When it was agreed to, oldest first: also what is over. @param person absent: by the home */
  intervals(person?: PersonId): readonly ConsentInterval[] {
    const open = new Map<OptionalPurpose, ConsentInterval>();
    const all: ConsentInterval[] = [];
    for (const { at, content } of this.entries(person)) {
      const { decision, purpose, version = 0 } = content ?? {};
      if (purpose === undefined || decision === undefined) continue;
      const begun = open.get(purpose);
      if (begun !== undefined) all.push({ ...begun, until: at });
      open.delete(purpose);
      if (decision === "given") open.set(purpose, { purpose, version, from: at });
    }
    return [...all, ...open.values()].sort((a, b) => a.from - b.from);
  }

  #isLimited(purpose: OptionalPurpose, person: Who): boolean {
    return purposes[purpose].kind !== "service" && (this.isLimited() || this.isLimited(person));
  }

  /** What may be done now, of one person, or of everybody. */
  #allowed(person: Who): ReadonlyMap<string, Omit<ConsentChange, "allowed">> {
    const asked = person === undefined ? [...this.#known().keys()] : [person];
    return new Map(
      asked.flatMap((who) =>
        optionalPurposes
          .filter((purpose) => this.allows(purpose, who))
          .map((purpose) => [`${purpose} ${who}`, { purpose, ...(who && { person: who }) }] as const),
      ),
    );
  }

  #decide(purpose: OptionalPurpose, person: Who, decision: Omit<Decision, "at">): void {
    const known = this.#known();
    const of = known.get(person) ?? new Map();
    known.set(person, of.set(purpose, { ...decision, at: this.#clock.now() }));
  }

  /** Each hears of it, also where another of them fails: what fails is thrown when all have ended what they do. */
  #tell(change: ConsentChange): void {
    const failures: unknown[] = [];
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        failures.push(error);
      }
    }
    const { person } = change;
    const at = this.#clock.now();
    if (person !== undefined)
      this.#bus.publish({ kind: "home.changed", what: "person", id: person, change: "changed", at });
    if (failures.length > 0) throw failures[0];
  }

  #write(person: Who, content: Omit<ConsentEntry, "notice">): void {
    this.#book.append({
      at: this.#clock.now(),
      ...(person && { about: person }),
      content: { ...content, notice: this.#offer.notice() },
    });
  }

  /** Read when it is first asked for: rooms that start before this one ask as well. */
  #known(): Map<Who, Decisions> {
    if (this.#decisions !== undefined) return this.#decisions;
    const known = new Map<Who, Decisions>();
    this.#decisions = known;
    for (const { at, about, content } of this.#book.entries())
      if (content !== undefined) this.#recall(known, at, about, content);
    return known;
  }

  #recall(known: Map<Who, Decisions>, at: Instant, person: Who, content: ConsentEntry): void {
    const { decision, purpose, version = 0, way, by } = content;
    if (decision === "limited") this.#limited.add(person);
    if (decision === "unlimited") this.#limited.delete(person);
    if (purpose === undefined) return;
    const of = known.get(person) ?? new Map();
    const given = decision === "given";
    known.set(person, of.set(purpose, { given, version, at, way, ...(by === undefined ? {} : { by }) }));
  }

  #forget(person: PersonId): void {
    this.#decisions?.delete(person);
    this.#limited.delete(person);
  }
}

const markOf = (person: Who, what: OptionalPurpose | "limit"): string => `${what} ${person ?? "home"}`;

/**
 * Whose place it is: the home's, or of the person whose phone gave it.
 * @throws ConsentNotYours
 */
const assertAsked = (purpose: OptionalPurpose, person: Who): void => {
  const { asks } = purposes[purpose];
  if (person === undefined && asks === "person")
    throw new ConsentNotYours("each person agrees to this themselves: sign in as them", { purpose });
  if (person !== undefined && asks === "home" && purpose !== "location")
    throw new ConsentNotYours("the owner agrees to this for the home", { purpose });
};
