import { wallTimeText } from "../domain/civil.ts";
import type { Edge, Moment, Rule, Trigger } from "../domain/rule.ts";
import type { SunEventKind } from "../domain/sun-event.ts";

const eventText = (kind: SunEventKind): string =>
  typeof kind === "string"
    ? kind.replaceAll("_", " ")
    : `sun at ${kind.elevation} degrees, ${kind.direction}`;

const offsetText = (ms: number): string =>
  ms === 0 ? "" : ` ${ms < 0 ? "-" : "+"}${Math.round(Math.abs(ms) / 60_000)} min`;

const momentText = (moment: Moment): string =>
  moment.kind === "time" ? wallTimeText(moment.at) : `${eventText(moment.event)}${offsetText(moment.offset)}`;

const subjectText = (trigger: Exclude<Trigger, { kind: "daily" | "range" | "once" }>): string =>
  "event" in trigger ? `${trigger.kind} ${trigger.event}` : trigger.kind;

/** What set a rule off, in a few words that name nobody and nothing of the home. */
export const triggerText = (
  { triggers }: Pick<Rule, "triggers">,
  index: number,
  edge: Edge = "start",
): string => {
  const trigger = triggers[index] as Trigger;
  switch (trigger.kind) {
    case "daily":
      return momentText(trigger.at) + (trigger.until === undefined ? "" : ` to ${momentText(trigger.until)}`);
    case "range":
      return edge === "start" ? `from ${momentText(trigger.from)}` : `until ${momentText(trigger.to)}`;
    case "once":
      return `once ${wallTimeText(trigger.at)}`;
    default:
      return subjectText(trigger);
  }
};
