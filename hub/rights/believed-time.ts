import type { Lapse } from "../domain/lapse.ts";
import { Days, type Duration, Hours, Instant, Minutes, type Monotonic, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { StoredEra, StoredRetentionTime } from "../privacy/data-map.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";

/** A clock that is further from what it should show is not believed. */
const mostOff = Days(1);
/** By so much a jump may be noticed late, and a clock be slewed without anybody caring. */
const slack = Minutes(2);
/** Within so much of a step somebody has looked at the clock. */
const heardWithin = Seconds(2);
/** How much of a doubt a power cut may swallow. */
const keepEvery = Minutes(10);
/** A clock that is believed is written down this often: flash wears, and a day is what it may be off. */
const believedKeptEvery = Hours(3);
const name = "retention";

/** What the hub last believed, and how far the monotonic clock was then. */
interface Anchor {
  readonly at: Instant;
  readonly monotonic: Monotonic;
}

/** Somebody may look at how the hub's clock and what it believes go apart. */
export interface TimeView {
  /** Undefined: no clock could be believed yet. */
  readonly believed: Instant | undefined;
  readonly civil: Instant;
  /** By how much the clock is off what is believed; absent: it is believed. */
  readonly off?: number;
}

/** What there is with a date, by a name of its own: the doubt of a clock that was set back is told apart by it. */
export type DatedRecords = () => Iterable<readonly [name: string, at: Instant]>;

/**
 * The time that retention and deadlines go by: the hub's clock, as long as that does not jump by more than a day against
 * the time that has passed. What it says after such a jump counts once somebody has vouched for it; until then time goes
 * on at the pace of the monotonic clock, so nothing dies early and nothing lives on.
 */
export class BelievedTime implements Lapse {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #store: PurposeStore<"rights">;
  readonly #alarm: (off: number) => void;
  #records: DatedRecords = () => [];
  #anchor: Anchor | undefined;
  #isLoaded = false;
  #keptAt = Instant(0);
  /** Times during which the clock was not believed. The last is open while it has no end. */
  #eras: readonly StoredEra[] = [];
  /** What was believed when it was last looked at. */
  #seen: Anchor | undefined;
  #timers: readonly Timer[] = [];

  /** @param alarm told by how much the clock is off when it is not believed any more */
  constructor(
    clock: Clock,
    log: AuditedLog,
    store: PurposeStore<"rights">,
    alarm: (off: number) => void = () => {},
  ) {
    this.#clock = clock;
    this.#log = log;
    this.#store = store;
    this.#alarm = alarm;
  }

  start(): void {
    this.now();
    this.#keep();
    this.#timers = [
      this.#clock.onShift(() => void this.now()),
      this.#clock.every(keepEvery, () => {
        const at = this.now();
        if (this.#open() !== undefined || at === undefined || at - this.#keptAt >= believedKeptEvery)
          this.#keep();
      }),
    ];
  }

  close(): void {
    this.now();
    this.#keep();
    for (const timer of this.#timers) timer.cancel();
  }

  /** What has dates, so that what was there before a clock was set back is known from what came after. */
  watch(records: DatedRecords): void {
    this.#records = records;
  }

  /** Undefined: no clock could be believed yet, and nothing is old. */
  now(): Instant | undefined {
    this.#load();
    if (this.#anchor === undefined) return undefined;
    const civil = this.#clock.now();
    // From what somebody vouched for, so that many small steps are no way around.
    if (Math.abs(civil - this.#since(this.#anchor)) <= mostOff) this.#believe(civil);
    else this.#doubt(civil);
    const at = this.#open() === undefined ? civil : this.#since(this.#seen ?? this.#anchor);
    this.#seen = { at, monotonic: this.#clock.monotonic() };
    return at;
  }

  isOver(at: Instant, kept: Duration): boolean {
    return this.isPast(at, (from) => Instant(from + kept));
  }

  /** Whether an end has come that is counted from `at`. */
  isPast(at: Instant, end: (from: Instant) => Instant): boolean {
    const now = this.now();
    return now !== undefined && now >= end(this.#guessed(at, now));
  }

  /** As `isOver`, of a record that can be named: nobody has to guess by which clock it was dated. */
  isRecordOver(record: string, at: Instant, kept: Duration): boolean {
    const now = this.now();
    return now !== undefined && now - kept >= this.#dated(record, at, now);
  }

  view(): TimeView {
    const believed = this.now();
    const off = this.#open()?.off;
    return { believed, civil: this.#clock.now(), ...(off === undefined ? {} : { off }) };
  }

  /** Somebody who may vouches for it: it is `at`, or what the hub's clock says. */
  confirm(at: Instant = this.#clock.now()): void {
    const before = this.now() ?? at;
    const isRight = Math.abs(at - this.#clock.now()) <= mostOff;
    const wrongly = before - at > mostOff ? this.#undoubted() : [];
    if (this.#open() !== undefined)
      // What was written in this doubt has the right date after all; or the doubt goes on, at another distance.
      this.#eras = isRight ? this.#withoutDoubt() : this.#withLastOver(before);
    if (before - at > mostOff)
      this.#eras = [
        ...this.#eras.map((era) => movedBy(before - at, era)),
        { ...wronglyBelieved(before, at), own: wrongly },
      ];
    this.#anchor = { at, monotonic: this.#clock.monotonic() };
    this.#seen = undefined;
    this.now();
    this.#keep();
  }

  #load(): void {
    if (this.#isLoaded && this.#anchor !== undefined) return;
    const kept = this.#isLoaded ? undefined : this.#store.collection("retention-time").get(name);
    this.#isLoaded = true;
    const monotonic = this.#clock.monotonic();
    if (kept !== undefined) {
      this.#anchor = { at: kept.at, monotonic };
      this.#seen = this.#anchor;
      // How long the power was off nobody knows, so a doubt that goes on begins anew with its own distance.
      const until = Instant(kept.at + keepEvery);
      this.#eras = kept.eras.map((era) => (era.to === undefined ? { ...era, to: until, goesOn: true } : era));
    } else if (this.#clock.trust().level === "trusted") {
      this.#anchor = { at: this.#clock.now(), monotonic };
    }
  }

  /** What it is now if it was `at` then. */
  #since({ at, monotonic }: Anchor): Instant {
    return Instant(at + (this.#clock.monotonic() - monotonic));
  }

  #open(): StoredEra | undefined {
    const last = this.#eras.at(-1);
    return last !== undefined && last.to === undefined ? last : undefined;
  }

  /** One that was open when the hub went down, and may go on. */
  #interrupted(): StoredEra | undefined {
    const last = this.#eras.at(-1);
    return last?.goesOn === true ? last : undefined;
  }

  /** The doubt that is open never was one, nor what of it lay before a restart. */
  #withoutDoubt(): readonly StoredEra[] {
    const before = this.#eras.slice(0, -1);
    return before.slice(0, before.findLastIndex(({ goesOn }) => goesOn !== true) + 1);
  }

  /** The last era is over, and what it dated stays known. */
  #withLastOver(to: Instant): readonly StoredEra[] {
    const last = this.#eras.at(-1);
    if (last === undefined) return [];
    const { goesOn: _, there: __, ...era } = last;
    const own = [...this.#records()].flatMap(([record, at]) => (isDatedIn(last, record, at) ? [record] : []));
    return [...this.#eras.slice(0, -1), { ...era, to, own }];
  }

  /** All that no clock in doubt has dated. */
  #undoubted(): readonly string[] {
    return [...this.#records()].flatMap(([record, at]) =>
      this.#eras.some((era) => isDatedIn(era, record, at)) ? [] : [record],
    );
  }

  #believe(now: Instant): void {
    if (this.#open() === undefined && this.#interrupted() === undefined) return;
    this.#eras = this.#withLastOver(now);
    this.#keep(now);
  }

  #doubt(civil: Instant): void {
    const open = this.#open();
    const last = this.#seen ?? this.#anchor;
    if (last === undefined) return;
    const now = this.#since(last);
    const off = civil - now;
    if (open !== undefined && Math.abs(open.off - off) <= slack) return;
    const interrupted = this.#interrupted();
    if (open !== undefined) this.#eras = this.#withLastOver(now);
    else if (interrupted?.to !== undefined) this.#eras = this.#leftOpen(this.#withLastOver(interrupted.to));
    // A step is heard of within seconds.
    const from = Instant(Math.max(last.at, now - slack));
    this.#eras = [...this.#eras, { from, off, there: this.#alreadyAt(civil) }];
    this.#keep(now);
    this.#alarm(off);
  }

  /** The doubt goes on after a start. */
  #leftOpen(eras: readonly StoredEra[]): readonly StoredEra[] {
    return eras.map((era, index) => (index === eras.length - 1 ? { ...era, goesOn: true } : era));
  }

  /**
   * A clock that was set back says dates again that it has said before: what has one of those by now is not from then,
   * but for what was written before anybody heard of the step.
   */
  #alreadyAt(civil: Instant): readonly string[] {
    return [...this.#records()].flatMap(([record, at]) => {
      const isJustWritten = at <= civil && at > civil - heardWithin;
      const isKnown = this.#eras.some((era) => isDatedIn(era, record, at));
      return at < civil - 2 * slack || (isJustWritten && !isKnown) ? [] : [record];
    });
  }

  /** When a record that is dated `at` was written. */
  #dated(record: string, at: Instant, now: Instant): Instant {
    const era = this.#eras.find((each) => isDatedIn(each, record, at));
    if (era !== undefined) return Instant(Math.min(at - era.off, now));
    return at - now <= mostOff ? Instant(Math.min(at, now)) : undated(now);
  }

  /** When something that is dated `at` happened: of two moments with that date the later, so that nothing dies early. */
  #guessed(at: Instant, now: Instant): Instant {
    const moments = this.#eras.flatMap((era) => momentIn(era, at, now) ?? []);
    // While the clock was wrong nothing had the date that was right.
    const isRight = !this.#eras.some((era, index, eras) => deniesDate(era, beginOf(eras, index), at, now));
    if (at - now <= mostOff && (isRight || moments.length === 0)) moments.push(Instant(Math.min(at, now)));
    return moments.length === 0 ? undated(now) : Instant(Math.max(...moments));
  }

  #keep(at = this.#seen?.at): void {
    if (at === undefined) return;
    this.#keptAt = at;
    if (this.#open() === undefined) this.#eras = this.#recent(at);
    const kept: StoredRetentionTime = { at, eras: this.#eras };
    // A disk that refuses costs no more than a power cut would.
    this.#log.attempt("retention.time-not-kept", () =>
      this.#store.collection("retention-time").put(name, kept),
    );
  }

  /** An era goes when it is long over and what it dated is gone. */
  #recent(now: Instant): readonly StoredEra[] {
    const isDating = this.#eras.some(({ own = [] }) => own.length > 0);
    const names = new Set(isDating ? [...this.#records()].map(([record]) => record) : []);
    return this.#eras
      .map((era) =>
        era.own === undefined ? era : { ...era, own: era.own.filter((name) => names.has(name)) },
      )
      .filter((era) => isRecent(era, now) || (era.own?.length ?? 0) > 0);
  }
}

