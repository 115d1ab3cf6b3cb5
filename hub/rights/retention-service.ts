import { isId, type PersonId } from "../domain/ids.ts";
import type { Purpose } from "../domain/purpose.ts";
import { Days, Hours, Instant } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { CollectionName, DisposalEntry } from "../privacy/data-map.ts";
import type { Retention } from "../privacy/declaration.ts";
import type { Collection, GuardedStore, RecordChange } from "../privacy/guarded-store.ts";
import type { Chain } from "../privacy/sealed-chain.ts";
import type { BelievedTime } from "./believed-time.ts";
import type { Books } from "./chain-books.ts";
import type { LegalHolds } from "./legal-holds.ts";
import { limitationEnd } from "./limitation.ts";
import { type ChainItem, type CollectionItem, chainItems, collectionItems } from "./retention-items.ts";
import type { WithheldRecords } from "./withheld-records.ts";

const sweepEvery = Hours(1);

/** By a record's own name and date, whether it has come to its end. */
export type IsOver = (key: string, at: Instant) => boolean;

/** A room that holds its records in memory: it forgets them itself when it is told to. */
export interface RecordOwner {
  /** @returns the dates of what is gone */
  forget(isOver: IsOver): readonly Instant[];
}

export type RecordOwners = { readonly [Name in CollectionName]?: RecordOwner };

/** What is left of records when nobody is in them any more. */
export interface Anonymiser {
  fold(at: readonly Instant[]): void;
}

export interface RetentionParts {
  readonly time: BelievedTime;
  readonly holds: LegalHolds;
  readonly withheld: WithheldRecords;
  readonly books: Books;
  readonly owners: RecordOwners;
  /** Whether anybody still wants something to be done; of one person, or at all. */
  readonly wants: (purpose: Purpose, person?: PersonId) => boolean;
  /** Chosen for what ends as its owner chooses; undefined: it is deleted. */
  readonly anonymiser: () => Anonymiser | undefined;
  readonly items?: readonly CollectionItem[];
  readonly chains?: readonly ChainItem[];
}

/** How one sort of thing is kept now. */
export interface ItemView {
  readonly item: string;
  readonly terms: Retention;
  readonly end: "delete" | "anonymise";
  /** In use: the relationship, or whatever lawful purpose it is for, goes on. */
  readonly records: number;
  /** Kept back until claims have lapsed. */
  readonly lapsing: number;
  /** Kept back because somebody said so. */
  readonly held: number;
  /** Absent: no date is counted from. */
  readonly oldest?: Instant;
}

type Reason = DisposalEntry["reason"];
type Dated = { readonly at?: unknown };

const dateOf = (record: unknown): Instant | undefined => {
  const { at } = record as Dated;
  return typeof at === "number" ? Instant(at) : undefined;
};

/** Whom a record is about. */
const personOf = (key: string, record: unknown): PersonId | undefined => {
  const [owner = ""] = key.split("/");
  const named = (record as { readonly person?: unknown }).person ?? owner;
  return typeof named === "string" && isId("person", named) ? named : undefined;
};

/** The name of a record for as long as it has its date. */
const nameOf = (item: string, key: string, at: Instant): string => `${item}/${key}@${at}`;

/** Ends what has come to its end, for everything that the data map declares. */
export class RetentionService {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #store: GuardedStore;
  readonly #parts: RetentionParts;
  readonly #items: readonly CollectionItem[];
  readonly #chains: readonly ChainItem[];
  #sweeps: Timer | undefined;

