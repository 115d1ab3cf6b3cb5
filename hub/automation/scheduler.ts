import type { RuleId } from "../domain/ids.ts";
import { type Calendar, occurrencesOf } from "../domain/plan.ts";
import type { Occurrence, Rule } from "../domain/rule.ts";
import { Days, type Duration, Hours, Instant, Millis, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { Agenda } from "./agenda.ts";
import type { Journal } from "./journal.ts";
import type { RuleStore } from "./rule-store.ts";
import type { ClockCheck } from "./traits.ts";

/** What falls due; false: nothing could be done, it is still due. */
type Duty = (occurrences: readonly Occurrence[]) => boolean;

/** A clock may be set, a machine may sleep: nothing is waited for in one piece that is longer. */
const longestNap = Hours(1);
/** How far back something missed may say what a lamp should show now: a week, for what happens once a week. */
export const lookBack = Days(8);
const retryAfter = Seconds(10);

/** Waits for what clock and sun bring. A plan is a cache: it is made anew whenever the clock, the place or a rule changes. */
export class Scheduler {
  readonly #clock: Clock;
  readonly #watch: ClockCheck;
  readonly #rules: RuleStore;
  readonly #journal: Journal;
  readonly #calendar: () => Calendar;
  readonly #duty: Duty;
  #agenda: Agenda | undefined;
  #timer: Timer | undefined;

  constructor(
    clock: Clock,
    watch: ClockCheck,
    rules: RuleStore,
    journal: Journal,
    calendar: () => Calendar,
    duty: Duty,
  ) {
    this.#clock = clock;
    this.#watch = watch;
    this.#rules = rules;
    this.#journal = journal;
    this.#calendar = calendar;
    this.#duty = duty;
  }

  close(): void {
    this.#timer?.cancel();
    this.#agenda = undefined;
  }

  /** Plans everything anew, and sees to what was missed. */
  replan(): void {
    const calendar = this.#calendar();
    const now = this.#clock.now();
    const rules = this.#rules.list().filter(({ enabled }) => enabled);
    this.#agenda = new Agenda();
    for (const rule of rules) this.#agenda.add(scheduled(rule), calendar, next(now));
    if (this.#clock.trust().level !== "trusted") this.#see([]);
    else
      this.#see([...this.#journal.inDoubt(), ...rules.flatMap((rule) => this.#missed(rule, calendar, now))]);
  }

  /** A rule is new, has changed or is gone. */
  replanRule(id: RuleId): void {
    this.#agenda?.remove(id);
    const rule = this.#rules.get(id);
    if (rule?.enabled === true) {
      this.#agenda?.add(scheduled(rule), this.#calendar(), next(this.#clock.now()));
    }
    this.#arm();
  }

  /** Up to and with now, and not decided. Of what is older than the journal nobody knows whether it was done. */
  #missed(rule: Rule, calendar: Calendar, now: Instant): readonly Occurrence[] {
    const from = Instant(Math.max(this.#rules.since(rule.id), now - lookBack));
    return occurrencesOf(scheduled(rule), calendar, next(from), next(now)).filter(
      (each) => !this.#journal.has(each),
    );
  }

  #ring(): void {
    this.#timer = undefined;
    // Whoever hears of a step plans anew, and sees to what is due.
    if (!this.#watch.check()) this.#see([]);
  }

  #see(missed: readonly Occurrence[]): void {
    const due = [...missed];
    this.#agenda?.take(this.#clock.now(), (occurrence) => due.push(occurrence));
    const isDone = due.length === 0 || this.#duty(due);
    if (isDone) this.#arm();
    else this.#armFor(retryAfter, () => this.replan());
  }

  #arm(): void {
    const due = this.#agenda?.nextDue;
    if (due === undefined) {
      this.#timer?.cancel();
      return;
    }
    const left = Math.max(0, Math.min(longestNap, due - this.#clock.now()));
    this.#armFor(Millis(left), () => this.#ring());
  }

  #armFor(delay: Duration, call: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(delay, call);
  }
}

const next = (at: Instant): Instant => Instant(at + 1);

/** Timers run by another clock. Their places stay: a trigger is called by its number. */
const scheduled = (rule: Rule): Rule =>
  rule.triggers.some(({ kind }) => kind === "timer")
    ? { ...rule, triggers: rule.triggers.map((each) => (each.kind === "timer" ? never : each)) }
    : rule;

/** A trigger that neither clock nor sun ever brings. */
const never = { kind: "presence", event: "first-arrives" } as const;
