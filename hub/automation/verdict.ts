import type { NotRunReason } from "../domain/event.ts";
import type { Action, Occurrence, Rule } from "../domain/rule.ts";
import type { JournalEntry } from "../privacy/data-map.ts";
import type { Actions, Errand } from "./actions.ts";
import type { Conditions } from "./conditions.ts";
import type { Decision, Journal } from "./journal.ts";

/** What is decided about an occurrence, and what is to be done about it. */
export interface Verdict extends Decision {
  readonly rule: Rule;
  readonly errand?: Errand;
  readonly isCatchUp: boolean;
  /** It fired in an earlier run, which ended before it was certain that its lamps had heard. */
  readonly isRepair?: boolean;
}

/** Something that was due and was not done then, or may not have been. */
export interface Late {
  readonly rule: Rule;
  readonly occurrence: Occurrence;
  /** Milliseconds since it was due. */
  readonly age: number;
  /** It was begun, and the power went before it was certain that it was done. */
  readonly doubt?: JournalEntry;
}

/** What an occurrence of a rule does. */
export const actionsOf = (rule: Rule, { edge }: Occurrence, actions: Actions): readonly Action[] =>
  edge === "end" ? actions.endOf(rule) : rule.actions;

/** Why a rule does not act on an occurrence. Conditions are asked when a range begins; what it began, it ends. */
export const hindranceOf = (
  rule: Rule,
  occurrence: Occurrence,
  conditions: Conditions,
  journal: Journal,
): { readonly reason: NotRunReason; readonly condition?: number } | undefined => {
  const { pausedUntil } = rule;
  if (pausedUntil !== undefined && occurrence.at < pausedUntil) return { reason: "paused" };
  if (occurrence.edge === "start") return conditions.hindrance(rule.conditions, occurrence.at);
  return journal.hasBegun(occurrence) ? undefined : { reason: "condition-false" };
};