  constructor(clock: Clock, log: AuditedLog, store: GuardedStore, parts: RetentionParts) {
    this.#clock = clock;
    this.#log = log;
    this.#store = store;
    this.#parts = parts;
    this.#items = parts.items ?? collectionItems;
    this.#chains = parts.chains ?? chainItems;
    parts.time.watch(() => this.#dated());
  }

  start(): void {
    this.#swept();
    this.#sweeps = this.#clock.every(sweepEvery, () => this.#swept());
  }

  close(): void {
    this.#sweeps?.cancel();
  }

  /** Everything whose time has come goes now. @throws StoreFailed: the rest goes with the next sweep */
  sweep(): void {
    if (this.#parts.time.now() === undefined) return;
    for (const item of this.#items) this.#sweepCollection(item);
    for (const item of this.#chains) this.#sweepChain(item);
    this.#sweepWithheld();
  }

  view(): readonly ItemView[] {
    const withheld = this.#parts.withheld.list();
    return [...this.#items, ...this.#chains].map(({ name, terms }) => {
      const own = withheld.filter(({ item }) => item === name);
      const held = own.filter(({ hold }) => hold !== undefined).length;
      return {
        item: name,
        terms,
        end: this.#anonymiserOf(terms) === undefined ? "delete" : "anonymise",
        ...this.#countOf(name, terms),
        held: held + this.#heldInBook(name, terms),
        lapsing: own.length - held,
      };
    });
  }

  /** A hold begins with what is there: nobody removes that by hand either. */
  withhold(item: string): void {
    const found = this.#items.find(({ name }) => name === item);
    if (found === undefined) return;
    for (const [key, record] of this.#entries(found.name)) this.#keepBack(found, key, record);
  }

  /** Something is about to be changed or removed: what is kept of it, if anything is, is kept first. */
  noteChanges(changes: readonly RecordChange[]): void {
    for (const { collection, key, before, after } of changes) {
      const item = this.#items.find(({ name }) => name === collection);
      if (item === undefined || before === undefined) continue;
      this.#keepBack(item, key, before);
      if (after === undefined && outlives(item.terms, before)) this.#endRelationship(item, key, before);
    }
  }

  #swept(): void {
    this.#log.attempt("retention.not-swept", () => this.sweep());
  }

  #sweepCollection(item: CollectionItem): void {
    const { name, terms } = item;
    const { while: purpose } = terms;
    if (purpose !== undefined) {
      const isUnused = (key: string, record: unknown) => !this.#parts.wants(purpose, personOf(key, record));
      this.#end(item, "unused", isUnused, () => !this.#parts.wants(purpose));
    }
    if (terms.kind !== "days") return;
    const kept = Days(terms.days);
    const isOver: IsOver = (key, at) => this.#parts.time.isRecordOver(nameOf(name, key, at), at, kept);
    this.#end(
      item,
      "age",
      (key, record) => {
        const at = dateOf(record);
        return at !== undefined && isOver(key, at);
      },
      isOver,
    );
  }

  #end(
    item: CollectionItem,
    reason: Reason,
    isOver: (key: string, record: unknown) => boolean,
    isOverByDate: IsOver,
  ): void {
    const { name, terms } = item;
    if (this.#parts.holds.isOn(name))
      for (const [key, record] of this.#entries(name))
        if (isOver(key, record)) this.#keepBack(item, key, record);
    const owner = this.#parts.owners[name];
    const gone = owner === undefined ? this.#remove(name, isOver) : owner.forget(isOverByDate);
    const anonymiser = reason === "age" ? this.#anonymiserOf(terms) : undefined;
    anonymiser?.fold(gone);
    this.#record(name, anonymiser === undefined ? "deleted" : "anonymised", reason, gone.length);
  }

  /** @returns their dates, or now where they have none */
  #remove(name: CollectionName, isOver: (key: string, record: unknown) => boolean): readonly Instant[] {
    const records = this.#collection(name);
    const over = [...records.entries()].filter(([key, record]) => isOver(key, record));
    for (const [key] of over) records.remove(key);
    return over.map(([, record]) => dateOf(record) ?? this.#clock.now());
  }

  #sweepChain({ name, terms }: ChainItem): void {
    if (terms.kind !== "days" || this.#parts.holds.isOn(name)) return;
    const kept = Days(terms.days);
    const book = this.#parts.books[name];
    const gone = book.prune((at, order) =>
      this.#parts.time.isRecordOver(nameOf(name, `${order}`, at), at, kept),
    );
    // That this book has forgotten shows in its first number. A line for it would be one more to forget a year later, for ever.
    if (name !== "disposals") this.#record(name, "deleted", "age", gone);
  }

  #sweepWithheld(): void {
    const { withheld, holds, time } = this.#parts;
    const open = new Set(holds.list().map(({ id }) => id));
    const counts = new Map<string, { readonly item: string; readonly reason: Reason; records: number }>();
    for (const { name, item, hold, person, since } of withheld.list()) {
      const isNeeded =
        hold === undefined
          ? !time.isPast(since, limitationEnd) || holds.on(item, person).length > 0
          : open.has(hold);
      if (isNeeded) continue;
      withheld.destroy(name);
      const reason = hold === undefined ? "lapsed" : "released";
      const count = counts.get(`${item} ${reason}`) ?? { item, reason, records: 0 };
      count.records++;
      counts.set(`${item} ${reason}`, count);
    }
    for (const { item, reason, records } of counts.values()) this.#record(item, "deleted", reason, records);
  }

  /** Once for each hold that wants it. */
  #keepBack({ name }: CollectionItem, key: string, record: unknown): void {
    const person = personOf(key, record);
    const since = this.#parts.time.now() ?? this.#clock.now();
    let kept = 0;
    for (const { id } of this.#parts.holds.on(name, person)) {
      const isNew = this.#parts.withheld.put(
        { item: name, hold: id, ...(person && { person }), since },
        key,
        record,
      );
      if (isNew) kept++;
    }
    this.#record(name, "withheld", "hold", kept);
  }

  #endRelationship({ name }: CollectionItem, key: string, record: unknown): void {
    const since = this.#parts.time.now() ?? this.#clock.now();
    const isNew = this.#parts.withheld.put({ item: name, since }, key, withoutSecrets(record));
    this.#record(name, "withheld", "relationship-ended", isNew ? 1 : 0);
  }

  #anonymiserOf({ endsAsChosen }: Retention): Anonymiser | undefined {
    return endsAsChosen === undefined ? undefined : this.#parts.anonymiser();
  }

  #record(item: string, action: DisposalEntry["action"], reason: Reason, records: number): void {
    if (records === 0) return;
    const disposals: Chain<"disposals"> = this.#parts.books.disposals;
    disposals.append({ at: this.#clock.now(), content: { item, action, reason, records } });
  }

  /** Entries of a book cannot be moved away: those past their end stay in it and are shown by nothing. */
  #heldInBook(name: string, terms: Retention): number {
    return this.#chains.some((chain) => chain.name === name)
      ? this.#datesOf(name).filter((at) => at !== undefined && this.isPast(terms, at)).length
      : 0;
  }

  /** Whether something of that date has come to its end: if it is still there, nothing shows it. */
  isPast(terms: Retention, at: Instant): boolean {
    return terms.kind === "days" && this.#parts.time.isOver(at, Days(terms.days));
  }

  #countOf(name: string, terms: Retention): { readonly records: number; readonly oldest?: Instant } {
    const isBook = this.#chains.some((chain) => chain.name === name);
    const dates = this.#datesOf(name).filter((at) => !(isBook && at !== undefined && this.isPast(terms, at)));
    const { kind } = terms;
    const oldest = kind === "days" ? Math.min(...dates.flatMap((at) => at ?? [])) : Number.POSITIVE_INFINITY;
    return { records: dates.length, ...(Number.isFinite(oldest) ? { oldest: Instant(oldest) } : {}) };
  }

  #datesOf(name: string): readonly (Instant | undefined)[] {
    const item = this.#items.find((each) => each.name === name);
    if (item !== undefined) return [...this.#entries(item.name)].map(([, record]) => dateOf(record));
    const chain = this.#chains.find((each) => each.name === name);
    return chain === undefined ? [] : this.#parts.books[chain.name].entries().map(({ at }) => at);
  }

  *#dated(): Iterable<readonly [string, Instant]> {
    for (const { name, terms } of this.#items) {
      if (terms.kind !== "days") continue;
      for (const [key, record] of this.#entries(name)) {
        const at = dateOf(record);
        if (at !== undefined) yield [nameOf(name, key, at), at];
      }
    }
    for (const { name } of this.#chains)
      for (const { order, at } of this.#parts.books[name].entries()) yield [nameOf(name, `${order}`, at), at];
  }

  #entries(name: CollectionName): Iterable<readonly [string, unknown]> {
    return this.#collection(name).entries();
  }

  #collection(name: CollectionName): Collection<unknown> {
    return this.#store.collection(name) as Collection<unknown>;
  }
}

/** Whether claims can come from it after its end. */
const outlives = ({ afterwards }: Retention, record: unknown): boolean =>
  afterwards === "developer" && (record as { readonly role?: unknown }).role === "developer";

/** Nothing that opens anything outlives its use. */
const withoutSecrets = (record: unknown): unknown => {
  const { hash: _, ...rest } = record as { readonly hash?: unknown };
  return rest;
};
