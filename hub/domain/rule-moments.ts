import type { Condition, Moment, Rule, Trigger } from "./rule.ts";
import type { SunEventKind } from "./sun-event.ts";

/** The moments that a trigger or a condition speaks of, those of conditions inside it too. */
export const momentsOf = (of: Trigger | Condition): readonly Moment[] => {
  switch (of.kind) {
    case "daily":
      return of.until === undefined ? [of.at] : [of.at, of.until];
    case "range":
    case "time":
      return [of.from, of.to];
    case "not":
      return momentsOf(of.condition);
    case "any":
      return of.of.flatMap(momentsOf);
    default:
      return [];
  }
};

/** The events of the sun that rules follow, each as often as it stands in them. */
export const sunEventsIn = (rules: readonly Rule[]): readonly SunEventKind[] =>
  rules
    .flatMap(({ triggers, conditions }) => [...triggers, ...conditions])
    .flatMap(momentsOf)
    .flatMap((moment) => (moment.kind === "sun" ? [moment.event] : []));
