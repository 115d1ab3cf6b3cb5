import { roles, scopes } from "../../hub/domain/access.ts";
import { usageError } from "./cli-error.ts";
import type { CliOption } from "./definition.ts";

/** What somebody or something may do. */
export const rightsOptions: readonly CliOption[] = [
  { name: "scopes", value: "LIST", help: `of ${scopes.join(",")}`, completes: { choices: scopes } },
  {
    name: "lamps",
    value: "LIST",
    help: "only these lamps, ids or names divided by commas",
    completes: "lamp",
  },
];

export const roleChoice = { choices: roles } as const;

/** @throws CliError with the choices there are */
export const oneOf = <Choice extends string>(
  word: string,
  what: string,
  choices: readonly Choice[],
): Choice => {
  const choice = choices.find((each) => each === word);
  if (choice === undefined)
    throw usageError(`there is no ${what} "${word}"; there are: ${choices.join(", ")}`);
  return choice;
};

/** Divided by commas. */
export const wordsOf = (option: string | boolean | undefined): readonly string[] =>
  typeof option === "string"
    ? option
        .split(",")
        .map((word) => word.trim())
        .filter(Boolean)
    : [];
