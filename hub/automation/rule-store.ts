import { NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { idEntropyBytes, idFrom, type RuleId } from "../domain/ids.ts";
import type { Rule } from "../domain/rule.ts";
import { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { StoredRule } from "../privacy/data-map.ts";
import type { Collection, GuardedStore } from "../privacy/guarded-store.ts";

/** What somebody writes down. */
export type NewRule = Omit<Rule, "id" | "pausedUntil">;
export type RuleChange = Partial<NewRule>;

const untilFurther = Instant(8.64e15);

/** The rules of the home; every change is on the disk when the call returns. */
export class RuleStore {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #records: Collection<StoredRule>;
  readonly #check: (rule: Rule, others: readonly Rule[]) => Rule;
  readonly #rules = new Map<RuleId, StoredRule>();

  /** @param check what is kept of a rule, or throws */
  constructor(
    clock: Clock,
    entropy: Entropy,
    bus: EventBus,
    store: GuardedStore,
    check: (rule: Rule, others: readonly Rule[]) => Rule,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#records = store.collection("rules");
    this.#check = check;
  }

  start(): void {
    for (const [, rule] of this.#records.entries()) this.#rules.set(rule.id, rule);
  }

  list(): readonly Rule[] {
    return [...this.#rules.values()].map(bare);
  }

  get(id: RuleId): Rule | undefined {
    const rule = this.#rules.get(id);
    return rule === undefined ? undefined : bare(rule);
  }

  /** What was due before is none of the rule's business. */
  since(id: RuleId): Instant {
    return this.#need(id).since;
  }

  /** @throws NotFound */
  need(id: RuleId): Rule {
    return bare(this.#need(id));
  }

  /** @throws InvalidInput, NotFound, RuleLoops, StoreFailed */
  add(wanted: NewRule): Rule {
    const id = idFrom("rule", this.#entropy.bytes(idEntropyBytes));
    return this.#keep({ ...wanted, id }, "added");
  }

  /** @throws as `add` */
  change(id: RuleId, change: RuleChange): Rule {
    return this.#keep({ ...this.need(id), ...change }, "changed");
  }

  /** @throws NotFound, StoreFailed */
  remove(id: RuleId): void {
    this.#need(id);
    this.#records.remove(id);
    this.#rules.delete(id);
    this.#told(id, "removed");
  }

  /** It rests, and what falls due meanwhile is not made up for. @throws NotFound */
  pause(id: RuleId, until = untilFurther): Rule {
    return this.#replace({ ...this.#need(id), pausedUntil: until });
  }

  /** @throws NotFound */
  resume(id: RuleId): Rule {
    const { pausedUntil: _over, ...rule } = this.#need(id);
    return this.#replace({ ...rule, since: this.#clock.now() });
  }

  /** It has done what it was for. Part of the batch that says so. */
  spend(id: RuleId): void {
    const rule = this.#rules.get(id);
    if (rule === undefined) return;
    this.#records.put(id, { ...rule, enabled: false });
    this.#rules.set(id, { ...rule, enabled: false });
  }

  /** Civil time stepped: a rule is as old as it was, and one made while nobody knew the time begins now. */
  clockChanged(step: number, wasTrusted: boolean): void {
    const now = this.#clock.now();
    for (const rule of [...this.#rules.values()]) {
      const since = !wasTrusted && this.#isOfThisRun.has(rule.id) ? now : Instant(Math.min(rule.since, now));
      if (since === rule.since || step === 0) continue;
      this.#rules.set(rule.id, { ...rule, since });
      this.#records.put(rule.id, { ...rule, since });
    }
    if (this.#clock.trust().level === "trusted") this.#isOfThisRun.clear();
  }

  /** Changed since the hub started, or since its clock could be believed. */
  readonly #isOfThisRun = new Set<RuleId>();

  #keep(rule: Rule, change: "added" | "changed"): Rule {
    const others = this.list().filter(({ id }) => id !== rule.id);
    const kept = { ...this.#check(rule, others), since: this.#clock.now() };
    this.#put(kept);
    this.#told(rule.id, change);
    return bare(kept);
  }

  #replace(rule: StoredRule): Rule {
    this.#put(rule);
    this.#told(rule.id, "changed");
    return bare(rule);
  }

  #put(rule: StoredRule): void {
    this.#records.put(rule.id, rule);
    this.#rules.set(rule.id, rule);
    this.#isOfThisRun.add(rule.id);
  }

  #told(id: RuleId, change: "added" | "changed" | "removed"): void {
    this.#bus.publish({ kind: "home.changed", what: "rule", id, change, at: this.#clock.now() });
  }

  #need(id: RuleId): StoredRule {
    const rule = this.#rules.get(id);
    if (rule === undefined) throw new NotFound("no such rule");
    return rule;
  }
}

const bare = ({ since: _since, ...rule }: StoredRule): Rule => rule;
