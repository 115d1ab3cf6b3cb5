import type { EventBus } from "../domain/event.ts";
import type { PersonId } from "../domain/ids.ts";
import type { ConsentService } from "./consent-service.ts";

/** Where the home is, as far as consent goes; filled by the roof. */
export interface ConsentedPlace {
  /** Whose phone gave it; undefined: it was said by hand, or there is none. */
  giver(): PersonId | undefined;
  held(): "no-place" | "location-not-permitted" | undefined;
  forget(): void;
}

type Who = PersonId | undefined;

const bySetting = { way: "setting" } as const;

/**
 * To say where the home is, is an act for nothing else: it is on record as consent of the owner, or of the person whose phone
 * gives it. When that is taken back the place is gone before it is acknowledged.
 */
export class PlaceConsent {
  readonly #bus: EventBus;
  readonly #place: ConsentedPlace;
  readonly #people: { get(id: PersonId): unknown };
  readonly #consents: ConsentService;
  /** Who agreed to the place that there is. */
  #by: { readonly who: Who } | undefined;
  #ends: readonly (() => void)[] = [];

  constructor(
    bus: EventBus,
    place: ConsentedPlace,
    people: { get(id: PersonId): unknown },
    consents: ConsentService,
  ) {
    this.#bus = bus;
    this.#place = place;
    this.#people = people;
    this.#consents = consents;
  }

  start(): void {
    this.#ends = [
      this.#consents.onChange(({ purpose, person, allowed }) => {
        if (purpose === "location" && !allowed && this.#by?.who === person && this.#by) this.#erase();
      }),
      this.#bus.subscribe("home.changed", ({ what }) => {
        if (what === "place") this.#follow();
      }),
    ];
    this.#takeUp();
  }

  close(): void {
    for (const end of this.#ends) end();
  }

  /** A place of an earlier version of this hub was said on purpose as well; one that nobody agrees to any more goes. */
  #takeUp(): void {
    if (this.#place.held() === "no-place") return;
    const who = this.#place.giver();
    const state = this.#consents.stateOf("location", who);
    if (state === "outdated" || state === "withdrawn") this.#place.forget();
    else this.#follow();
  }

  #erase(): void {
    this.#by = undefined;
    this.#place.forget();
  }

  #follow(): void {
    const before = this.#by;
    this.#by = this.#place.held() === "no-place" ? undefined : { who: this.#place.giver() };
    if (before !== undefined && (this.#by === undefined || this.#by.who !== before.who))
      this.#end(before.who);
    if (this.#by === undefined) return;
    this.#consents.give("location", this.#by.who, this.#consents.informs("location"), bySetting);
  }

  #end(who: Who): void {
    const isKnown = who === undefined || this.#people.get(who) !== undefined;
    if (isKnown && this.#consents.stateOf("location", who) === "given")
      this.#consents.withdraw("location", who, bySetting);
  }
}