/** Whether a record has its date from the clock of an era. */
const isDatedIn = ({ from, off, there, own }: StoredEra, record: string, at: Instant): boolean =>
  own === undefined ? at >= from + off - slack && !namesOf(there).has(record) : namesOf(own).has(record);

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();
const none: readonly string[] = [];

/** Looked up once for each record, with every sweep. */
const namesOf = (names = none): ReadonlySet<string> => {
  const set = sets.get(names) ?? new Set(names);
  sets.set(names, set);
  return set;
};

/** What no clock of this hub can have shown is no date: nobody could say how long that may stay. */
const undated = (now: Instant): Instant => Instant(now - Days(erasDays));

/** When something that a wrong clock dated `at` happened; undefined: not in this era. */
const momentIn = ({ from, to, off }: StoredEra, at: Instant, now: Instant): Instant | undefined => {
  const moment = at - off;
  // After a power cut or a small step back it is earlier than when something was written down.
  const isIn =
    moment >= from - slack && moment <= Math.min(to ?? Number.POSITIVE_INFINITY, now + mostOff) + slack;
  return isIn ? Instant(Math.min(moment, now)) : undefined;
};

/** When a doubt began that has gone on over restarts. */
const beginOf = (eras: readonly StoredEra[], index: number): Instant => {
  const before = eras.slice(0, index).findLastIndex(({ goesOn }) => goesOn !== true);
  return eras[before + 1]?.from ?? Instant(0);
};

