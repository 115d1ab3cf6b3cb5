import type { RequirementId } from "../../hub/privacy/requirement-id.ts";

/** A provision of a standard: the standard, then its own number, such as `EN303645:5.1-1` or `GDPR:7(3)`. */
export type ProvisionId = `${"EN303645" | "GDPR" | "IR8425" | "PSTI" | "CRA" | "ISVS"}:${string}`;

/**
 * Stands at the end of a test's title and names what it proves: requirements of the five notices, provisions of standards,
 * and measurable guarantees (`M5`). `npm run conformance` reads it from the report of a run.
 */
export const proves = (...ids: readonly (RequirementId | ProvisionId | `M${number}`)[]): string =>
  `[${ids.join(" ")}]`;
