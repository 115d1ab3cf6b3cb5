import { type IdKind, isId } from "../domain/ids.ts";
import type { Shape } from "./contract.ts";
import { type Finding, InvalidRequest } from "./errors.ts";
import type { ConditionShape } from "./schemas/schedule.ts";

/** A place in a rule where an id stands, and what may be meant by it. */
interface Reference {
  readonly pointer: string;
  readonly id: string;
  readonly kinds: readonly IdKind[];
}

const lightTargets = ["lamp", "room", "zone", "group"] as const;

const refer = (pointer: string, id: string | undefined, ...kinds: readonly IdKind[]): readonly Reference[] =>
  id === undefined ? [] : [{ pointer, id, kinds }];

const ofTrigger = (trigger: Shape<"Trigger">, at: string): readonly Reference[] => {
  switch (trigger.kind) {
    case "presence":
      return "person" in trigger ? refer(`${at}/person`, trigger.person, "person") : [];
    case "motion":
      return refer(`${at}/sensor`, trigger.sensor, "sensor", "room");
    case "illuminance":
    case "contact":
    case "button":
      return refer(`${at}/sensor`, trigger.sensor, "sensor");
    case "device":
      return refer(`${at}/device`, trigger.device, "lamp", "sensor");
    default:
      return [];
  }
};

const ofCondition = (condition: ConditionShape, at: string): readonly Reference[] => {
  switch (condition.kind) {
    case "presence":
      return "person" in condition ? refer(`${at}/person`, condition.person, "person") : [];
    case "illuminance":
      return refer(`${at}/sensor`, condition.sensor, "sensor");
    case "light":
      return refer(`${at}/target`, condition.target, ...lightTargets);
    case "not":
      return ofCondition(condition.condition, `${at}/condition`);
    case "any":
      return condition.of.flatMap((each, index) => ofCondition(each, `${at}/of/${index}`));
    default:
      return [];
  }
};

const ofAction = (action: Shape<"Action">, at: string): readonly Reference[] => {
  switch (action.kind) {
    case "scene":
      return refer(`${at}/scene`, action.scene, "scene");
    case "mode":
      return [];
    default:
      return refer(`${at}/target`, action.target, ...lightTargets);
  }
};

const isOfKind = (id: string, kinds: readonly IdKind[]): boolean => kinds.some((kind) => isId(kind, id));

const mostFindings = 16;

/**
 * Holds every id in a rule against what the home has.
 * @param at JSON pointer of the rule in the request
 * @param isKnown whether the home has the thing of that id
 * @throws InvalidRequest "unknown_id", with the pointer of each place
 */
export const assertKnownIds = (
  rule: Pick<Shape<"ScheduleChange">, "triggers" | "conditions" | "actions" | "endActions"> & {
    readonly id?: string | undefined;
  },
  at: string,
  isKnown: (id: string) => boolean,
): void => {
  const references = [
    ...refer(`${at}/id`, rule.id, "rule"),
    ...(rule.triggers ?? []).flatMap((each, index) => ofTrigger(each, `${at}/triggers/${index}`)),
    ...(rule.conditions ?? []).flatMap((each, index) => ofCondition(each, `${at}/conditions/${index}`)),
    ...(rule.actions ?? []).flatMap((each, index) => ofAction(each, `${at}/actions/${index}`)),
    ...(rule.endActions ?? []).flatMap((each, index) => ofAction(each, `${at}/endActions/${index}`)),
  ];
  const findings = references
    .filter(({ id, kinds }) => !isOfKind(id, kinds) || !isKnown(id))
    .slice(0, mostFindings)
    .map(
      ({ pointer, kinds }): Finding => ({
        pointer,
        code: "unknown_id",
        detail: `not the id of a ${kinds.join(", ")} of this home`,
      }),
    );
  if (findings.length === 0) return;
  const summary = findings.map(({ pointer, detail }) => `${pointer}: ${detail}`).join("; ");
  throw new InvalidRequest("unknown_id", summary, findings);
};
