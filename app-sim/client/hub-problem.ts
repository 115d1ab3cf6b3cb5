import type { Shape } from "../../hub/api/contract.ts";

/** The hub refused or could not; `code` is stable. */
export class HubProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** Which fields were wrong. */
  readonly errors: NonNullable<Shape<"Problem">["errors"]>;
  /** Of `rule_loops`: ids of the rules that set each other off. */
  readonly rules: readonly string[];

  constructor(status: number, body: Partial<Shape<"Problem">>) {
    super(body.detail ?? `the hub answered ${status}`);
    this.name = "HubProblem";
    this.status = status;
    this.code = body.code ?? `http_${status}`;
    this.errors = body.errors ?? [];
    this.rules = body.rules ?? [];
  }
}

/** Nobody answered: the hub is off, or the network is, or it took too long. */
export class HubUnreachable extends Error {
  readonly code: "hub_unreachable" | "timed_out";

  constructor(code: HubUnreachable["code"], options: ErrorOptions) {
    super(code === "timed_out" ? "the hub did not answer in time" : "the hub does not answer", options);
    this.name = "HubUnreachable";
    this.code = code;
  }
}

/** What a refusing answer says, whoever gave it: a proxy in between speaks no problem+json. */
export const problemOf = async (answer: Response): Promise<HubProblem> =>
  problemIn(answer.status, await answer.text().catch(() => ""));

/** As `problemOf`, of an answer that is there. */
export const problemIn = (status: number, text: string): HubProblem => {
  const body = jsonIn(text);
  const isProblem = typeof body === "object" && body !== null;
  return new HubProblem(status, isProblem ? (body as Partial<Shape<"Problem">>) : {});
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
