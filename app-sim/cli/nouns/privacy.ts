import type { Shape } from "../../../hub/api/contract.ts";
import type { CommandDefinition } from "../definition.ts";

type Verdict = Shape<"BookVerdict">;

const found = ({ sound, broken, reason }: Verdict): string =>
  sound ? "as it was written" : `entry ${broken} is ${reason}`;

export const privacyCommands: readonly CommandDefinition[] = [
  {
    path: "privacy verify",
    summary: "Check the books that can only be added to: a broken entry is named, and the exit code is 11",
    examples: ["lampkeeper privacy verify", "lampkeeper privacy verify --json"],
    run: async (context) => {
      const { data } = await context.hub().call("verifyBooks");
      return {
        data,
        text: {
          columns: ["BOOK", "ENTRIES", "FOUND"],
          rows: data.map((verdict) => [verdict.book, `${verdict.entries ?? ""}`, found(verdict)]),
        },
        ...(data.every(({ sound }) => sound) ? {} : { exit: "integrity" as const }),
      };
    },
  },
];
