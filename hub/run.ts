import { HubError, InvalidInput } from "./domain/errors.ts";
import { endOnSignals } from "./end-on-signals.ts";
import { type HomeProcess, startHome, version } from "./home-process.ts";
import type { Supervision } from "./lifecycle/supervision.ts";
import { hubConfig, parseOptions, simConfig } from "./options.ts";

/** Exit codes of the command line for errors at the start; anything else is a bug of ours. */
const exitCodes: Readonly<Record<string, number>> = { caller: 2, world: 6, bug: 1 };
const integrityCodes = new Set([
  "store_unreadable",
  "keys_unreadable",
  "key_missing",
  "store_too_new",
  "passphrase_wrong",
  "credential_wrong",
  "protector_damaged",
  "protector_downgraded",
  "tpm_changed",
]);

/**
 * `lampkeeper serve` and `lampkeeper sim`.
 * @param argv the command and its options
 * @param started everything has run that belongs to a start; again after each reset
 */
export const run = async (
  [command, ...options]: readonly string[],
  supervision: Supervision | undefined,
  started: () => void,
): Promise<void> => {
  process.title = `lampkeeper ${command}`;
  try {
    const given = parseOptions(command === "sim", options);
    const sim = command === "sim" ? simConfig(given) : undefined;
    const config = hubConfig(given);
    // A simulated home says where it is, so that the command line finds it without a word.
    const readyFile = config.readyFile ?? `${config.data}/ready.json`;
    const play = sim?.scenario === undefined ? undefined : await prepared(sim.scenario);
    await startHome(
      sim === undefined ? config : { ...config, readyFile },
      sim,
      {
        open: endOnSignals(),
        ready: (home) => {
          announce(home, sim?.headless === false);
          started();
        },
        failed,
      },
      supervision,
    );
    if (play !== undefined) process.stdout.write(`${(await play(readyFile)).text}\n`);
  } catch (error) {
    failed(error);
  }
};

/** @param signsIn whoever reads this is to be let in */
const announce = (home: HomeProcess, signsIn: boolean): void => {
  const link = signsIn ? home.signInLink() : home.app;
  for (const port of home.busyPorts)
    process.stdout.write(`Port ${port} is taken by another program; using a free one\n`);
  process.stdout.write(`Lampkeeper ${version} is ready\n  app   ${link}\n  mqtt  ${home.mqtt}\n`);
};

/** Nothing keeps the process then, so it ends with this code. */
const failed = (error: unknown): void => {
  if (!(error instanceof HubError)) throw error;
  process.stderr.write(`lampkeeper: ${error.message} (${error.code})\n`);
  process.exitCode = exitCodeOf(error);
};

const exitCodeOf = ({ code, family }: HubError): number | undefined => {
  if (integrityCodes.has(code)) return 11;
  return code === "tpm_missing" ? 10 : exitCodes[family];
};

/** Loaded only for a scenario: a validator and a client come along. @throws InvalidInput */
const prepared = async (file: string) => {
  const { InvalidScenario, prepareScenario } = await import("../app-sim/testing/scenario/play-beside.ts");
  try {
    return prepareScenario(file);
  } catch (error) {
    if (error instanceof InvalidScenario) throw new InvalidInput(error.message, { path: "scenario" });
    throw error;
  }
};
