import type { Explanation } from "../automation/explainer.ts";
import type { Caller } from "../domain/access.ts";
import { isDeviceId, isId, type LampId } from "../domain/ids.ts";
import { isoText } from "../domain/instant-text.ts";
import type { Action, Rule } from "../domain/rule.ts";
import { conditionText, type NameOf, notRunTexts, ruleText } from "../domain/rule-text.ts";
import type { Shape } from "./contract.ts";
import { conditionJson, runJson, scheduleJson } from "./schedule-json.ts";
import type { Services } from "./traits.ts";

/**
 * What the things are called that an id in a rule can name; the id itself where nothing has it. Who may not see the
 * people of the home does not read their names in its rules either.
 */
export const namesIn =
  (services: Services, caller: Caller | undefined): NameOf =>
  (id) =>
    isId("person", id) && caller?.scopes.has("people:read") !== true
      ? "a person"
      : (thingOf(services, id)?.name ?? id);

/** Whatever an id in a rule can name; undefined where the home has no such thing. */
export const thingOf = (
  { home, scenes, schedules, people }: Services,
  id: string,
): { readonly name: string } | undefined => {
  if (isDeviceId(id)) return home.device(id);
  if (isId("room", id)) return home.room(id);
  if (isId("zone", id)) return home.zone(id);
  if (isId("group", id)) return home.group(id);
  if (isId("scene", id)) return scenes.get(id);
  if (isId("person", id)) return people.get(id);
  return isId("rule", id) ? schedules.get(id) : undefined;
};

/** When a rule runs next, how it went last, and what holds it back. */
export const explanationJson = (explanation: Explanation, nameOf: NameOf): Shape<"ScheduleExplanation"> => ({
  rule: scheduleJson(explanation.rule, nameOf, explanation.held),
  ...standingJson(explanation, nameOf),
  conditions: explanation.conditions.map(({ condition, holds }) => ({
    condition: conditionJson(condition),
    text: conditionText(condition, nameOf),
    holds: holds ?? null,
  })),
  movedOnPurpose: explanation.movedOnPurpose,
});

const standingJson = ({ rule, next, last, held }: Explanation, nameOf: NameOf) => ({
  ...(next === undefined ? {} : { next: runJson(next) }),
  ...(last === undefined
    ? {}
    : { last: { ...last, at: isoText(last.at), text: resultText(last, rule, nameOf) } }),
  ...(held === undefined ? {} : { held, heldText: notRunTexts[held] }),
});

const resultText = (
  { result, condition }: NonNullable<Explanation["last"]>,
  { conditions }: Rule,
  nameOf: NameOf,
): string => {
  if (result === "fired") return "it ran";
  const failed = condition === undefined ? undefined : conditions[condition];
  return failed === undefined
    ? notRunTexts[result]
    : `its condition was not met: ${conditionText(failed, nameOf)}`;
};

/** The rules that can change a lamp, and how each of them stands. */
export const rulesOfLamp = (
  services: Services,
  lamp: LampId,
  caller: Caller | undefined,
): Shape<"Why">["rules"] => {
  const nameOf = namesIn(services, caller);
  return services.schedules
    .list()
    .filter(({ actions, endActions = [] }) =>
      [...actions, ...endActions].some((action) => touches(services, action, lamp)),
    )
    .map((rule) => ({
      rule: rule.id,
      name: rule.name,
      text: ruleText(rule, nameOf).sentence,
      ...standingJson(services.schedules.explain(rule.id), nameOf),
    }));
};

const touches = ({ home, scenes }: Services, action: Action, lamp: LampId): boolean => {
  if (action.kind === "mode") return false;
  if (action.kind === "scene") return Object.hasOwn(scenes.get(action.scene)?.states ?? {}, lamp);
  const { target } = action;
  if (isId("room", target)) return home.device(lamp)?.room === target;
  if (isId("zone", target)) return home.zone(target)?.members.includes(lamp) ?? false;
  if (isId("group", target)) return home.group(target)?.members.includes(lamp) ?? false;
  return target === lamp;
};
