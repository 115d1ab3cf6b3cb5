import { usageError } from "../cli-error.ts";
import type { CommandDefinition } from "../definition.ts";
import { completionScripts, shells } from "../shells.ts";

export const completionCommand: CommandDefinition = {
  path: "completion",
  summary: "A completion script for your shell; it also offers names of the running home",
  args: [{ name: "shell", help: `one of ${shells.join(", ")}`, completes: { choices: shells } }],
  examples: ["source <(lampkeeper completion bash)", "lampkeeper completion fish | source"],
  run: async (_, [word = ""]) => {
    const shell = shells.find((each) => each === word);
    if (shell === undefined)
      throw usageError(`there is no completion for "${word}"; there is: ${shells.join(", ")}`);
    return { data: { shell, script: completionScripts[shell] }, text: completionScripts[shell].trimEnd() };
  },
};
