import type { CauseSource } from "../domain/cause.ts";
import type { EventBus, NotRunReason } from "../domain/event.ts";
import type { RuleId } from "../domain/ids.ts";
import type { Occurrence, Rule } from "../domain/rule.ts";
import { impulseText } from "../domain/rule-text.ts";
import { type Instant, Minutes } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";
import type { Actions, Errand } from "./actions.ts";
import type { CatchUp } from "./catch-up.ts";
import type { Conditions } from "./conditions.ts";
import type { Journal } from "./journal.ts";
import type { LampChanges } from "./lamp-changes.ts";
import type { RuleStore } from "./rule-store.ts";
import type { Lights } from "./traits.ts";
import { actionsOf, hindranceOf, type Late, type Verdict } from "./verdict.ts";

/** Later than this an occurrence was missed: the power was away, or the clock was wrong. */
export const punctual = Minutes(1);

/** What came of the last time a rule was due or set off. */
export interface LastTime {
  readonly occurrence?: string;
  readonly at: Instant;
  readonly result: "fired" | NotRunReason;
  readonly condition?: number;
}

/** Decides about what is due or was set off, writes it down, and has it done: in this order. */
export class RuleRunner {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"automation">;
  readonly #rules: RuleStore;
  readonly #journal: Journal;
  readonly #conditions: Conditions;
  readonly #actions: Actions;
  readonly #lights: Lights;
  readonly #catchUp: CatchUp;
  readonly #changes: Pick<LampChanges, "isInHand">;
  readonly #last = new Map<RuleId, LastTime>();

  constructor(
    clock: Clock,
    log: AuditedLog,
    bus: EventBus,
    store: PurposeStore<"automation">,
    rules: RuleStore,
    journal: Journal,
    conditions: Conditions,
    actions: Actions,
    lights: Lights,
    catchUp: CatchUp,
    changes: Pick<LampChanges, "isInHand">,
  ) {
    this.#clock = clock;
    this.#log = log;
    this.#bus = bus;
    this.#store = store;
    this.#rules = rules;
    this.#journal = journal;
    this.#conditions = conditions;
    this.#actions = actions;
    this.#lights = lights;
    this.#catchUp = catchUp;
    this.#changes = changes;
  }

  /** Of this run; undefined: nothing yet. */
  last(rule: RuleId): LastTime | undefined {
    return this.#last.get(rule);
  }

  /**
   * What fell due by clock or sun, in order. On an untrusted clock nothing is done, and nothing is written down: it has
   * yet to come, or has been.
   * @returns false when the disk refused: nothing was done, and all of it is still due
   */
  due(occurrences: readonly Occurrence[]): boolean {
    if (this.#clock.trust().level !== "trusted") {
      for (const occurrence of occurrences) this.#distrust(occurrence);
      return true;
    }
    const now = this.#clock.now();
    const known = occurrences.flatMap((occurrence) => this.#open(occurrence, now));
    const isLate = ({ age, doubt }: Late): boolean => age > punctual || doubt !== undefined;
    const late = this.#catchUp.decide(known.filter(isLate));
    return this.#settle([
      ...late,
      ...known.filter((each) => !isLate(each)).map(({ rule, occurrence }) => this.#decide(rule, occurrence)),
    ]);
  }

  /** A timer of a rule has run out: by the monotonic clock, so it is right whatever the clock says. */
  timerOver(occurrence: Occurrence): boolean {
    const known = this.#open(occurrence, this.#clock.now());
    return this.#settle(known.map(({ rule }) => this.#decide(rule, occurrence)));
  }

  /** An event that a rule waited for. */
  setOff(id: RuleId, trigger: number): void {
    const rule = this.#rules.get(id);
    if (rule?.enabled !== true) return;
    const now = this.#clock.now();
    const hindrance = this.#isPaused(rule, now)
      ? ({ reason: "paused" } as const)
      : this.#conditions.hindrance(rule.conditions, now);
    if (hindrance !== undefined) {
      this.#heldBack(rule, { trigger, ...hindrance });
      return;
    }
    const source: CauseSource = { kind: "rule", rule: id, trigger: impulseText(rule, trigger) };
    this.#act(rule, { trigger, isCatchUp: false }, { rule: id, actions: rule.actions, source, age: 0 });
  }

  /** By hand, now; conditions are ignored. */
  byHand(rule: Rule, source: CauseSource): void {
    const errand = { rule: rule.id, actions: rule.actions, age: 0 };
    const asked = { ...source, rule: rule.id, trigger: "by hand" };
    this.#act(rule, { isCatchUp: false }, { ...errand, source: asked });
  }

