import { parseDocument } from "yaml";
import { type Scenario, scenarioSchema } from "./scenario-schema.ts";

/** A file is no scenario; `findings` say where and why. */
export class InvalidScenario extends Error {
  override readonly name = "InvalidScenario";
  readonly findings: readonly string[];

  constructor(file: string, findings: readonly string[]) {
    super(`${file} is not a scenario: ${findings.join("; ")}`);
    this.findings = findings;
  }
}

/** Reads YAML or JSON. Aliases are few: a file that unfolds into millions of nodes is refused. @throws InvalidScenario */
export const readScenario = (text: string, file: string): Scenario => {
  const document = parseDocument(text, { prettyErrors: true });
  const errors = document.errors.map(({ message }) => message.split("\n")[0] ?? "");
  if (errors.length > 0) throw new InvalidScenario(file, errors);
  const parsed = scenarioSchema.safeParse(unfolded(document, file));
  if (parsed.success) return parsed.data;
  const findings = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "file"}: ${message}`);
  throw new InvalidScenario(file, findings);
};

const unfolded = (document: ReturnType<typeof parseDocument>, file: string): unknown => {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new InvalidScenario(file, ["too many aliases"]);
  }
};
