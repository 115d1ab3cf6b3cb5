import type { Consents } from "../domain/consent.ts";
import type { EventBus } from "../domain/event.ts";
import type { LampId, PersonId, RoomId } from "../domain/ids.ts";
import type { LightState } from "../domain/light.ts";
import { Mireds, Percent } from "../domain/units.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { DayPart, StoredTaste } from "../privacy/data-map.ts";
import type { Collection, PurposeStore } from "../privacy/guarded-store.ts";
import type { Acting } from "./acting.ts";

/** Fewer choices are no habit. */
export const fewestSamples = 5;
/** What was chosen longer ago counts less and less: about the newest so many choices count. */
const memory = 20;

/** What the learner has to know of the home; filled by the roof. */
export interface TasteHome {
  roomOf(lamp: LampId): RoomId | null;
  /** What time of day it is in the home. */
  part(): DayPart;
}

/** Light that somebody usually chooses in a room at this time of day. */
export interface Suggestion {
  readonly room: RoomId;
  readonly part: DayPart;
  readonly samples: number;
  readonly brightness: Percent;
  readonly colorTemperature?: Mireds;
}

/**
 * Learns how somebody likes the light, from what they set by hand, if they want that: a mean for each room and part of the
 * day, under their own key, and nothing of the choices it was made from.
 */
export class Tastes {
  readonly #log: AuditedLog;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"learned-scenes">;
  readonly #records: Collection<StoredTaste>;
  readonly #consents: Consents;
  readonly #acting: Acting;
  readonly #home: TasteHome;
  #unsubscribe: readonly (() => void)[] = [];

  constructor(
    log: AuditedLog,
    bus: EventBus,
    store: PurposeStore<"learned-scenes">,
    consents: Consents,
    acting: Acting,
    home: TasteHome,
  ) {
    this.#log = log;
    this.#bus = bus;
    this.#store = store;
    this.#records = store.collection("tastes");
    this.#consents = consents;
    this.#acting = acting;
    this.#home = home;
  }

  start(): void {
    let learned: string | undefined;
    this.#unsubscribe = [
      this.#bus.subscribe("light.desired-changed", ({ lamp, desired, cause }) => {
        const isByHand = cause.kind === "api" || cause.kind === "person";
        // A room that is commanded as one is one choice; and what was suggested is not one at all.
        if (!isByHand || cause.trigger === learnedTrigger || cause.command === learned || !desired.on) return;
        learned = cause.command;
        this.#learn(lamp, desired);
      }),
      this.#consents.onChange(({ purpose, person, allowed }) => {
        if (purpose === "learned-scenes" && !allowed && person !== undefined) this.forget(person);
      }),
    ];
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** What is known of somebody, whether it is enough for a suggestion or not. */
  of(person: PersonId): readonly StoredTaste[] {
    return [...this.#records.entries()].flatMap(([, taste]) => (taste.person === person ? [taste] : []));
  }

  /** Undefined: they do not want it, or have not chosen often enough. */
  suggestion(person: PersonId, room: RoomId, part = this.#home.part()): Suggestion | undefined {
    if (!this.#consents.allows("learned-scenes", person)) return undefined;
    const taste = this.#records.get(placeOf(person, room, part));
    if (taste === undefined || taste.samples < fewestSamples) return undefined;
    const { samples, brightness, mireds } = taste;
    return {
      room,
      part,
      samples,
      brightness: Percent(Math.round(brightness)),
      ...(mireds === undefined ? {} : { colorTemperature: Mireds(Math.round(mireds)) }),
    };
  }

  /** Nothing that was learned of somebody is left; what they have made by hand is. */
  forget(person: PersonId): void {
    const known = this.of(person);
    this.#store.atomically(() => {
      for (const { room, part } of known) this.#records.remove(placeOf(person, room, part));
    });
  }

  #learn(lamp: LampId, desired: LightState): void {
    const person = this.#acting.current()?.person;
    if (person === undefined || !this.#consents.allows("learned-scenes", person)) return;
    const room = this.#home.roomOf(lamp);
    if (room === null) return;
    const part = this.#home.part();
    const place = placeOf(person, room, part);
    const known = this.#records.get(place) ?? { person, room, part, samples: 0, brightness: 0, whites: 0 };
    this.#log.attempt("taste.not-learned", () => this.#records.put(place, learnedFrom(known, desired)));
  }
}

/** Of a command that shows what was learned: `why` says so. */
export const learnedTrigger = "learned from your own choices";

const placeOf = (person: PersonId, room: RoomId, part: DayPart): string => `${person}/${room}.${part}`;

/** A mean that moves towards what is chosen now. */
const moved = (mean: number, samples: number, value: number): number =>
  mean + (value - mean) / Math.min(samples + 1, memory);

const learnedFrom = (known: StoredTaste, { brightness, colorTemperature }: LightState): StoredTaste => ({
  ...known,
  samples: known.samples + 1,
  brightness: moved(known.brightness, known.samples, brightness),
  ...(colorTemperature === undefined
    ? {}
    : {
        mireds: moved(known.mireds ?? colorTemperature, known.whites, colorTemperature),
        whites: known.whites + 1,
      }),
});
