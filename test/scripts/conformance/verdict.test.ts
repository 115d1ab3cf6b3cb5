import { expect, test } from "vitest";
import { requirementIds } from "../../../hub/privacy/requirement-id.ts";
import { claimsIn } from "../../../scripts/conformance/claims.ts";
import { predicates } from "../../../scripts/conformance/predicates.ts";
import { type Proof, proofsIn, provedBy } from "../../../scripts/conformance/proofs.ts";
import { isComplete, statementOf } from "../../../scripts/conformance/statement.ts";
import { unknownIn, verdictOf } from "../../../scripts/conformance/verdict.ts";
import { provisions } from "../../conformance/provisions.ts";
import { requirements } from "../../conformance/requirements.ts";
import { proves } from "../../support/proves.ts";

const own = "test/scripts/conformance/verdict.test.ts";
const of = (outcome: Proof["outcome"], ...ids: string[]): Proof => ({
  file: own,
  title: "t",
  proves: ids,
  outcome,
});
const run = { version: "0.0.0", date: "2026-01-01T00:00:00.000Z" };

test("a title says at its end what it proves, and brackets of other kinds are its own", () => {
  const ids = proves("H12", "GDPR:7(3)", "EN303645:5.1-1", "M9");
  expect(provedBy(`a lamp [dimmed] obeys ${ids}`)).toEqual(["H12", "GDPR:7(3)", "EN303645:5.1-1", "M9"]);
  expect(provedBy("on sqlite [M5] > a field [H12]")).toEqual(["M5", "H12"]);
  expect(provedBy("a list [1 2] of [things]")).toEqual([]);
});

test("of a report what proves something is kept, with its outcome", () => {
  const assertionResults = [
    { fullName: "a account without e-mail [A5]", status: "passed" },
    { fullName: "b [A5 H12]", status: "failed" },
    { fullName: "c [H12]", status: "skipped" },
    { fullName: "d", status: "passed" },
  ];
  expect(proofsIn({ testResults: [{ name: "/r/test/a.test.ts", assertionResults }] }, "/r")).toEqual([
    { file: "test/a.test.ts", title: "a account without e-mail", proves: ["A5"], outcome: "passed" },
    { file: "test/a.test.ts", title: "b", proves: ["A5", "H12"], outcome: "failed" },
    { file: "test/a.test.ts", title: "c", proves: ["H12"], outcome: "not-run" },
  ]);
});

test(`proven takes a test that passed and none that failed; a typed word is not enough ${proves("EN303645:5.0-1", "M12", "D15")}`, () => {
  expect(verdictOf("A5", [of("passed", "A5")]).result).toBe("proven");
  expect(verdictOf("A5", [of("passed", "A5"), of("failed", "A5")]).result).toBe("failed");
  expect(verdictOf("A5", [of("not-run", "A5")]).result).toBe("unproven");
  expect(verdictOf("A5", [of("passed", "A55")]).result).toBe("unproven");
  expect(verdictOf("GDPR:7", [of("passed", "GDPR:7(3)")]).result).toBe("proven");
});

test("what is not applicable was looked at in this run, and a test that proves it counts more", () => {
  const absent = { looks: "the case", isNotApplicable: () => true };
  const present = { looks: "the case", isNotApplicable: () => false };
  expect(verdictOf("X", [], absent)).toEqual({
    id: "X",
    result: "not-applicable",
    tests: [],
    because: "the case",
  });
  expect(verdictOf("X", [], present).result).toBe("unproven");
  expect(verdictOf("X", [of("failed", "X")], absent).result).toBe("failed");
  for (const { isNotApplicable } of Object.values(predicates)) expect(isNotApplicable()).toBe(true);
});

test("every promise of the five notices is in the table, and the table has no others", () => {
  expect(Object.keys(requirements)).toEqual(requirementIds);
  expect(requirementIds).toHaveLength(228);
  expect(Object.keys(predicates).filter((id) => !(id in provisions))).toEqual([]);
});

test(`one test that fails turns its own rows red and no others ${proves("M12")}`, () => {
  const all = requirementIds.map((id) => of("passed", id));
  const whole = statementOf(all, run);
  expect(isComplete(whole)).toBe(true);
  for (const id of requirementIds) {
    const broken = statementOf([...all.filter(({ proves }) => proves[0] !== id), of("failed", id)], run);
    expect(broken.requirements.filter(({ result }) => result !== "proven").map((row) => row.id)).toEqual([
      id,
    ]);
    expect(isComplete(broken)).toBe(false);
  }
  expect(isComplete(statementOf(all.slice(1), run))).toBe(false);
});

test("no test claims what no table has", () => {
  expect(unknownIn(claimsIn(), [...Object.keys(requirements), ...Object.keys(provisions)])).toEqual([]);
});

test("an id that no table has is told", () => {
  expect(unknownIn([of("passed", "H65", "GDPR:7(3)")], ["H1", "GDPR:7"])).toEqual(["H65"]);
  expect(
    isComplete(statementOf([...requirementIds.map((id) => of("passed", id)), of("passed", "H65")], run)),
  ).toBe(false);
});
