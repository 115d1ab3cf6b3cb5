import type { PersonId, RuleId } from "../domain/ids.ts";
import type { Condition, Rule, Trigger } from "../domain/rule.ts";
import { peopleIn } from "./held-data.ts";

/** Rules, as far as they are about people. */
export interface PersonalRules {
  list(): readonly Rule[];
  change(id: RuleId, change: { readonly triggers: readonly Trigger[] }): unknown;
  remove(id: RuleId): void;
}

/** Whoever forgets people. */
export interface Forgetting {
  /** @throws NotFound, LastOwner */
  assertRemovable(id: PersonId): void;
  removePerson(id: PersonId): void;
}

/** What was cancelled. */
export interface Purged {
  /** Rules that are gone. */
  readonly rules: number;
  /** Rules that stay, without this person. */
  readonly schedules: number;
}

/** Forgets somebody together with everything that was to happen for them or because of them, and nobody else. */
export class Purge {
  readonly #rules: PersonalRules;
  readonly #forgetting: Forgetting;

  constructor(rules: PersonalRules, forgetting: Forgetting) {
    this.#rules = rules;
    this.#forgetting = forgetting;
  }

  /**
   * What is scheduled goes first: after a crash in between nothing waits for somebody who is gone, and it can be asked again.
   * @throws NotFound; LastOwner: nothing was cancelled
   */
  purge(person: PersonId): Purged {
    this.#forgetting.assertRemovable(person);
    let [rules, schedules] = [0, 0];
    for (const rule of this.#rules.list()) {
      if (!isAbout(rule, person)) continue;
      const triggers = rule.triggers.filter((trigger) => !names(trigger, person));
      // Without its condition a rule would do what nobody asked for.
      const isGone = triggers.length === 0 || rule.conditions.some((condition) => names(condition, person));
      if (isGone) this.#rules.remove(rule.id);
      else this.#rules.change(rule.id, { triggers });
      if (isGone) rules++;
      else schedules++;
    }
    this.#forgetting.removePerson(person);
    return { rules, schedules };
  }
}

const names = (part: Trigger | Condition, person: PersonId): boolean => peopleIn(part).has(person);

const isAbout = ({ triggers, conditions }: Rule, person: PersonId): boolean =>
  [...triggers, ...conditions].some((part) => names(part, person));
