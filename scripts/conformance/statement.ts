import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { provisions } from "../../test/conformance/provisions.ts";
import { notices, type Requirement, requirements } from "../../test/conformance/requirements.ts";
import { predicates } from "./predicates.ts";
import type { Proof } from "./proofs.ts";
import { unknownIn, type Verdict, verdictOf } from "./verdict.ts";

export interface RequirementVerdict extends Verdict, Requirement {
  readonly notice: string;
}

export interface ProvisionVerdict extends Verdict {
  readonly says: string;
  readonly status?: "mandatory" | "recommended";
}

/** What a run has shown, for people and programs. */
export interface Statement {
  readonly schema: "lampkeeper.conformance/1";
  readonly version: string;
  /** UTC. */
  readonly date: string;
  readonly requirements: readonly RequirementVerdict[];
  readonly provisions: readonly ProvisionVerdict[];
  /** Ids in titles of tests that stand in no table. */
  readonly unknown: readonly string[];
  /** SHA-256 of each test file, so that it can be told whether the proof is still the same. */
  readonly evidence: Readonly<Record<string, string>>;
}

const requirementVerdicts = (proofs: readonly Proof[]): readonly RequirementVerdict[] =>
  Object.entries(requirements).map(([id, requirement]) => ({
    ...verdictOf(id, proofs),
    ...requirement,
    notice: notices[id.charAt(0) as keyof typeof notices],
  }));

const provisionVerdicts = (proofs: readonly Proof[]): readonly ProvisionVerdict[] =>
  Object.entries(provisions).map(([id, provision]) => ({
    ...verdictOf(id, proofs, predicates[id]),
    ...provision,
  }));

const digestOf = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

/** @param of version and date of the run */
export const statementOf = (
  proofs: readonly Proof[],
  of: { readonly version: string; readonly date: string },
): Statement => ({
  schema: "lampkeeper.conformance/1",
  ...of,
  requirements: requirementVerdicts(proofs),
  provisions: provisionVerdicts(proofs),
  unknown: unknownIn(proofs, [...Object.keys(requirements), ...Object.keys(provisions)]),
  evidence: Object.fromEntries(
    [...new Set(proofs.map(({ file }) => file))].sort().map((file) => [file, digestOf(file)]),
  ),
});

/** Whether every requirement is proven, and no test claims what does not exist. */
export const isComplete = ({ requirements, unknown }: Statement): boolean =>
  unknown.length === 0 && requirements.every(({ result }) => result === "proven");
