import type { Run } from "../../automation/explainer.ts";
import type { Caller } from "../../domain/access.ts";
import { NotFound } from "../../domain/errors.ts";
import type { RuleId } from "../../domain/ids.ts";
import { isoText, parseInstant } from "../../domain/instant-text.ts";
import type { Rule } from "../../domain/rule.ts";
import { actionsText, type NameOf, triggerText } from "../../domain/rule-text.ts";
import { Days, type Instant, later, Seconds } from "../../domain/units.ts";
import type { Clock } from "../../ports/clock.ts";
import { byName } from "../by-name.ts";
import type { Shape } from "../contract.ts";
import { explanationJson, namesIn, thingOf } from "../explanation-json.ts";
import type { Handlers } from "../handler.ts";
import { assertKnownIds } from "../rule-references.ts";
import { changeOf, runJson, scheduleJson, wantedRuleOf } from "../schedule-json.ts";
import type { Services } from "../traits.ts";
import { sourceOf } from "./lights.ts";

type ScheduleRoutes =
  | "listSchedules"
  | "listUpcoming"
  | "compareSchedules"
  | "getSchedule"
  | "addSchedule"
  | "changeSchedule"
  | "removeSchedule"
  | "pauseSchedule"
  | "resumeSchedule"
  | "runSchedule"
  | "explainSchedule"
  | "readMode"
  | "setMode";

const usualDays = { next: 1, compare: 366 } as const;

const instantOf = (text: string | undefined): Instant | undefined =>
  text === undefined ? undefined : parseInstant(text);

export const scheduleHandlers = (clock: Clock, services: Services): Handlers<ScheduleRoutes> => {
  const { schedules } = services;
  const isKnown = (id: string): boolean => thingOf(services, id) !== undefined;
  const shown =
    (caller: Caller | undefined) =>
    (rule: Rule): Shape<"Schedule"> =>
      scheduleJson(rule, namesIn(services, caller), schedules.held(rule.id));
  return {
    listSchedules: ({ caller }) => ({ data: byName(schedules.list()).map(shown(caller)) }),
    listUpcoming: ({ query, caller }) => {
      const nameOf = namesIn(services, caller);
      const isMoved = movedRules(services);
      const from = instantOf(query.from) ?? clock.now();
      const runs = schedules.runs(from, later(from, Days(query.days ?? usualDays.next)));
      return { data: runs.map((each) => upcomingJson(each, isMoved(each.rule.id), nameOf)) };
    },
    compareSchedules: ({ body: { rules, days } }) => {
      for (const [index, rule] of rules.entries()) assertKnownIds(rule, `/rules/${index}`, isKnown);
      const wanted = rules.map(({ id, ...rule }) => ({
        ...wantedRuleOf(rule, clock.now()),
        ...(id === undefined ? {} : { id: id as RuleId }),
      }));
      const differences = schedules.compare(wanted, Days(days ?? usualDays.compare));
      return { data: differences.map((each) => differenceJson(each, wanted, services)) };
    },
    getSchedule: ({ id, caller }) => shown(caller)(known(schedules.get(id))),
    addSchedule: ({ body, caller }) => {
      assertKnownIds(body, "", isKnown);
      return shown(caller)(schedules.add(wantedRuleOf(body, clock.now())));
    },
    changeSchedule: ({ id, body, caller }) => {
      known(schedules.get(id));
      assertKnownIds(body, "", isKnown);
      return shown(caller)(schedules.change(id, changeOf(body, clock.now())));
    },
    removeSchedule: ({ id }) => {
      schedules.remove(id);
      return undefined;
    },
    pauseSchedule: ({ id, body, caller }) => {
      const until = body.for === undefined ? instantOf(body.until) : later(clock.now(), Seconds(body.for));
      return shown(caller)(schedules.pause(id, until));
    },
    resumeSchedule: ({ id, caller }) => shown(caller)(schedules.resume(id)),
    runSchedule: ({ id, caller, session }) => {
      schedules.run(id, sourceOf(caller, session));
      return undefined;
    },
    explainSchedule: ({ id, query, caller }) =>
      explanationJson(schedules.explain(id, instantOf(query.at)), namesIn(services, caller)),
    readMode: () => ({ mode: schedules.mode() }),
    setMode: ({ body, caller, session }) => {
      schedules.setMode(body.mode, sourceOf(caller, session));
      return { mode: schedules.mode() };
    },
  };
};

const known = (rule: Rule | undefined): Rule => {
  if (rule === undefined) throw new NotFound("no such rule");
  return rule;
};

/** Each rule is asked once, however often it runs. */
const movedRules = ({ schedules }: Services): ((id: RuleId) => boolean) => {
  const moved = new Map<RuleId, boolean>();
  return (id) => {
    const isMoved = moved.get(id) ?? schedules.explain(id).movedOnPurpose;
    moved.set(id, isMoved);
    return isMoved;
  };
};

const upcomingJson = (
  { occurrence, rule, held, result }: Run,
  movedOnPurpose: boolean,
  nameOf: NameOf,
): Shape<"UpcomingRun"> => {
  const trigger = rule.triggers[occurrence.trigger];
  const isEnd = occurrence.edge === "end";
  return {
    ...runJson(occurrence),
    name: rule.name,
    ...(held === undefined ? {} : { held }),
    ...(result === undefined ? {} : { result }),
    movedOnPurpose,
    because: `${trigger === undefined ? rule.name : triggerText(trigger, nameOf)}${isEnd ? ", its end" : ""}`,
    ...(isEnd ? endText(rule, nameOf) : actionsText(rule.actions, nameOf)),
  };
};

const endText = ({ actions, endActions }: Rule, nameOf: NameOf): { who: string; does: string } => {
  if (endActions !== undefined) return actionsText(endActions, nameOf);
  const targets = actions.flatMap((action) => ("target" in action ? [nameOf(action.target)] : []));
  return { who: [...new Set(targets)].join(", "), does: "off" };
};

const differenceJson = (
  { rule, date, before, after }: ReturnType<Services["schedules"]["compare"]>[number],
  wanted: readonly { readonly id?: RuleId; readonly name: string }[],
  { schedules }: Services,
): Shape<"ScheduleDifference"> => {
  const isNew = rule === "new";
  const there = isNew ? undefined : schedules.get(rule);
  return {
    rule: isNew ? null : rule,
    name: there?.name ?? wanted.find(({ id }) => id === undefined)?.name ?? "",
    date,
    ...(before === undefined ? {} : { before: isoText(before) }),
    ...(after === undefined ? {} : { after: isoText(after) }),
  };
};
