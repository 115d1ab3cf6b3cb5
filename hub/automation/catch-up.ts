import type { NotRunReason } from "../domain/event.ts";
import type { LampId } from "../domain/ids.ts";
import { byTime } from "../domain/plan.ts";
import type { Action, Occurrence, Rule } from "../domain/rule.ts";
import { impulseText } from "../domain/rule-text.ts";
import { Minutes } from "../domain/units.ts";
import { type Actions, isRelative } from "./actions.ts";
import type { Conditions } from "./conditions.ts";
import type { Journal } from "./journal.ts";
import type { LampChanges } from "./lamp-changes.ts";
import { actionsOf, hindranceOf, type Late, type Verdict } from "./verdict.ts";

/** A toggle says nothing about what should be; so long after its time it would only surprise. */
const grace = Minutes(5);

/** What later occurrences have decided already: each lamp, and the mode, belongs to the newest that says something of it. */
interface Claimed {
  readonly lamps: Set<LampId>;
  mode: boolean;
}

/**
 * Decides what becomes of what was missed. Looked at from the newest back: of each lamp the newest occurrence that would
 * have run says what it should show now, and nobody after it is asked. Somebody who changed the lamp later is right.
 */
export class CatchUp {
  readonly #conditions: Conditions;
  readonly #journal: Journal;
  readonly #actions: Actions;
  readonly #changes: LampChanges;

  constructor(conditions: Conditions, journal: Journal, actions: Actions, changes: LampChanges) {
    this.#conditions = conditions;
    this.#journal = journal;
    this.#actions = actions;
    this.#changes = changes;
  }

  /** In order of time. */
  decide(missed: readonly Late[]): readonly Verdict[] {
    const claimed: Claimed = { lamps: new Set(), mode: false };
    const ran = this.#wouldHaveBegun(missed);
    return missed
      .toSorted((a, b) => byTime(b.occurrence, a.occurrence))
      .map((late) => this.#verdict(late, claimed, ran))
      .reverse();
  }

  /** Ends follow their beginnings, also when both were missed. */
  #wouldHaveBegun(missed: readonly Late[]): ReadonlySet<string> {
    return new Set(
      missed
        .filter(({ rule, occurrence }) => occurrence.edge === "start" && !this.#hindrance(rule, occurrence))
        .map(({ occurrence }) => rangeOf(occurrence)),
    );
  }

  #hindrance(rule: Rule, occurrence: Occurrence) {
    return hindranceOf(rule, occurrence, this.#conditions, this.#journal);
  }

  #verdict(late: Late, claimed: Claimed, ran: ReadonlySet<string>): Verdict {
    const { rule, occurrence } = late;
    const isEnd = occurrence.edge === "end" && ran.has(rangeOf(occurrence));
    const hindrance = isEnd ? undefined : this.#hindrance(rule, occurrence);
    if (hindrance !== undefined && late.doubt === undefined) {
      const { reason: result, condition } = hindrance;
      return { rule, occurrence, isCatchUp: true, result, ...(condition === undefined ? {} : { condition }) };
    }
    return this.#claim(late, claimed);
  }

  #claim(late: Late, claimed: Claimed): Verdict {
    const { rule, occurrence, age } = late;
    const all = actionsOf(rule, occurrence, this.#actions);
    const actions = this.#stillMeant(late, all);
    const lamps = this.#actions.lampsOf(all).filter((lamp) => !claimed.lamps.has(lamp));
    const isMode = !claimed.mode && actions.some(({ kind }) => kind === "mode");
    const own = lamps.filter((lamp) => !this.#isTakenOver(lamp, late));
    const meant = new Set(this.#actions.lampsOf(actions));
    const only = new Set(own.filter((lamp) => meant.has(lamp)));
    for (const lamp of lamps) claimed.lamps.add(lamp);
    claimed.mode ||= all.some(({ kind }) => kind === "mode");
    const verdict = { rule, occurrence, isCatchUp: true, isRepair: late.doubt !== undefined };
    if (only.size === 0 && !isMode) return { ...verdict, result: whyNot(late, actions, lamps, own) };
    const source = { kind: "catch-up", rule: rule.id, trigger: this.#text(late) } as const;
    const errand = { rule: rule.id, actions, source, age, only, keepsMode: !isMode };
    return { ...verdict, result: "begun", errand };
  }

  /** What the rule still wants done so late. */
  #stillMeant({ rule, age, doubt }: Late, actions: readonly Action[]): readonly Action[] {
    const { catchUp } = rule;
    const stateful = actions.filter((action) => !isRelative(action));
    // Half of a toggle may have been done: twice would undo it.
    if (doubt !== undefined) return stateful;
    if (catchUp.kind === "skip") return [];
    if (catchUp.kind === "late") return age <= catchUp.within ? actions : [];
    return age <= grace ? actions : stateful;
  }

  #isTakenOver(lamp: LampId, { occurrence, doubt }: Late): boolean {
    return this.#changes.at(lamp) >= (doubt?.at ?? occurrence.at);
  }

  #text({ rule, occurrence }: Late): string {
    return impulseText(rule, occurrence.trigger, occurrence.edge);
  }
}

const rangeOf = ({ rule, trigger, date }: Occurrence): string => `${rule}/${trigger}/${date}`;

const whyNot = (
  { doubt }: Late,
  actions: readonly Action[],
  lamps: readonly LampId[],
  own: readonly LampId[],
): "fired" | NotRunReason => {
  if (doubt !== undefined) return "fired";
  if (actions.length === 0) return "missed";
  if (lamps.length === 0) return "superseded";
  return own.length === 0 ? "taken-over" : "missed";
};