/** Whether nothing that is dated so can have been dated by a clock that was right. */
const deniesDate = (
  { from, to, wasVouchedFor }: StoredEra,
  began: Instant,
  at: Instant,
  now: Instant,
): boolean => {
  // Small steps back leave dates a little ahead of a doubt that comes then; what it dates itself is further ahead.
  const begins = Math.max(from + slack, began + mostOff);
  const ends = to === undefined ? now - slack : to - mostOff;
  return wasVouchedFor !== true && at > begins && at < ends;
};

/** The same moments, when all that was believed turns out to have been so much ahead. */
const movedBy = (ahead: number, { from, to, off, ...rest }: StoredEra): StoredEra => ({
  ...rest,
  from: Instant(from - ahead),
  ...(to === undefined ? {} : { to: Instant(to - ahead) }),
  off: off + ahead,
});

/** What was dated by a time that was vouched for and was wrong. */
const wronglyBelieved = (believed: Instant, at: Instant): StoredEra => ({
  from: Instant(at - Days(erasDays)),
  to: at,
  off: believed - at,
  wasVouchedFor: true,
});

/** Longer than anything is kept that goes by the day. */
const erasDays = 400;
const isRecent = ({ to }: StoredEra, now: Instant): boolean => to === undefined || now - to < Days(erasDays);
