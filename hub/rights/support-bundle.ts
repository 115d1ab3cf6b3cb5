import { InvalidInput } from "../domain/errors.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import { type CollectionName, collections } from "../privacy/data-map.ts";
import type { DataClass, Field } from "../privacy/declaration.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";

/** What says nothing about a home: versions, counts, states of the machine. */
export type SupportFacts = Readonly<Record<string, string | number | boolean>>;

/** One part of a bundle: redacted, unless whoever makes it has ticked it. */
export interface BundlePart {
  readonly name: CollectionName;
  /** The most personal that can be in it. */
  readonly class: Exclude<DataClass, "secret">;
  readonly isTicked: boolean;
  readonly records: number;
  /** What is in it, as it would leave: fields that are about nobody, and all but the secrets where it is ticked. */
  readonly content: readonly Fields[];
}

export interface SupportBundle {
  readonly schema: "lampkeeper.support/1";
  readonly made: Instant;
  readonly facts: SupportFacts;
  readonly parts: readonly BundlePart[];
}

type Fields = Readonly<Record<string, unknown>>;
const names = Object.keys(collections) as CollectionName[];
const ranks: readonly DataClass[] = ["none", "household", "person"];

const classOf = (name: CollectionName): BundlePart["class"] =>
  fieldsOf(name).reduce<BundlePart["class"]>((most, [, field]) => {
    if (field.class === "secret") return most;
    return ranks.indexOf(field.class) > ranks.indexOf(most) ? field.class : most;
  }, "none");

const fieldsOf = (name: CollectionName): readonly (readonly [string, Field])[] =>
  Object.entries(collections[name].fields as Readonly<Record<string, Field>>);

/** Of a record, what may be in a bundle. A secret never may. */
const redacted = (name: CollectionName, record: Fields, isTicked: boolean): Fields => {
  const allowed = fieldsOf(name).flatMap(([field, { class: of }]) =>
    of === "none" || (isTicked && of !== "secret") ? [field] : [],
  );
  return Object.fromEntries(allowed.flatMap((field) => (field in record ? [[field, record[field]]] : [])));
};

/**
 * What somebody may give to whoever helps them with their hub. They make it, see all of it before it is a file, tick each
 * part that is to be in it whole, and pass it on themselves: the hub sends it to nobody.
 */
export class SupportBundles {
  readonly #clock: Clock;
  readonly #store: GuardedStore;
  readonly #facts: () => SupportFacts;

  /** @param facts about the machine and its software, and about nobody */
  constructor(clock: Clock, store: GuardedStore, facts: () => SupportFacts) {
    this.#clock = clock;
    this.#store = store;
    this.#facts = facts;
  }

  /** @param ticked names of parts @throws InvalidInput no such part */
  make(ticked: readonly string[]): SupportBundle {
    const unknown = ticked.find((each) => !names.some((name) => name === each));
    if (unknown !== undefined)
      throw new InvalidInput("no such part; leave it out to see which there are", { path: "with" });
    return {
      schema: "lampkeeper.support/1",
      made: this.#clock.now(),
      facts: this.#facts(),
      parts: names.map((name) => this.#part(name, ticked.includes(name))),
    };
  }

  #part(name: CollectionName, isTicked: boolean): BundlePart {
    const records = [...this.#store.collection(name).entries()];
    return {
      name,
      class: classOf(name),
      isTicked,
      records: records.length,
      content: records.map(([, record]) => redacted(name, { ...record }, isTicked)).filter(isSomething),
    };
  }
}

const isSomething = (fields: Fields): boolean => Object.keys(fields).length > 0;
