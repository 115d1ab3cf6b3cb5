import type * as z from "zod/mini";
import { assertNoCardNumber } from "../domain/payment-card.ts";
import { type Finding, InvalidRequest } from "./errors.ts";
import { type SchemaName, type Shape, schemas } from "./schemas/schemas.ts";
import { surelyFits } from "./sure-fit.ts";

const mostFindings = 16;
const longestKey = 64;

/**
 * The value in the shape of the contract.
 * @throws InvalidRequest: never repeats a value, only names of fields, which the caller sent. CardNumberRefused: whatever
 * the shape allows, no text of it may be one.
 */
export const inShape = <Name extends SchemaName>(name: Name, value: unknown): Shape<Name> => {
  // There is no text of anybody's own in it.
  if (surelyFits(name, value)) return value as Shape<Name>;
  assertNoCardNumber(value);
  const result = schemas[name]().safeParse(value);
  // The record of schemas loses which of them `name` picks; the pick above is the proof.
  if (result.success) return result.data as Shape<Name>;
  const findings = result.error.issues.flatMap(findingsOf).slice(0, mostFindings);
  throw new InvalidRequest(worstOf(findings), summaryOf(findings), findings);
};

const findingsOf = (issue: z.core.$ZodIssue): readonly Finding[] => {
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        pointer: pointerTo([...issue.path, key]),
        code: "unknown_field",
        detail: "unknown field",
      }));
    case "too_small":
      return [range(issue.path, `at least ${issue.minimum}${issue.origin === "number" ? "" : " long"}`)];
    case "too_big":
      return [range(issue.path, `at most ${issue.maximum}${issue.origin === "number" ? "" : " long"}`)];
    case "invalid_type":
      return [
        invalid(issue.path, `must be ${issue.expected === "number" ? "a finite number" : issue.expected}`),
      ];
    case "invalid_value":
      return [invalid(issue.path, `must be one of ${issue.values.join(", ")}`)];
    case "invalid_union":
      return [invalid(issue.path, unionText(issue))];
    case "custom":
      return [invalid(issue.path, issue.message)];
    default:
      return [invalid(issue.path, "has the wrong shape")];
  }
};

/** The word that tells the members of a union apart may be the one that is wrong: then say which there are. */
const unionText = (issue: z.core.$ZodIssueInvalidUnion): string =>
  "options" in issue && issue.options !== undefined
    ? `must be one of ${issue.options.join(", ")}`
    : "has the wrong shape";

const range = (path: readonly PropertyKey[], detail: string): Finding => ({
  pointer: pointerTo(path),
  code: "range_violation",
  detail: `must be ${detail}`,
});

const invalid = (path: readonly PropertyKey[], detail: string): Finding => ({
  pointer: pointerTo(path),
  code: "invalid_input",
  detail,
});

/** Keys may be anything a stranger sent: shortened, and without what a terminal or log would act on. */
const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${printable(String(key)).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

const printable = (key: string): string =>
  key.slice(0, longestKey).replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "\uFFFD");

const worstOf = (findings: readonly Finding[]): Finding["code"] => {
  const has = (code: Finding["code"]) => findings.some((finding) => finding.code === code);
  if (has("unknown_field")) return "unknown_field";
  return has("invalid_input") || findings.length === 0 ? "invalid_input" : "range_violation";
};

const summaryOf = (findings: readonly Finding[]): string =>
  findings
    .slice(0, 3)
    .map(({ pointer, detail }) => `${pointer === "" ? "the body" : pointer}: ${detail}`)
    .join("; ");
