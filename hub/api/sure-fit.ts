import type * as z from "zod/mini";
import { type SchemaName, schemas } from "./schemas/schemas.ts";

/** `false`: it may fit all the same. */
type Look = (value: unknown) => boolean;

const looks = new Map<SchemaName, Look>();

/**
 * Whether a value is seen to have a shape at a glance: objects of truth values, numbers and words of the contract, none of
 * free text. A schema looks more closely, makes a copy and can say what is wrong, which takes as long as all else that a
 * command is checked for.
 */
export const surelyFits = (name: SchemaName, value: unknown): boolean => {
  let look = looks.get(name);
  if (look === undefined) {
    look = lookOf(schemas[name]());
    looks.set(name, look);
  }
  return look(value);
};

const unsure: Look = () => false;

const lookOf = (schema: z.core.$ZodType): Look => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  // Whole numbers and the like are a type and a check in one.
  if ("check" in def) return unsure;
  if (def.type === "number") return numberLook(def);
  if (def.type === "object") return objectLook(def);
  if (def.checks !== undefined && def.checks.length > 0) return unsure;
  switch (def.type) {
    case "boolean":
      return (value) => typeof value === "boolean";
    case "literal":
      return isAmong(def.values);
    case "enum":
      return isAmong(Object.values(def.entries));
    case "optional": {
      const look = lookOf(def.innerType);
      return (value) => value === undefined || look(value);
    }
    case "union": {
      const options = def.options.map(lookOf);
      return (value) => options.some((look) => look(value));
    }
    default:
      return unsure;
  }
};

const isAmong = (values: readonly unknown[]): Look => {
  const known = new Set(values);
  return (value) => known.has(value);
};

const numberLook = ({ checks = [] }: z.core.$ZodNumberDef): Look => {
  let [least, most] = [-Number.MAX_VALUE, Number.MAX_VALUE];
  for (const check of checks) {
    const { def } = (check as z.core.$ZodChecks)._zod;
    if (def.check === "greater_than" && def.inclusive) least = Math.max(least, Number(def.value));
    else if (def.check === "less_than" && def.inclusive) most = Math.min(most, Number(def.value));
    else return unsure;
  }
  return (value) => typeof value === "number" && value >= least && value <= most;
};

const objectLook = ({ shape, catchall, checks = [] }: z.core.$ZodObjectDef): Look => {
  const isStrict = catchall?._zod.def.type === "never";
  const refinements = checks.map(refinementOf);
  if (!isStrict || refinements.includes(undefined)) return unsure;
  const fields = new Map(Object.entries(shape).map(([name, field]) => [name, lookOf(field)]));
  const needed = Object.keys(shape).filter((name) => shape[name]?._zod.optin !== "optional");
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const own = value as Readonly<Record<string, unknown>>;
    for (const name in own) if (fields.get(name)?.(own[name]) !== true) return false;
    return needed.every((name) => Object.hasOwn(own, name)) && refinements.every((holds) => holds?.(own));
  };
};

/** What `z.refine` was given; undefined: it is another check. */
const refinementOf = (check: z.core.$ZodCheck<never>): ((value: unknown) => unknown) | undefined => {
  const { def } = (check as z.core.$ZodChecks | z.core.$ZodCustom)._zod;
  return def.check === "custom" && "fn" in def ? def.fn : undefined;
};
