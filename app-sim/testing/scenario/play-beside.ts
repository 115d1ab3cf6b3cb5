import { readFileSync } from "node:fs";
import { failureText, playScenario } from "./play-scenario.ts";
import { InvalidScenario, readScenario } from "./read-scenario.ts";
import { runningStage } from "./stages.ts";

interface Ready {
  readonly api: { readonly url: string; readonly token: string };
  readonly mqtt: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly base: string;
  };
}

export { InvalidScenario };

/** What came of a scenario, for people. */
export interface Played {
  readonly ok: boolean;
  readonly text: string;
}

/**
 * Reads a scenario for a home that is about to start. The returned function plays it there once the home is ready, by
 * its doors alone, as the ready file names them.
 * @throws InvalidScenario also when the file cannot be read
 */
export const prepareScenario = (file: string): ((readyFile: string) => Promise<Played>) => {
  const scenario = readScenario(textOf(file), file);
  return async (readyFile) => {
    const { api, mqtt } = JSON.parse(readFileSync(readyFile, "utf8")) as Ready;
    const stage = await runningStage(api, mqtt, scenario);
    try {
      const { name, ok, steps } = await playScenario(scenario, stage);
      const failed = steps.find((step) => !step.ok);
      if (failed?.failure === undefined)
        return { ok, text: `scenario passed: ${name} (${steps.length} steps)` };
      return {
        ok,
        text: `scenario failed: ${name}, step ${failed.step}: ${failed.title}\n${failureText(failed.failure)}`,
      };
    } finally {
      await stage.close();
    }
  };
};

const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new InvalidScenario(file, ["the file cannot be read"]);
  }
};
