import type { TokenId } from "../domain/ids.ts";
import { Days, Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";

/** How often somebody looks whether the data map is still what they want. */
export const reviewDays = 365;

export interface ReviewStatus {
  /** Absent: nobody has, since this version of the map was published. */
  readonly reviewed?: Instant;
  readonly due: Instant;
  readonly isOverdue: boolean;
  /** Whether what was signed is the map of this version. */
  readonly isOfThisMap: boolean;
}

const home = "home";

/** The owner's yearly look at what is collected, stored and used. */
export class MapReview {
  readonly #clock: Clock;
  readonly #store: PurposeStore<"rights">;
  readonly #map: () => { readonly hash: string; readonly published: Instant };

  /** @param map of this version, and when it was published: that counts as its first review, by whoever made it */
  constructor(
    clock: Clock,
    store: PurposeStore<"rights">,
    map: () => { readonly hash: string; readonly published: Instant },
  ) {
    this.#clock = clock;
    this.#store = store;
    this.#map = map;
  }

  status(): ReviewStatus {
    const kept = this.#store.collection("map-reviews").get(home);
    const { hash, published } = this.#map();
    const due = Instant((kept?.at ?? published) + Days(reviewDays));
    return {
      ...(kept === undefined ? {} : { reviewed: kept.at }),
      due,
      isOverdue: this.#clock.now() > due,
      isOfThisMap: kept?.map === hash,
    };
  }

  /** Somebody has looked, and the year begins anew. */
  sign(by: TokenId): ReviewStatus {
    const at = this.#clock.now();
    this.#store.collection("map-reviews").put(home, { id: home, at, map: this.#map().hash, by });
    return this.status();
  }
}
