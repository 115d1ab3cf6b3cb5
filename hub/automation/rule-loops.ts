import type { DeviceId, LampId, RuleId } from "../domain/ids.ts";
import type { Action, Rule, Trigger } from "../domain/rule.ts";
import { RuleLoops } from "../domain/rule-errors.ts";

/** A lamp that goes on or off: what one rule does and another may wait for. */
type Change = `${DeviceId} ${"on" | "off"}`;

/** What rules need to know of an action to see what it sets off. */
export interface Reach {
  /** The lamps of actions. */
  lampsOf(actions: readonly Action[]): readonly LampId[];
  /** Whether a scene lights the lamp. */
  isLit(action: Extract<Action, { kind: "scene" }>, lamp: LampId): boolean;
}

const both = ["on", "off"] as const;

const ways = (action: Action, lamp: LampId, reach: Reach): readonly ("on" | "off")[] => {
  switch (action.kind) {
    case "light": {
      const { on, brightness } = action.command;
      if (on === false || brightness === 0) return ["off"];
      return action.hold === undefined && on === true ? ["on"] : both;
    }
    case "scene":
      return [reach.isLit(action, lamp) ? "on" : "off"];
    case "wake-up":
      return ["on"];
    case "off-after":
      return ["off"];
    default:
      return both;
  }
};

const changesOf = ({ actions, endActions, triggers }: Rule, reach: Reach): ReadonlySet<Change> => {
  const changes = new Set<Change>();
  for (const action of [...actions, ...(endActions ?? [])]) {
    for (const lamp of reach.lampsOf([action]))
      for (const way of ways(action, lamp, reach)) changes.add(`${lamp} ${way}`);
  }
  const endsInDark = endActions === undefined && triggers.some(({ kind }) => kind === "range");
  if (endsInDark) for (const lamp of reach.lampsOf(actions)) changes.add(`${lamp} off`);
  return changes;
};

const hears = (trigger: Trigger, changes: ReadonlySet<Change>): boolean =>
  trigger.kind === "device" &&
  (trigger.event === "on" || trigger.event === "off") &&
  changes.has(`${trigger.device} ${trigger.event}`);

/**
 * Refuses a rule that sets itself off, alone or in a circle of rules: by what each changes and what each waits for.
 * @param rules all there are, with the new one in its place
 * @throws RuleLoops with the shortest circle
 */
export const assertNoLoop = (rule: Rule, rules: readonly Rule[], reach: Reach): void => {
  const seen = new Set<RuleId>();
  const paths: (readonly Rule[])[] = [[rule]];
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    const changes = changesOf(path.at(-1) ?? rule, reach);
    for (const other of rules) {
      if (!other.triggers.some((trigger) => hears(trigger, changes))) continue;
      if (other.id === rule.id) throw new RuleLoops(path.map(({ id }) => id));
      if (!seen.has(other.id)) paths.push([...path, other]);
      seen.add(other.id);
    }
  }
};
