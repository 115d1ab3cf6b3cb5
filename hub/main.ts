import { parseArgs } from "node:util";
import { hubConfig, type OptionValues, optionDefinitions, simConfig } from "./config.ts";
import { HubError, InvalidInput } from "./domain/errors.ts";
import { type HomeProcess, startHome, version } from "./home-process.ts";

/** Exit codes of the command line for errors at the start; anything else is a bug of ours. */
const exitCodes: Readonly<Record<string, number>> = { caller: 2, world: 6, bug: 1 };
const integrityCodes = new Set(["store_unreadable", "keys_unreadable", "key_missing", "store_too_new"]);

/** `lampkeeper serve` and `lampkeeper sim`. @param argv the command and its options */
export const main = async ([command, ...options]: readonly string[]): Promise<void> => {
  process.title = `lampkeeper ${command}`;
  try {
    const given = parse(command === "sim", options);
    const sim = command === "sim" ? simConfig(given) : undefined;
    const home = await startHome(hubConfig(given), sim);
    endOn(["SIGTERM", "SIGINT"], home);
    const link = sim === undefined || sim.headless ? home.app : home.signInLink();
    process.stdout.write(`Lampkeeper ${version} is ready\n  app   ${link}\n  mqtt  ${home.mqtt}\n`);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    process.stderr.write(`lampkeeper: ${error.message} (${error.code})\n`);
    process.exitCode = integrityCodes.has(error.code) ? 11 : exitCodes[error.family];
  }
};

const parse = (isSim: boolean, args: readonly string[]): OptionValues => {
  const known = optionDefinitions.filter((option) => isSim || !("sim" in option));
  const options = Object.fromEntries(
    known.map(({ name, kind }) => [name, { type: kind === "switch" ? "boolean" : "string" } as const]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as OptionValues;
  } catch (error) {
    throw new InvalidInput(error instanceof Error ? error.message : "unknown option");
  }
};

const endOn = (signals: readonly NodeJS.Signals[], home: HomeProcess): void => {
  const end = (): void => {
    for (const signal of signals) process.off(signal, end);
    home.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`lampkeeper: ${error}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, end);
};
