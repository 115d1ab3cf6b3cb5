import {
  type OptionDefinition,
  optionDefinitions,
  supervisionDefinitions,
} from "../../../hub/option-definitions.ts";
import { CliError } from "../cli-error.ts";
import type { CliOption, CommandDefinition } from "../definition.ts";

const optionOf = ({ name, value, help }: OptionDefinition): CliOption => ({
  name,
  help,
  ...(value === undefined ? {} : { value }),
  ...(value === "FILE" || value === "DIR" ? { completes: "file" as const } : {}),
});

const definitions: readonly OptionDefinition[] = optionDefinitions;

/**
 * The hub itself parses and runs these (hub/main.ts): the launcher goes there directly, without the command line, so
 * that a start pays for nothing it does not use. Here they are known for help, completion and manual.
 */
const outside = (): Promise<never> =>
  Promise.reject(
    new CliError(
      "usage",
      "invalid_usage",
      "write serve, sim or supervise as the first word, its options after it",
    ),
  );

export const runCommands: readonly CommandDefinition[] = [
  {
    path: "serve",
    summary: "Run the hub in the foreground, for real devices",
    details: "SIGTERM or SIGINT end it cleanly within 5 seconds; lamps keep their state.",
    options: definitions.filter((each) => each.sim === undefined).map(optionOf),
    examples: ["lampkeeper serve --data DIR"],
    run: outside,
  },
  {
    path: "sim",
    summary: "Run the hub with a simulated home and the app",
    details: "A busy default port moves to a free one and says so. SIGTERM or SIGINT end it cleanly.",
    options: definitions.map(optionOf),
    examples: ["lampkeeper sim", "lampkeeper sim --bulbs 50 --seed 7 --headless --app-port 0 --mqtt-port 0"],
    run: outside,
  },
  {
    path: "supervise",
    summary: "Run the hub under a supervisor, which updates it and starts it anew when it hangs",
    details:
      "Then serve or sim with their options. A new version that is not well in time, or ends again and again, gives way " +
      "to the one before.",
    args: [
      {
        name: "command",
        help: "serve or sim, and its options",
        variadic: true,
        completes: { choices: ["serve", "sim"] },
      },
    ],
    options: supervisionDefinitions.map(optionOf),
    examples: ["lampkeeper supervise serve --data DIR --update-key FILE"],
    run: outside,
  },
];
