/** One test of a run that says what it proves. */
export interface Proof {
  readonly file: string;
  /** With the titles around it, and without the list of what it proves. */
  readonly title: string;
  readonly proves: readonly string[];
  readonly outcome: "passed" | "failed" | "not-run";
}

/** What of vitest's JSON report is read here. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status?: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const id = String.raw`(?:[HAUZD]\d+|M\d+|(?:EN303645|GDPR|IR8425|PSTI|CRA|ISVS):[^\s\]]+)`;
const lists = new RegExp(String.raw`\s*\[(${id}(?: ${id})*)\]`, "g");

/** What a title says at its end: `… [H12 GDPR:7(3)]`. */
export const provedBy = (title: string): readonly string[] =>
  [...title.matchAll(lists)].flatMap(([, ids = ""]) => ids.split(" "));

const outcomeOf = (status: string): Proof["outcome"] =>
  status === "passed" || status === "failed" ? status : "not-run";

/** Every test of a report that says what it proves. @param root of the repository; files are told relative to it */
export const proofsIn = (report: TestReport, root: string): readonly Proof[] =>
  report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.flatMap(({ fullName, status }) => {
      const proves = provedBy(fullName);
      if (proves.length === 0) return [];
      const file = name.startsWith(`${root}/`) ? name.slice(root.length + 1) : name;
      return [{ file, title: fullName.replace(lists, "").trim(), proves, outcome: outcomeOf(status) }];
    }),
  );
