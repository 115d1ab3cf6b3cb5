import { InvalidInput, LimitExceeded, NotFound } from "../domain/errors.ts";
import { type HoldId, idEntropyBytes, idFrom, type PersonId } from "../domain/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { StoredHold } from "../privacy/data-map.ts";
import type { Collection, PurposeStore } from "../privacy/guarded-store.ts";

const mostHolds = 100;

export type NewHold = Pick<StoredHold, "item" | "reason" | "person">;

/** What may not be destroyed because somebody needs it for a claim or a court. Opened and closed by hand, and in no other way. */
export class LegalHolds {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #records: Collection<StoredHold>;
  readonly #items: ReadonlySet<string>;
  #known: Map<HoldId, StoredHold> | undefined;

  /** @param items what can be held: the names of the data map */
  constructor(clock: Clock, entropy: Entropy, store: PurposeStore<"rights">, items: ReadonlySet<string>) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#records = store.collection("holds");
    this.#items = items;
  }

  list(): readonly StoredHold[] {
    return [...this.#open().values()];
  }

  /** Whether something of it is kept for anybody. */
  isOn(item: string): boolean {
    return this.list().some((hold) => hold.item === item);
  }

  /** @throws InvalidInput no such item; LimitExceeded */
  open(wanted: NewHold): StoredHold {
    if (!this.#items.has(wanted.item))
      throw new InvalidInput("nothing of this name is kept here; see the list of what is kept", {
        path: "item",
      });
    if (this.list().length >= mostHolds)
      throw new LimitExceeded(`at most ${mostHolds} holds at once`, { limit: mostHolds });
    const id = idFrom("hold", this.#entropy.bytes(idEntropyBytes));
    const hold: StoredHold = { id, ...wanted, opened: this.#clock.now() };
    this.#records.put(id, hold);
    this.#open().set(id, hold);
    return hold;
  }

  /** @throws NotFound */
  close(id: HoldId): StoredHold {
    const hold = this.#open().get(id);
    if (hold === undefined) throw new NotFound("no such hold");
    this.#records.remove(id);
    this.#open().delete(id);
    return hold;
  }

  /** Those that keep a record. @param person whom it is about; absent: nobody alone */
  on(item: string, person?: PersonId): readonly StoredHold[] {
    return this.list().filter(
      (hold) => hold.item === item && (hold.person === undefined || hold.person === person),
    );
  }

  /** Asked with every record that changes. */
  #open(): Map<HoldId, StoredHold> {
    this.#known ??= new Map([...this.#records.entries()].map(([, hold]) => [hold.id, hold]));
    return this.#known;
  }
}
