import type { PersonId } from "../domain/ids.ts";
import type { Condition, Trigger } from "../domain/rule.ts";
import type { CollectionName, CollectionValue, StoredRule } from "../privacy/data-map.ts";

/** A record as the next owner gets it; undefined: not at all. @param number counts those of its kind from 1 */
type Neutral<Value> = (value: Value, number: number, keepsNames: boolean) => Value | undefined;

const named =
  <Value extends { readonly name: string }>(word: (value: Value) => string): Neutral<Value> =>
  (value, number, keepsNames) =>
    keepsNames ? value : { ...value, name: `${word(value)} ${number}` };

/** Settings that are about the hub and not about those who lived with it. */
const kept = new Set(["hub-id", "home-assistant"]);

/** What becomes of a rule that names people: it does without them, and rests until somebody looks at it. */
const withoutPeople = (rule: StoredRule): StoredRule | undefined => {
  const triggers = rule.triggers.filter((trigger) => !isAbout(trigger));
  if (triggers.length === 0) return undefined;
  const conditions = rule.conditions.filter((condition) => !isAbout(condition));
  const { pausedUntil: _habit, ...rest } = rule;
  return {
    ...rest,
    triggers,
    conditions,
    enabled: rule.enabled && conditions.length === rule.conditions.length,
  };
};

const isAbout = (part: Trigger | Condition): boolean => {
  if (part.kind === "not") return isAbout(part.condition);
  if (part.kind === "any") return part.of.some(isAbout);
  return "person" in part && (part.person as PersonId | undefined) !== undefined;
};

const rule: Neutral<StoredRule> = (value, number, keepsNames) => {
  const without = withoutPeople(value);
  return without && named<StoredRule>(() => "Rule")(without, number, keepsNames);
};

const neutral: { readonly [Name in CollectionName]?: Neutral<CollectionValue<Name>> } = {
  devices: named(({ kind }) => (kind === "lamp" ? "Lamp" : "Sensor")),
  rooms: named(() => "Room"),
  zones: named(() => "Zone"),
  groups: named(() => "Group"),
  scenes: named(() => "Scene"),
  rules: rule,
  settings: (setting) => (kept.has(setting.name) ? setting : undefined),
};

/** Records of a collection as they are handed over: names say nothing, unless they are to be kept, and nobody is named. */
export const neutralRecords = <Name extends CollectionName>(
  name: Name,
  records: Iterable<readonly [string, CollectionValue<Name>]>,
  keepsNames: boolean,
): readonly (readonly [string, CollectionValue<Name>])[] => {
  const change = neutral[name];
  let number = 0;
  return [...records].flatMap(([key, value]) => {
    const changed = change === undefined ? value : change(value, number + 1, keepsNames);
    if (changed === undefined) return [];
    number++;
    return [[key, changed] as const];
  });
};