  /** Not decided before, or in doubt: then the rule may be spent by it. */
  #open(occurrence: Occurrence, now: Instant): readonly Late[] {
    const rule = this.#rules.get(occurrence.rule);
    if (rule === undefined) return [];
    const entry = this.#journal.get(occurrence);
    const age = Math.max(0, now - occurrence.at);
    if (entry === undefined) return rule.enabled ? [{ rule, occurrence, age }] : [];
    return this.#journal.isInDoubt(entry) ? [{ rule, occurrence, age, doubt: entry }] : [];
  }

  #decide(rule: Rule, occurrence: Occurrence): Verdict {
    const hindrance = this.#hindrance(rule, occurrence);
    if (hindrance !== undefined) {
      const { reason: result, condition } = hindrance;
      return {
        rule,
        occurrence,
        isCatchUp: false,
        result,
        ...(condition === undefined ? {} : { condition }),
      };
    }
    const { trigger, edge } = occurrence;
    const source: CauseSource = { kind: "rule", rule: rule.id, trigger: impulseText(rule, trigger, edge) };
    const actions = actionsOf(rule, occurrence, this.#actions);
    const lamps = this.#actions.lampsOf(actions);
    const free = lamps.filter((lamp) => !this.#changes.isInHand(lamp));
    const isOnlyLight = actions.every(({ kind }) => kind !== "mode" && kind !== "circadian");
    if (lamps.length > 0 && free.length === 0 && isOnlyLight)
      return { rule, occurrence, isCatchUp: false, result: "taken-over" };
    const only = free.length < lamps.length ? { only: new Set(free) } : {};
    const errand = { rule: rule.id, actions, source, age: 0, ...only };
    return { rule, occurrence, isCatchUp: false, result: "begun", errand };
  }

  #hindrance(rule: Rule, occurrence: Occurrence) {
    return hindranceOf(rule, occurrence, this.#conditions, this.#journal);
  }

  /** First the disk, whole; then the lamps. */
  #settle(verdicts: readonly Verdict[]): boolean {
    if (verdicts.length === 0) return true;
    const isDone = this.#log.attempt("rule.not-journalled", () => this.#write(verdicts));
    if (!isDone) return false;
    for (const verdict of verdicts) this.#carryOut(verdict);
    return true;
  }

  #write(verdicts: readonly Verdict[]): void {
    const spent = new Set(
      verdicts.filter(({ rule }) => this.#journal.isSpent(rule, verdicts)).map(({ rule }) => rule.id),
    );
    const known: (() => void)[] = [];
    this.#store.atomically(() => {
      known.push(this.#journal.put(verdicts), ...[...spent].map((id) => this.#rules.spend(id)));
    });
    for (const note of known) note();
  }

  #carryOut({ rule, occurrence, result, condition, errand, isCatchUp, isRepair }: Verdict): void {
    const { id, trigger } = occurrence;
    if (errand !== undefined && isRepair === true) this.#actions.run(errand);
    else if (errand !== undefined) this.#act(rule, { occurrence: id, trigger, isCatchUp }, errand);
    else if (result !== "fired" && result !== "begun") {
      const why = { occurrence: id, trigger, reason: result };
      this.#heldBack(rule, condition === undefined ? why : { ...why, condition });
    }
  }

  #act(
    rule: Rule,
    what: { readonly occurrence?: string; readonly trigger?: number; readonly isCatchUp: boolean },
    errand: Errand,
  ): void {
    const at = this.#clock.now();
    const command = this.#actions.run(errand);
    const { occurrence } = what;
    this.#last.set(rule.id, { at, result: "fired", ...(occurrence === undefined ? {} : { occurrence }) });
    this.#bus.publish({
      kind: "rule.fired",
      rule: rule.id,
      ...what,
      ...(command === undefined ? {} : { command }),
      at,
    });
  }

  #heldBack(
    rule: Rule,
    why: {
      readonly occurrence?: string;
      readonly trigger: number;
      readonly reason: NotRunReason;
      readonly condition?: number;
    },
  ): void {
    const at = this.#clock.now();
    const { trigger, reason, ...rest } = why;
    this.#last.set(rule.id, { ...rest, at, result: reason });
    const source: CauseSource = { kind: "rule", rule: rule.id, trigger: impulseText(rule, trigger) };
    this.#lights.heldBack(this.#actions.lampsOf(rule.actions), source, reason);
    this.#bus.publish({ kind: "rule.not-run", rule: rule.id, ...why, at });
  }

  #distrust({ id, rule: of, trigger, at }: Occurrence): void {
    const rule = this.#rules.get(of);
    if (rule === undefined || this.#clock.now() - at > punctual) return;
    this.#heldBack(rule, { occurrence: id, trigger, reason: "clock-untrusted" });
  }

  #isPaused({ pausedUntil }: Rule, at: Instant): boolean {
    return pausedUntil !== undefined && at < pausedUntil;
  }
}
