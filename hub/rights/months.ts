import { isoText } from "../domain/instant-text.ts";
import type { Instant } from "../domain/units.ts";
import type { StoredMonth } from "../privacy/data-map.ts";
import type { Collection, GuardedStore } from "../privacy/guarded-store.ts";
import type { Anonymiser } from "./retention-service.ts";

export const endOfHistory = "end-of-history";

const monthOf = (at: Instant): string => isoText(at).slice(0, 7);

/** What is left of the history of light where its owner wants that: how often lamps were changed, by the month. */
export class Months implements Anonymiser {
  readonly #store: GuardedStore;
  readonly #records: Collection<StoredMonth>;

  constructor(store: GuardedStore) {
    this.#store = store;
    this.#records = store.collection("history-months");
  }

  list(): readonly StoredMonth[] {
    return [...this.#records.entries()].map(([, each]) => each);
  }

  fold(dates: readonly Instant[]): void {
    for (const at of dates) {
      const month = monthOf(at);
      this.#records.put(month, { month, changes: (this.#records.get(month)?.changes ?? 0) + 1 });
    }
  }

  /** Whether its owner wants that at the end. */
  isWanted(): boolean {
    return this.#store.collection("settings").get(endOfHistory)?.value === "anonymise";
  }

  choose(end: "delete" | "anonymise"): void {
    if ((end === "anonymise") === this.isWanted()) return;
    this.#store.collection("settings").put(endOfHistory, { name: endOfHistory, value: end });
  }
}
