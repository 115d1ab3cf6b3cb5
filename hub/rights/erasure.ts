import { HubError } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { isId, type PersonId, type RuleId } from "../domain/ids.ts";
import type { Condition, Rule, Trigger } from "../domain/rule.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { CollectionName, StoredRule } from "../privacy/data-map.ts";
import type { Collection } from "../privacy/guarded-store.ts";
import { peopleIn } from "./held-data.ts";

/** Whoever had something of a person, and whether they have said that it is gone (GDPR Art. 19). */
export interface ToldRecipient {
  readonly recipient: string;
  readonly confirmed: boolean;
}

/** The book of what was disclosed; filled by the roof. */
export interface DisclosedTo {
  /** Tells everybody who had something of this person. Called before what is held is gone. @returns whom, and what they said */
  tellErased(person: PersonId): readonly ToldRecipient[];
}

/** What the rules of the home can be told. */
export interface ErasableRules {
  list(): readonly Rule[];
  change(id: RuleId, change: Pick<Rule, "triggers" | "conditions" | "enabled">): unknown;
  remove(id: RuleId): void;
}

/** The rooms that an erasure goes through; filled by the roof. */
export interface ErasureRooms {
  readonly people: { get(id: PersonId): object | undefined };
  /** Whether there is a key of theirs: a record that is damaged is not somebody who was erased. */
  readonly hasKey: (person: PersonId) => boolean;
  readonly accounts: {
    /** @throws NotFound, LastOwner */
    assertRemovable(id: PersonId): void;
    /** Destroys the person's key; whatever they had opened ends. @throws NotFound, LastOwner */
    removePerson(id: PersonId): void;
  };
  readonly rules: ErasableRules;
  readonly ruleRecords: Collection<StoredRule>;
  /** Forgets who asked for what lamps did, where that is nobody's credential any more. */
  readonly disown: () => void;
  /** Whether an erasure was begun and is not known to have ended; on the disk when it returns. */
  readonly open: { get(): boolean; set(isOpen: boolean): void };
  readonly disclosed: DisclosedTo;
  /** What of the home was called by their name. */
  namedAfter(person: PersonId): ErasureReceipt["stillNamed"];
}

/** That it was done, and whom it was told. Of whoever is gone it says nothing. */
export interface ErasureReceipt {
  readonly at: Instant;
  readonly recipients: readonly ToldRecipient[];
  /** Rules that were removed, and those that go on without them. */
  readonly rules: { readonly removed: number; readonly changed: number };
  /** Things of the home that were given their name by people: whoever lives here may call them otherwise. */
  readonly stillNamed: readonly { readonly collection: CollectionName; readonly key: string }[];
}

/**
 * Erases one person: their key first, with which everything of theirs is noise, in this store as in every backup. What follows
 * only takes their id out of what belongs to the home, so it can be done again: a hub that was cut off does it at its next start.
 */
export class Erasure {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #log: AuditedLog;
  readonly #rooms: ErasureRooms;
  #unsubscribe: (() => void) | undefined;

  constructor(clock: Clock, bus: EventBus, log: AuditedLog, rooms: ErasureRooms) {
    this.#clock = clock;
    this.#bus = bus;
    this.#log = log;
    this.#rooms = rooms;
  }

