import type { Context } from "./context.ts";
import type { CliOption } from "./definition.ts";
import type { Options } from "./settings.ts";

/** An option that names the file of a secret. */
export const fileOption = (name: string, help: string): CliOption => ({
  name,
  value: "FILE",
  help: `${help}; - reads standard input`,
  completes: "file",
});

/**
 * From a file, standard input or somebody who types it unseen; never from an argument, which others can read. The caller
 * wipes it.
 */
export const secretOf = async (
  context: Context,
  options: Options,
  option: string,
  question: string,
): Promise<Buffer> => {
  const file = options[option];
  return typeof file === "string"
    ? context.readSecret(file)
    : await context.askSecret(question, `--${option}`);
};
