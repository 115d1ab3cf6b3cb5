import { isDeepStrictEqual } from "node:util";
import { isId, type PersonId } from "../domain/ids.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { ChangeEntry, CollectionName } from "../privacy/data-map.ts";
import type { RecordChange } from "../privacy/guarded-store.ts";
import { type LoggedField, loggedFields, notesOfTheHub } from "../privacy/logged-fields.ts";
import type { Chain, ChainEntry, NewEntry } from "../privacy/sealed-chain.ts";
import type { Acting } from "./acting.ts";

type AnyField = LoggedField<Readonly<Record<string, unknown>>>;
type Fields = Readonly<Record<string, unknown>>;

/** A change as whoever may see the book sees it. */
export interface ChangeView extends ChangeEntry {
  readonly order: number;
  readonly at: Instant;
}

/** Collections in which something is a setting, a name or a permission. */
export const loggedCollections: ReadonlySet<CollectionName> = new Set(
  Object.keys(loggedFields) as CollectionName[],
);

const fieldsOf = (collection: CollectionName): readonly AnyField[] =>
  (loggedFields[collection] ?? []) as unknown as readonly AnyField[];

/** Who changed a setting, a name or a permission, and when: found where records are written, so no door leads around it. */
export class ChangeLog {
  readonly #clock: Clock;
  readonly #book: Chain<"changes">;
  readonly #acting: Acting;
  readonly #isWanted: () => boolean;

  /** @param isWanted false: their owner wants none, and nothing is written down */
  constructor(clock: Clock, book: Chain<"changes">, acting: Acting, isWanted: () => boolean) {
    this.#clock = clock;
    this.#book = book;
    this.#acting = acting;
    this.#isWanted = isWanted;
  }

  /** Oldest first. What somebody's erasure has made unreadable is left out. @param isOver those are kept and not shown */
  list(isOver: (at: Instant) => boolean = () => false): readonly ChangeView[] {
    return this.#book
      .entries()
      .flatMap(({ order, at, content }: ChainEntry<"changes">) =>
        content === undefined || isOver(at) ? [] : [{ order, at, ...content }],
      );
  }

  /** What is to be written down about changes that are made at once. */
  describe(changes: readonly RecordChange[]): readonly NewEntry<"changes">[] {
    if (!this.#isWanted() && !changes.some(endsTheBook)) return [];
    const by = this.#acting.current()?.id;
    const causes = changes.filter(({ after }) => after === undefined);
    return actsOf(changes, causes).flatMap((change) =>
      entriesOf(change, by !== undefined).map(({ about, ...content }) => ({
        at: this.#clock.now(),
        ...(about && { about }),
        content: { ...content, ...(by === undefined ? {} : { by }) },
      })),
    );
  }

  /** Something that is a setting and no record: of a secret, only whether it is there. */
  note(field: string, isThere: boolean): void {
    if (!this.#isWanted()) return;
    const by = this.#acting.current()?.id;
    const after = isThere ? "set" : null;
    this.#book.append({
      at: this.#clock.now(),
      content: { what: "setting", field, before: null, after, ...(by === undefined ? {} : { by }) },
    });
  }
}

/** The name of the setting by which its owner wants no book of changes. */
export const changesSwitch = "record-changes";
/** That nothing more will be written down is the last that is. */
const endsTheBook = ({ collection, key }: RecordChange): boolean =>
  collection === "settings" && key === changesSwitch;

/** Who removes a room did not change its lamps, though those have no room any more; nor is a phone removed beside its person. */
const actsOf = (
  changes: readonly RecordChange[],
  removed: readonly RecordChange[],
): readonly RecordChange[] => {
  const people = removed.filter(({ collection }) => collection === "people");
  if (people.length > 0) return people;
  return removed.length > 0 ? removed : changes;
};

type Described = Omit<ChangeEntry, "by"> & { readonly about?: PersonId };

const entriesOf = (change: RecordChange, isAsked: boolean): readonly Described[] => {
  const { collection, key, before, after } = change;
  if (collection === "settings" && notesOfTheHub.has(key)) return [];
  const stays = before !== undefined && after !== undefined;
  // What a hub finds when it is first set up, nobody has changed.
  if (before === undefined && !isAsked) return [];
  return fieldsOf(collection).flatMap((field) =>
    stays || field.stands || grants(field, change) ? described(change, field) : [],
  );
};

/** Somebody who comes with more than everybody has is given a permission as well. */
const grants = ({ what }: AnyField, { collection, before }: RecordChange): boolean =>
  collection === "people" && what === "permission" && before === undefined;

const described = (change: RecordChange, field: AnyField): readonly Described[] => {
  const [before, after] = [partOf(change.before, field), partOf(change.after, field)];
  if (isDeepStrictEqual(before, after)) return [];
  const { collection, key } = change;
  const person = personOf(collection, key);
  const isGone = change.after === undefined;
  return [
    {
      what: field.what,
      field: collection === "settings" ? key : `${collection}.${field.field}`,
      ...(collection === "settings" ? {} : { id: key.split("/").at(-1) ?? key }),
      // Of somebody who is forgotten nothing is written down but that they are.
      before: isGone && person !== undefined ? "set" : shown(before, field),
      after: shown(after, field),
      ...(person === undefined || isGone ? {} : { about: person }),
    },
  ];
};

const personOf = (_: CollectionName, key: string): PersonId | undefined => {
  const [id = ""] = key.split("/");
  return isId("person", id) ? id : undefined;
};

/** Of a field that was left out and one that was never set there is nothing, in the same way. */
const partOf = (record: unknown, { of, shows }: AnyField): Fields | undefined => {
  if (record === undefined) return undefined;
  const parts = of.flatMap((name) => {
    const value = (record as Fields)[name];
    const isNothing =
      value === undefined ||
      value === null ||
      value === false ||
      (Array.isArray(value) && value.length === 0);
    // Somebody turned a switch of two off: that is a value.
    const isSaid = !isNothing || (value === false && of.length === 1);
    return isSaid ? [[name, shows === "whether" ? true : value] as const] : [];
  });
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
};

const shown = (part: Fields | undefined, { of, shows }: AnyField): string | null => {
  if (part === undefined) return null;
  if (shows !== undefined) return "set";
  const value = of.length === 1 ? Object.values(part)[0] : part;
  return typeof value === "string" ? value : JSON.stringify(value);
};
