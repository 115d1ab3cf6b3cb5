import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../package.json" with { type: "json" };
import { HubError } from "./domain/errors.ts";
import { BootRecord } from "./lifecycle/boot-record.ts";
import { ImageSlots } from "./lifecycle/image-slots.ts";
import { Supervisor } from "./lifecycle/supervisor.ts";
import { hubConfig, parseOptions, parseSupervision } from "./options.ts";
import { DataFileCopy } from "./platform/node/data-copy.ts";
import { givenSignatureKeys } from "./platform/node/given-files.ts";
import { ImageProcesses } from "./platform/node/image-process.ts";
import { JsonLog } from "./platform/node/json-log.ts";
import { keepAwake } from "./platform/node/keep-awake.ts";
import { SlotFolders } from "./platform/node/slot-folders.ts";
import { NodeSmallFiles } from "./platform/node/small-files.ts";
import { SystemClock } from "./platform/node/system-clock.ts";
import { SystemdWatcher } from "./platform/node/systemd-watcher.ts";
import { AuditedLog } from "./privacy/audited-log.ts";
import { release } from "./release.ts";

/**
 * `lampkeeper supervise`: starts the image that is to be booted, and the next one when that is not well.
 * @param argv the command, its own options, then `serve` or `sim` with theirs
 */
export const main = async (argv: readonly string[]): Promise<void> => {
  process.title = "lampkeeper supervise";
  try {
    process.exitCode = await supervised(argv.slice(1));
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    process.stderr.write(`lampkeeper: ${error.message} (${error.code})\n`);
    process.exitCode = error.family === "caller" ? 2 : 6;
  }
};

const supervised = async (words: readonly string[]): Promise<number> => {
  const { patience, command, options } = parseSupervision(words);
  const config = hubConfig(parseOptions(command === "sim", options));
  const { trial, silence } = patience;
  const clock = new SystemClock();
  const factory = { version: manifest.version, counter: release.counter, dataFormat: release.dataFormat };
  const folders = new SlotFolders(join(resolve(config.data), "slots"));
  const slots = new ImageSlots(folders, givenSignatureKeys("update-key", config.updateKey));
  const supervisor = new Supervisor(
    clock,
    new AuditedLog(new JsonLog(clock, process.stderr, config.logLevel)),
    {
      record: new BootRecord(new NodeSmallFiles(config.data), factory),
      runner: new ImageProcesses({
        factory: dirname(fileURLToPath(import.meta.url)),
        slots: folders.root,
        words: [trial, silence, command, ...options].map(String),
      }),
      data: new DataFileCopy(config.data),
      watcher: new SystemdWatcher(process.env),
      facts: { factory, isIntact: (slot, image) => slots.isIntact(slot, image) },
      patience,
    },
  );
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => supervisor.stop());
  // Between two starts there is no child.
  const mayEnd = keepAwake();
  try {
    return await supervisor.run();
  } finally {
    mayEnd();
  }
};
