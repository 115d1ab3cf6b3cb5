import type { Schedules, Timekeeper } from "../../../hub/api/traits.ts";
import type { Difference, Explanation, Run } from "../../../hub/automation/explainer.ts";
import type { NewRule } from "../../../hub/automation/rule-store.ts";
import type { ClockTrust } from "../../../hub/domain/clock-trust.ts";
import { NotFound } from "../../../hub/domain/errors.ts";
import type { NotRunReason } from "../../../hub/domain/event.ts";
import { idFrom, type RuleId } from "../../../hub/domain/ids.ts";
import type { HomeMode, Rule } from "../../../hub/domain/rule.ts";
import { RuleLoops } from "../../../hub/domain/rule-errors.ts";
import { Instant } from "../../../hub/domain/units.ts";
import type { House } from "./house.ts";

/** Rules that are kept and never run: what the door is tested against. What would run is what a test says. */
export class PlainSchedules implements Schedules {
  readonly house: House;
  readonly rules = new Map<RuleId, Rule>();
  readonly ran: RuleId[] = [];
  planned: readonly Run[] = [];
  differences: readonly Difference[] = [];
  compared: readonly (NewRule & { readonly id?: RuleId })[] = [];
  explained: Partial<Explanation> = {};
  /** What holds every rule back. */
  holding: NotRunReason | undefined;
  /** Rules of this name set each other off. */
  looping = "Loop";
  #mode: HomeMode = "home";

  constructor(house: House) {
    this.house = house;
  }

  goBy(): void {}
  forgetDecisions = () => 0;

  list = () => [...this.rules.values()];
  get = (id: RuleId) => this.rules.get(id);

  add(wanted: NewRule): Rule {
    const id = idFrom("rule", this.house.entropy.bytes(12));
    return this.#put({ id, ...wanted });
  }

  change(id: RuleId, change: Partial<NewRule>): Rule {
    return this.#put({ ...this.#need(id), ...change });
  }

  remove(id: RuleId): void {
    this.#need(id);
    this.rules.delete(id);
  }

  pause(id: RuleId, until: Instant | undefined): Rule {
    return this.#put({ ...this.#need(id), pausedUntil: until ?? Instant(8.64e15) });
  }

  resume(id: RuleId): Rule {
    const { pausedUntil: _, ...rule } = this.#need(id);
    return this.#put(rule);
  }

  run(id: RuleId): void {
    this.ran.push(this.#need(id).id);
  }

  runs = (from: Instant, until: Instant) =>
    this.planned.filter(({ occurrence }) => occurrence.at >= from && occurrence.at < until);

  explain(id: RuleId): Explanation {
    const rule = this.#need(id);
    return {
      rule,
      conditions: rule.conditions.map((condition) => ({ condition, holds: undefined })),
      movedOnPurpose: false,
      ...this.explained,
    };
  }

  held(id: RuleId): NotRunReason | undefined {
    return this.#need(id) && this.holding;
  }

  compare(changed: readonly (NewRule & { readonly id?: RuleId })[]): readonly Difference[] {
    this.compared = changed;
    return this.differences;
  }

  mode = () => this.#mode;
  setMode(mode: HomeMode): void {
    this.#mode = mode;
  }

  #put(rule: Rule): Rule {
    if (rule.name === this.looping) throw new RuleLoops([rule.id, rule.id]);
    this.rules.set(rule.id, rule);
    return rule;
  }

  #need(id: RuleId): Rule {
    const rule = this.rules.get(id);
    if (rule === undefined) throw new NotFound("no such rule");
    return rule;
  }
}

/** A clock that believes whoever speaks. */
export class CredulousWatch implements Timekeeper {
  readonly house: House;
  #trust: ClockTrust;

  constructor(house: House) {
    this.house = house;
    this.#trust = { level: "trusted", source: "ntp", since: Instant(house.clock.now() - 180_000) };
  }

  trust = () => this.#trust;
  doubt(): void {
    this.#trust = { level: "unknown" };
  }

  vouch(source: "phone" | "person", now?: Instant): void {
    if (now !== undefined) this.house.clock.step(now - this.house.clock.now());
    this.#trust = { level: "trusted", source, since: this.house.clock.now() };
  }
}
