import { NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { idEntropyBytes, idFrom, type RuleId } from "../domain/ids.ts";
import type { Rule } from "../domain/rule.ts";
import { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { StoredRule } from "../privacy/data-map.ts";
import type { Collection, PurposeStore } from "../privacy/guarded-store.ts";

/** What somebody writes down. */
export type NewRule = Omit<Rule, "id" | "pausedUntil">;
export type RuleChange = Partial<NewRule>;

const untilFurther = Instant(8.64e15);

/** The rules of the home; every change is on the disk when the call returns. */
export class RuleStore {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #log: AuditedLog;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"automation">;
  readonly #records: Collection<StoredRule>;
  readonly #check: (rule: Rule, others: readonly Rule[]) => Rule;
  readonly #rules = new Map<RuleId, StoredRule>();
  /** Changed since the hub started, or since its clock could be believed. */
  readonly #isOfThisRun = new Set<RuleId>();

  /** @param check what is kept of a rule, or throws */
  constructor(
    clock: Clock,
    entropy: Entropy,
    log: AuditedLog,
    bus: EventBus,
    store: PurposeStore<"automation">,
    check: (rule: Rule, others: readonly Rule[]) => Rule,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#log = log;
    this.#bus = bus;
    this.#store = store;
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

  /** It has done what it was for. Part of a batch. @returns what is to be called when that is on the disk */
  spend(id: RuleId): () => void {
    const spent = { ...this.#need(id), enabled: false };
    this.#records.put(id, spent);
    return () => this.#rules.set(id, spent);
  }

  /** Civil time stepped: a rule is as old as it was, and one made while nobody knew the time begins now. */
  clockChanged(wasTrusted: boolean): void {
    const now = this.#clock.now();
    const moved = [...this.#rules.values()].flatMap((rule) => {
      const isNew = !wasTrusted && this.#isOfThisRun.has(rule.id);
      const since = isNew ? now : Instant(Math.min(rule.since, now));
      return since === rule.since ? [] : [{ ...rule, since }];
    });
    for (const rule of moved) this.#rules.set(rule.id, rule);
    this.#log.attempt("rule.not-kept", () =>
      this.#store.atomically(() => {
        for (const rule of moved) this.#records.put(rule.id, rule);
      }),
    );
    if (this.#clock.trust().level === "trusted") this.#isOfThisRun.clear();
  }

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
