import { NotFound } from "../domain/errors.ts";
import type { PersonId } from "../domain/ids.ts";
import { isoText } from "../domain/instant-text.ts";
import type { Person } from "../domain/person.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { ChainName, CollectionName } from "../privacy/data-map.ts";
import type { Retention } from "../privacy/declaration.ts";
import { declaredIn } from "../privacy/declared.ts";
import {
  type Fields,
  type HeldData,
  type HeldEntry,
  type HeldRecord,
  peopleIn,
  type Withheld,
  walked,
  wordPattern,
} from "./held-data.ts";
import { sourceOf } from "./sources.ts";

export const exportSchema = "lampkeeper.export/1";

/** What the data map says of fields of a section (GDPR Art. 15(1)(a) to (d) and (g)). */
export interface ExportAbout {
  readonly fields: readonly string[];
  readonly category: string;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly source: string;
  readonly retention: string;
  readonly recipients: readonly string[];
}

/** The records of one collection. */
export interface ExportSection {
  readonly collection: CollectionName;
  /** `own`: of this person alone. `home`: of the home, and in an export of a person because they are named in it. */
  readonly of: "own" | "home";
  readonly about: readonly ExportAbout[];
  readonly records: readonly HeldRecord[];
}

export interface ExportBook {
  readonly book: ChainName;
  readonly entries: readonly HeldEntry[];
}

/** A copy of what is held, in a form that programs read. */
export interface DataExport {
  readonly schema: typeof exportSchema;
  readonly scope: "home" | "person";
  readonly person?: PersonId;
  readonly created: string;
  readonly sections: readonly ExportSection[];
  readonly books: readonly ExportBook[];
  /** Held, and not shown: what opens something, and what serves the hub alone. */
  readonly withheld: readonly Withheld[];
}

/** Who lives here; filled by the roof. */
export interface KnownPeople {
  list(): readonly Person[];
  get(id: PersonId): Person | undefined;
}

/** Makes copies of what is held: of a person for that person, of a home for its owner. */
export class DataExports {
  readonly #clock: Clock;
  readonly #held: HeldData;
  readonly #people: KnownPeople;

  constructor(clock: Clock, held: HeldData, people: KnownPeople) {
    this.#clock = clock;
    this.#held = held;
    this.#people = people;
  }

  /**
   * Everything that is held of one person; of whoever else is named beside them, nothing.
   * @throws NotFound
   */
  ofPerson(person: PersonId): DataExport {
    if (this.#people.get(person) === undefined) throw new NotFound("no such person");
    const ids = this.#held.idsOf(person);
    const hidden = this.#others(person);
    const own = walked.person.map((name) => sectionOf(name, "own", this.#held.recordsOf(person, name)));
    const shared = walked.home.map((name) =>
      sectionOf(name, "home", this.#held.recordsNaming(ids, name).map(hidden)),
    );
    const books = walked.books.map((book) => ({ book, entries: this.#held.entriesAbout(person, book) }));
    return {
      ...this.#head("person"),
      person,
      sections: [...own, ...shared].filter(({ records }) => records.length > 0),
      books: books.filter(({ entries }) => entries.length > 0),
      withheld: this.#held.withheldOf(person),
    };
  }

  /** Everything that is held of the home, and of nobody in it. */
  ofHome(): DataExport {
    const sections = walked.home.map((name) => sectionOf(name, "home", this.#held.recordsOfHome(name)));
    return {
      ...this.#head("home"),
      sections: sections.filter(({ records }) => records.some(({ value }) => Object.keys(value).length > 0)),
      books: [],
      withheld: [],
    };
  }

  #head(scope: DataExport["scope"]): Pick<DataExport, "schema" | "scope" | "created"> {
    return { schema: exportSchema, scope, created: isoText(this.#clock.now()) };
  }

  /** In what is shared, other people stand as nobody: by their id, by ids of theirs and by the name they go by. */
  #others(person: PersonId): (record: HeldRecord) => HeldRecord {
    const others = this.#people.list().filter(({ id }) => id !== person);
    const words = new Set(others.flatMap(({ id, name }) => [...this.#held.idsOf(id), name]));
    const own = this.#people.get(person)?.name.toLowerCase();
    const hidden = [...words]
      .filter((word) => word.toLowerCase() !== own)
      .map((word) => wordPattern(word, "giu"));
    return ({ key, value }) => ({ key, value: without(value, hidden) as Fields });
  }
}

export const someoneElse = "(another person)";

/** Whoever the home still names after they left stands as nobody as well. */
const without = (value: unknown, hidden: readonly RegExp[]): unknown => {
  if (typeof value === "string") return hidden.reduce((text, word) => text.replace(word, someoneElse), value);
  if (Array.isArray(value)) return value.map((each) => without(each, hidden));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, without(each, hidden)]));
};

const sectionOf = (
  collection: CollectionName,
  of: ExportSection["of"],
  records: readonly HeldRecord[],
): ExportSection => ({ collection, of, about: aboutOf(collection), records });

/** Only of fields that are shown. */
const aboutOf = (collection: CollectionName): readonly ExportAbout[] =>
  [...declaredIn(collection)].flatMap(([declaration, fields]) => {
    const { category, purpose, legalBasis, retention, recipients, egress } = declaration;
    if (!egress.includes("export")) return [];
    const about = { fields, category, purpose, legalBasis, source: sourceOf(category) };
    return [{ ...about, retention: retentionText(retention), recipients }];
  });

const retentionText = (retention: Retention): string => {
  if (retention.kind === "days") return `${retention.days} days`;
  return retention.kind === "newest" ? "only the newest is kept" : "until it is removed";
};

/** When a record came to be, by the fields that say so; undefined: it does not say. */
export const dateOf = ({ value }: HeldRecord): Instant | undefined => {
  for (const field of ["at", "added", "created", "since", "confirmed"])
    if (typeof value[field] === "number") return value[field] as Instant;
  return undefined;
};

/** Everybody who is named in what a home exports: for whoever checks that nobody else is. */
export const namedIn = (copy: DataExport): ReadonlySet<PersonId> => peopleIn(copy.sections);
