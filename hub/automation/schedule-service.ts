import type { CauseSource } from "../domain/cause.ts";
import { InvalidInput } from "../domain/errors.ts";
import type { EventBus, EventOf, NotRunReason } from "../domain/event.ts";
import type { RuleId } from "../domain/ids.ts";
import type { Lapse } from "../domain/lapse.ts";
import { type Calendar, dateOf, occurrenceId } from "../domain/plan.ts";
import type { HomeMode, Occurrence, Rule } from "../domain/rule.ts";
import { type Duration, Hours, Instant, later, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { StoredTimer } from "../privacy/data-map.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";
import { Actions } from "./actions.ts";
import { CatchUp } from "./catch-up.ts";
import { Conditions } from "./conditions.ts";
import { EventTriggers } from "./event-triggers.ts";
import { type Difference, Explainer, type Explanation, type Run } from "./explainer.ts";
import { HomeModes } from "./home-modes.ts";
import { Journal } from "./journal.ts";
import { LampChanges } from "./lamp-changes.ts";
import { RuleChecks } from "./rule-checks.ts";
import { assertNoLoop } from "./rule-loops.ts";
import { RuleRunner } from "./rule-runner.ts";
import { type NewRule, type RuleChange, RuleStore } from "./rule-store.ts";
import { lookBack, Scheduler } from "./scheduler.ts";
import { isSilent } from "./silent-triggers.ts";
import type { Scenes, Surroundings } from "./traits.ts";

const sweepEvery = Hours(24);
const retryAfter = Seconds(10);

/** The rules of the home: kept, planned, set off, explained. */
export class ScheduleService {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"automation">;
  readonly #around: Surroundings;
  readonly #rules: RuleStore;
  readonly #journal: Journal;
  readonly #modes: HomeModes;
  readonly #actions: Actions;
  readonly #runner: RuleRunner;
  readonly #triggers: EventTriggers;
  readonly #changes: LampChanges;
  readonly #scheduler: Scheduler;
  readonly #explainer: Explainer;
  #sweeps: Timer | undefined;
  #isGoverned = false;
  #wasTrusted = false;

  constructor(
    clock: Clock,
    entropy: Entropy,
    log: AuditedLog,
    bus: EventBus,
    store: PurposeStore<"automation">,
    around: Surroundings,
  ) {
    const { lights } = around;
    const calendar = (): Calendar => this.#calendar();
    this.#clock = clock;
    this.#log = log;
    this.#bus = bus;
    this.#store = store;
    this.#around = around;
    const checks = new RuleChecks(around);
    this.#rules = new RuleStore(clock, entropy, log, bus, store, (rule, others) => {
      const kept = checks.check(rule);
      this.#assertToCome(kept);
      assertNoLoop(kept, [...others, kept], this.#reach());
      return kept;
    });
    this.#journal = new Journal(clock, store);
    this.#modes = new HomeModes(clock, bus, store);
    const mode = (): HomeMode => this.#modes.get();
    const conditions = new Conditions(clock, around, mode, calendar);
    this.#actions = new Actions(clock, bus, store, around, {
      setMode: (wanted) => void log.attempt("mode.not-kept", () => this.#modes.set(wanted)),
      triggerOver: (timer) => this.#timerOver(timer),
      isStillSet: (rule) => this.#triggers.isStillSet(rule),
    });
    this.#changes = new LampChanges(clock, lights);
    this.#runner = new RuleRunner(
      clock,
      log,
      bus,
      store,
      this.#rules,
      this.#journal,
      conditions,
      this.#actions,
      lights,
      new CatchUp(conditions, this.#journal, this.#actions, this.#changes),
      this.#changes,
    );
    this.#triggers = new EventTriggers(
      bus,
      around,
      () => this.#rules.list(),
      (rule, trigger) => this.#runner.setOff(rule, trigger),
    );
    this.#scheduler = new Scheduler(clock, around.watch, this.#rules, this.#journal, calendar, (due) =>
      this.#runner.due(due),
    );
    this.#explainer = new Explainer(
      clock,
      this.#rules,
      this.#journal,
      this.#runner,
      conditions,
      around.place,
      around.presence,
      calendar,
      (trigger) => isSilent(trigger, around),
    );
  }

  /** Takes up the rules, and sees to what was missed while the hub did not run. */
  start(): void {
    this.#wasTrusted = this.#isTrusted();
    this.#rules.start();
    this.#journal.start();
    this.#modes.start();
    this.#triggers.start();
    this.#bus.subscribe("clock.changed", (event) => this.#clockChanged(event));
    this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "place") this.#scheduler.replan();
      if (what === "rule") this.#ruleChanged(id as RuleId, change);
    });
    this.#actions.start();
    for (const rule of this.#rules.list()) this.#armTimers(rule);
    this.#scheduler.replan();
    if (this.#isGoverned) return;
    this.#sweeps = this.#clock.every(sweepEvery, () => {
      if (this.#isTrusted()) this.forgetDecisions();
    });
  }

  /** Somebody else says how old things are, and when they are forgotten. Before `start`. */
  goBy(lapse: Lapse): void {
    this.#isGoverned = true;
    this.#journal.goBy(lapse);
  }

  /** Forgets of what was due what is old. @returns how many decisions that were */
  forgetDecisions(): number {
    let gone = 0;
    this.#tend(() => {
      gone = this.#journal.sweep();
    });
    return gone;
  }

  close(): void {
    this.#sweeps?.cancel();
    this.#scheduler.close();
    this.#actions.close();
  }

  list(): readonly Rule[] {
    return this.#rules.list();
  }

  get(id: RuleId): Rule | undefined {
    return this.#rules.get(id);
  }

  /** @throws InvalidInput, RangeViolation, NotFound for what it names, RuleLoops */
  add(wanted: NewRule): Rule {
    return this.#rules.add(wanted);
  }

  /** @throws as `add` */
  change(id: RuleId, change: RuleChange): Rule {
    return this.#rules.change(id, change);
  }

  /** @throws NotFound */
  remove(id: RuleId): void {
    this.#rules.remove(id);
  }

  /** It rests until then, or until it is resumed. @throws NotFound */
  pause(id: RuleId, until: Instant | undefined): Rule {
    return this.#rules.pause(id, until);
  }

  /** @throws NotFound */
  resume(id: RuleId): Rule {
    return this.#rules.resume(id);
  }

  /** Does what the rule says now, by hand: conditions are ignored. @throws NotFound */
  run(id: RuleId, source: CauseSource): void {
    this.#runner.byHand(this.#rules.need(id), source);
  }

  /** What comes by clock and sun, in order. @throws InvalidInput beyond 400 days */
  upcoming(within: Duration): readonly Run[] {
    const now = this.#clock.now();
    return this.#explainer.runs(now, later(now, within));
  }

  /** By clock and sun, in order: what comes, and what became of what is past. @throws InvalidInput beyond 400 days */
  runs(from: Instant, until: Instant): readonly Run[] {
    return this.#explainer.runs(from, until);
  }

  /** @throws NotFound */
  explain(id: RuleId, at?: Instant): Explanation {
    return this.#explainer.explain(id, at);
  }

  /** What holds a rule back as things are. @throws NotFound */
  held(id: RuleId): NotRunReason | undefined {
    return this.#explainer.held(this.#rules.need(id));
  }

  /** What a change of rules would change. @throws InvalidInput beyond 400 days */
  compare(changed: readonly (NewRule & { readonly id?: RuleId })[], within: Duration): readonly Difference[] {
    return this.#explainer.compare(changed, within);
  }

  mode(): HomeMode {
    return this.#modes.get();
  }

  setMode(mode: HomeMode, _source: CauseSource): void {
    this.#modes.set(mode);
  }

  #calendar(): Calendar {
    const { place, draws } = this.#around;
    return { zone: place.zone(), sun: place.sun(), draw: (id) => draws.of(id) };
  }

  /** What is over is not waited for. A rule that has done what it was for may still be given another name. */
  #assertToCome({ enabled, triggers }: Rule): void {
    for (const [index, trigger] of triggers.entries()) {
      if (!enabled || trigger.kind !== "once" || !this.#isTrusted()) continue;
      const at = this.#calendar().zone.instantOf(trigger.date, trigger.at);
      if (at === undefined || at <= this.#clock.now()) {
        throw new InvalidInput("that time has been, or never comes", { path: `triggers.${index}.date` });
      }
    }
  }

  #reach() {
    return {
      lampsOf: (actions: Rule["actions"]) => this.#actions.lampsOf(actions),
      isLit: ({ scene }: { readonly scene: Parameters<Scenes["get"]>[0] }, lamp: string) =>
        this.#around.scenes.get(scene)?.states[lamp as never]?.on === true,
    };
  }

  #isTrusted(): boolean {
    return this.#clock.trust().level === "trusted";
  }

  /** Everything by civil time is another now: what runs out, what is due, what was missed. */
  #clockChanged({ step }: EventOf<"clock.changed">): void {
    this.#rules.clockChanged(this.#wasTrusted);
    this.#actions.timers.clockChanged(step);
    this.#wasTrusted = this.#isTrusted();
    this.#scheduler.replan();
    if (this.#wasTrusted) this.#tend(() => this.#journal.settle());
  }

  /** What a disk that refuses now may keep waiting until the next time. */
  #tend(journal: () => void): void {
    this.#log.attempt("journal.not-tended", () => this.#store.atomically(journal));
  }

  #ruleChanged(id: RuleId, change: EventOf<"home.changed">["change"]): void {
    if (change === "removed") this.#tend(() => this.#journal.forget(id));
    const rule = this.#rules.get(id);
    if (rule?.enabled !== true) this.#actions.stopWakeUps(id);
    this.#endTimers(id, rule);
    if (rule !== undefined) this.#armTimers(rule);
    this.#triggers.rulesChanged();
    this.#scheduler.replanRule(id);
  }

  /** Those whose trigger is no longer there as it was. */
  #endTimers(id: RuleId, rule: Rule | undefined): void {
    const { timers } = this.#actions;
    for (const { id: timer, rule: of, kind, after } of timers.all()) {
      if (of !== id || kind !== "timer") continue;
      const trigger = rule?.triggers.find((_, index) => timerId(id, index) === timer);
      const isMeant = rule?.enabled === true && trigger?.kind === "timer" && trigger.after === after;
      if (!isMeant) timers.end(timer);
    }
  }

  /** Timers that are triggers, where they do not run yet and have not run out. */
  #armTimers(rule: Rule): void {
    if (!rule.enabled) return;
    for (const [index, trigger] of rule.triggers.entries()) {
      const id = timerId(rule.id, index);
      if (trigger.kind !== "timer" || this.#actions.timers.get(id) !== undefined) continue;
      if (this.#hasRunOut(rule, index)) continue;
      const { after } = trigger;
      const age = Math.min(after, Math.max(0, this.#clock.now() - trigger.since));
      this.#actions.timers.begin({ id, rule: rule.id, kind: "timer", after, lamps: [] }, age);
    }
  }

  /** It stands in the journal, or is older than that. */
  #hasRunOut(rule: Rule, index: number): boolean {
    const occurrence = this.#timerOccurrence(rule, index);
    if (occurrence === undefined) return true;
    return this.#journal.has(occurrence) || occurrence.at < this.#clock.now() - lookBack;
  }

  #timerOccurrence({ id, triggers }: Rule, index: number): Occurrence | undefined {
    const trigger = triggers[index];
    if (trigger?.kind !== "timer") return undefined;
    const date = dateOf(trigger, this.#calendar());
    const at = Instant(trigger.since + trigger.after);
    return { id: occurrenceId(id, index, date, "start"), rule: id, trigger: index, edge: "start", date, at };
  }

  #timerOver({ id, rule: of }: StoredTimer): void {
    const rule = this.#rules.get(of);
    const index = rule?.triggers.findIndex((_, each) => timerId(of, each) === id) ?? -1;
    const occurrence = rule === undefined ? undefined : this.#timerOccurrence(rule, index);
    if (rule === undefined || occurrence === undefined) return;
    // A disk that refuses is asked again: the timer runs a moment longer.
    if (!this.#runner.timerOver(occurrence)) this.#actions.timers.begin(retryOf(id, of));
  }
}

const timerId = (rule: RuleId, index: number): string => `${rule}/t${index}`;

const retryOf = (id: string, rule: RuleId) =>
  ({ id, rule, kind: "timer", after: retryAfter, lamps: [] }) as const;
