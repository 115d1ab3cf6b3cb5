import type { Proof } from "./proofs.ts";

/**
 * `proven`: at least one test that says so has passed and none has failed. `failed`: one has. `unproven`: none has run.
 * `not-applicable`: this run has looked, and there is nothing here that it would be about.
 */
export type Result = "proven" | "failed" | "unproven" | "not-applicable";

export interface Verdict {
  readonly id: string;
  readonly result: Result;
  readonly tests: readonly Proof[];
  /** Of what is not applicable: what was looked at, and found. */
  readonly because?: string;
}

/** Looks whether there is anything that a provision would be about. */
export interface Predicate {
  readonly looks: string;
  readonly isNotApplicable: () => boolean;
}

/** An article stands for its paragraphs. */
const isAbout = (id: string) => (proved: string) => proved === id || proved.startsWith(`${id}(`);

const resultOf = (tests: readonly Proof[]): Result => {
  if (tests.some(({ outcome }) => outcome === "failed")) return "failed";
  return tests.some(({ outcome }) => outcome === "passed") ? "proven" : "unproven";
};

/** What a run shows of one requirement or provision. */
export const verdictOf = (id: string, proofs: readonly Proof[], predicate?: Predicate): Verdict => {
  const tests = proofs.filter(({ proves }) => proves.some(isAbout(id)));
  const result = resultOf(tests);
  if (result !== "unproven" || predicate === undefined || !predicate.isNotApplicable())
    return { id, result, tests };
  return { id, result: "not-applicable", tests, because: predicate.looks };
};

/** Ids that tests claim to prove and that stand in no table. */
export const unknownIn = (
  claims: readonly Pick<Proof, "proves">[],
  known: readonly string[],
): readonly string[] => {
  const claimed = new Set(claims.flatMap(({ proves }) => proves));
  return [...claimed].filter((claim) => !known.some((id) => isAbout(id)(claim)));
};
