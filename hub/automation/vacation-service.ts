import type { CivilDate } from "../domain/civil.ts";
import type { EventBus, PlaceHold } from "../domain/event.ts";
import type { RoomId } from "../domain/ids.ts";
import type { HomeMode } from "../domain/rule.ts";
import { type Instant, Minutes } from "../domain/units.ts";
import {
  type Evening,
  eveningParts,
  hoursPerPart,
  type LitSpan,
  plausibleEvening,
  sharesAfter,
  unknownShares,
} from "../domain/vacation.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";

/** The rooms of the home and their light; filled by the roof. */
export interface VacationRooms {
  rooms(): readonly RoomId[];
  isLit(room: RoomId): boolean;
  /** Lights a room as somebody would of an evening, or makes it dark. */
  light(room: RoomId, on: boolean): void;
}

/** The evenings of the home's place, and chance that stays the same for a day; filled by the roof. */
export interface VacationEvenings {
  /** The evening that holds `at`, from its dusk to the night after; undefined: there is none now, or nobody knows. */
  evening(at: Instant): (Evening & { readonly date: CivilDate }) | undefined;
  /** Why there is none. */
  held(): PlaceHold | "clock-untrusted" | undefined;
  /** 0..1, always the same for the same text: a restart in the middle of an evening goes on with it. */
  draw(text: string): number;
}

const lookEvery = Minutes(1);
const countEvery = Minutes(10);
const msPerPart = hoursPerPart * 3_600_000;

/** An evening as far as it was seen: looks in each of its parts, and how often each room was lit then. */
interface Counted {
  readonly date: CivilDate;
  readonly looks: number[];
  readonly lit: Map<RoomId, number[]>;
}

const noParts = (): number[] => Array<number>(eveningParts).fill(0);

/**
 * Lets an empty home look lived in: while the home is on vacation, somebody seems to go from room to room between dusk
 * and bedtime. While its people are there it learns how much each room is lit of an evening, in parts of two hours, and
 * nothing finer.
 */
export class VacationService {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"automation">;
  readonly #rooms: VacationRooms;
  readonly #evenings: VacationEvenings;
  readonly #mode: () => HomeMode;
  readonly #lit = new Set<RoomId>();
  #counted: Counted | undefined;
  #timers: readonly Timer[] = [];

  constructor(
    clock: Clock,
    bus: EventBus,
    store: PurposeStore<"automation">,
    rooms: VacationRooms,
    evenings: VacationEvenings,
    mode: () => HomeMode,
  ) {
    this.#clock = clock;
    this.#bus = bus;
    this.#store = store;
    this.#rooms = rooms;
    this.#evenings = evenings;
    this.#mode = mode;
  }

  start(): void {
    // A room that was lit here before a restart is dark again when its time is over.
    if (this.isActive()) for (const room of this.#wanted()) if (this.#rooms.isLit(room)) this.#lit.add(room);
    this.#bus.subscribe("mode.changed", () => this.#look());
    this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "room" && change === "removed") this.#forget(id as RoomId);
    });
    this.#timers = [
      this.#clock.every(lookEvery, () => this.#look()),
      this.#clock.every(countEvery, () => this.#count()),
    ];
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  isActive(): boolean {
    return this.#mode() === "vacation";
  }

  /** Why no evening is known: dusk hangs on place and clock. */
  held(): PlaceHold | "clock-untrusted" | undefined {
    return this.#evenings.held();
  }

  /** What the evening that holds `at` would look like, whether or not the home is on vacation. */
  plan(at: Instant = this.#clock.now()): readonly LitSpan[] {
    const evening = this.#evenings.evening(at);
    if (evening === undefined) return [];
    const shares = new Map(
      [...this.#store.collection("evenings").entries()].map(([, each]) => [each.room, each.shares]),
    );
    let drawn = 0;
    const draw = () => this.#evenings.draw(`vacation ${evening.date} ${drawn++}`);
    return plausibleEvening(this.#rooms.rooms(), shares, evening, draw);
  }

  #look(): void {
    const wanted = this.isActive() ? this.#wanted() : new Set<RoomId>();
    // A room that somebody lit before, or lights now, is theirs: what was not switched on here is not switched off.
    for (const room of wanted) if (!this.#lit.has(room) && !this.#rooms.isLit(room)) this.#switch(room, true);
    for (const room of [...this.#lit]) if (!wanted.has(room)) this.#switch(room, false);
  }

  #wanted(): ReadonlySet<RoomId> {
    const now = this.#clock.now();
    return new Set(this.plan(now).flatMap(({ room, from, to }) => (from <= now && now < to ? [room] : [])));
  }

  #switch(room: RoomId, on: boolean): void {
    if (on) this.#lit.add(room);
    else this.#lit.delete(room);
    this.#rooms.light(room, on);
  }

  /** Only evenings of people who are there tell how people live. */
  #count(): void {
    const now = this.#clock.now();
    const evening = this.#evenings.evening(now);
    if (this.#counted !== undefined && this.#counted.date !== evening?.date) this.#learn(this.#counted);
    const isLivedIn = this.#mode() === "home" || this.#mode() === "night";
    if (evening === undefined || !isLivedIn) return;
    const part = Math.floor((now - evening.start) / msPerPart);
    if (part < 0 || part >= eveningParts) return;
    this.#counted ??= { date: evening.date, looks: noParts(), lit: new Map() };
    add(this.#counted.looks, part);
    for (const room of this.#rooms.rooms()) {
      const counts = this.#counted.lit.get(room) ?? noParts();
      if (this.#rooms.isLit(room)) add(counts, part);
      this.#counted.lit.set(room, counts);
    }
  }

  /** An evening that was seen only in part says nothing about the rest of it. */
  #learn({ looks, lit }: Counted): void {
    this.#counted = undefined;
    const records = this.#store.collection("evenings");
    for (const [room, counts] of lit) {
      const known = records.get(room)?.shares ?? unknownShares;
      const seen = counts.map((count, part) => (looks[part] ? count / looks[part] : (known[part] ?? 0)));
      records.put(room, { room, shares: sharesAfter(known, seen) });
    }
  }

  #forget(room: RoomId): void {
    this.#lit.delete(room);
    this.#store.collection("evenings").remove(room);
  }
}

const add = (counts: number[], part: number): void => {
  counts[part] = (counts[part] ?? 0) + 1;
};
