/** What the process ends with; documented in docs/cli.md. */
export const exitCodes = {
  ok: 0,
  bug: 1,
  usage: 2,
  unreachable: 3,
  notAuthorised: 4,
  notFound: 5,
  refused: 6,
  timeout: 7,
  assertionFailed: 8,
  partial: 9,
  hardwareMissing: 10,
  integrity: 11,
} as const;

export type Exit = keyof typeof exitCodes;

export const exitMeanings: Readonly<Record<Exit, string>> = {
  ok: "success",
  bug: "unexpected error: a bug",
  usage: "wrong usage",
  unreachable: "hub not reachable",
  notAuthorised: "not authorised",
  notFound: "not found",
  refused: "refused by the state of things",
  timeout: "timeout",
  assertionFailed: "an assertion or scenario failed",
  partial: "partial success, details in the output",
  hardwareMissing: "hardware or a program is missing or blocked",
  integrity: "integrity check failed",
};

/** Ends a command with a reason. `code` is stable; `hint` is the next thing to type or do. */
export class CliError extends Error {
  readonly exit: Exit;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(exit: Exit, code: string, message: string, hint?: string) {
    super(message);
    this.name = "CliError";
    this.exit = exit;
    this.code = code;
    this.hint = hint;
  }
}

export const usageError = (message: string, hint?: string): CliError =>
  new CliError("usage", "invalid_usage", message, hint);