  /** Ends what was cut off; from here on also whoever is removed in another way, as a guest whose time is up, is gone everywhere. */
  start(): void {
    this.#log.attempt("erasure.not-ended", () => this.#settle());
    this.#unsubscribe = this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "person" && change === "removed" && isId("person", id))
        this.#log.attempt("erasure.not-ended", () => this.#forget());
    });
  }

  close(): void {
    this.#unsubscribe?.();
  }

  /** @throws NotFound, LastOwner: nothing has happened; StoreFailed: what is not gone yet goes at the next start */
  erase(person: PersonId): ErasureReceipt {
    this.#rooms.accounts.assertRemovable(person);
    const recipients = this.#rooms.disclosed.tellErased(person);
    const stillNamed = this.#rooms.namedAfter(person);
    const left = this.#rulesNaming(new Set([person])).map((rule) => withoutPeople(rule, new Set([person])));
    this.#rooms.open.set(true);
    // The room tells everybody that they are gone, and this hears of it, too.
    this.#rooms.accounts.removePerson(person);
    const removed = left.filter((rule) => rule === undefined).length;
    return {
      at: this.#clock.now(),
      recipients,
      rules: { removed, changed: left.length - removed },
      stillNamed,
    };
  }

  /** Takes everybody who is not here out of what belongs to the home. */
  #forget(): void {
    for (const [rule, gone] of this.#orphans())
      this.#log.attempt("erasure.rule-kept", () => this.#without(rule, gone));
    this.#rooms.disown();
    if (this.#orphans().length === 0) this.#rooms.open.set(false);
  }

  /** Before any rule is in force, so where they are kept. A home that was brought in may name people of elsewhere, too. */
  #settle(): void {
    const records = this.#rooms.ruleRecords;
    const rules = [...records.entries()].map(([, each]) => each);
    for (const [rule, gone] of orphansIn(rules, this.#rooms.hasKey)) {
      const left = withoutPeople(rule, gone);
      if (left === undefined) records.remove(rule.id);
      else records.put(rule.id, { ...rule, ...left });
    }
    if (!this.#rooms.open.get()) return;
    this.#rooms.disown();
    this.#rooms.open.set(false);
  }

  #orphans(): readonly (readonly [Rule, ReadonlySet<PersonId>])[] {
    return orphansIn(this.#rooms.rules.list(), (id) => this.#rooms.people.get(id) !== undefined);
  }

  #rulesNaming(gone: ReadonlySet<PersonId>): readonly Rule[] {
    return this.#rooms.rules.list().filter((rule) => [...peopleIn(rule)].some((id) => gone.has(id)));
  }

  #without(rule: Rule, gone: ReadonlySet<PersonId>): void {
    const left = withoutPeople(rule, gone);
    if (left === undefined) this.#rooms.rules.remove(rule.id);
    else
      try {
        this.#rooms.rules.change(rule.id, left);
      } catch (error) {
        // What is left of it does not stand by itself, as when its lamps are gone too.
        if (!(error instanceof HubError) || error.family !== "caller") throw error;
        this.#rooms.rules.remove(rule.id);
      }
  }
}

/** Rules that name somebody who is not here, and whom. */
const orphansIn = <Each extends Rule>(
  rules: readonly Each[],
  isHere: (person: PersonId) => boolean,
): readonly (readonly [Each, ReadonlySet<PersonId>])[] =>
  rules.flatMap((rule) => {
    const gone = new Set([...peopleIn(rule)].filter((id) => !isHere(id)));
    return gone.size === 0 ? [] : [[rule, gone] as const];
  });

/**
 * A rule that does without somebody; undefined: nothing would set it off. One that was also conditional on them rests, until
 * somebody has looked at it: without its condition it would act when it should not.
 */
export const withoutPeople = (
  { triggers, conditions, enabled }: Rule,
  gone: ReadonlySet<PersonId>,
): Pick<Rule, "triggers" | "conditions" | "enabled"> | undefined => {
  const left = triggers.filter((trigger) => !isAbout(trigger, gone));
  if (left.length === 0) return undefined;
  const others = conditions.filter((condition) => !isAbout(condition, gone));
  return {
    triggers: left,
    conditions: others,
    enabled: enabled && others.length === conditions.length,
  };
};

const isAbout = (part: Trigger | Condition, gone: ReadonlySet<PersonId>): boolean =>
  [...peopleIn(part)].some((id) => gone.has(id));

/** Whose a rule is: of one person, if nothing else sets it off. It goes with them, and lies in their part of a backup. */
export const ownerOf = (rule: Rule): PersonId | undefined => {
  const [person, ...others] = peopleIn(rule);
  if (person === undefined || others.length > 0) return undefined;
  return withoutPeople(rule, new Set([person])) === undefined ? person : undefined;
};
