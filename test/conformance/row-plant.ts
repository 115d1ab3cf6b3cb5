import type { RequirementId } from "../../hub/privacy/requirement-id.ts";
import type { ProvisionId } from "../support/proves.ts";
import type { Plant } from "./planted-source.ts";

/** A fault in the product, the tests that look there, and the row of the table that must turn red with it. */
export interface RowPlant extends Plant {
  readonly fault: string;
  readonly row: RequirementId | ProvisionId | `M${number}`;
  readonly tests: readonly string[];
}
