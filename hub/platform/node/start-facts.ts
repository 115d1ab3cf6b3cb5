import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import inspector from "node:inspector";
import { join } from "node:path";

const othersMask = 0o077;

/** What the command line and NODE_OPTIONS tell Node. */
const flags = (): string =>
  [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(/\s+/)]
    .map((flag) => flag.replaceAll("_", "-"))
    .join("\n");

/** Closes what a process can close by itself. Comes before anything secret is in memory. */
export const hardenProcess = (): void => {
  // Without a listener this signal opens the inspector, for everybody on this machine.
  if (process.listenerCount("SIGUSR1") === 0) process.on("SIGUSR1", () => {});
  const { report } = process;
  // Reports that nobody asks for, and the environment in those that somebody does.
  report.reportOnFatalError = false;
  report.reportOnSignal = false;
  report.reportOnUncaughtException = false;
  report.excludeEnv = true;
};

const inspectorState = (): "off" | "on" | "by-signal" => {
  if (inspector.url() !== undefined || /^--inspect/m.test(flags())) return "on";
  return process.listenerCount("SIGUSR1") > 0 ? "off" : "by-signal";
};

/** Soft limit on core files, from proc(5); undefined where there is no such file. */
const coreLimit = (): string | undefined => {
  try {
    return /^Max core file size +(\S+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1];
  } catch {
    return undefined;
  }
};

/** Node cannot lower the limit, but it can say that no memory goes into a core file (core(5), coredump_filter). */
const coreDumpState = (): "off" | "empty" | "whole" => {
  const limit = coreLimit();
  if (limit === undefined || limit === "0") return "off";
  try {
    writeFileSync("/proc/self/coredump_filter", "0");
    return Number.parseInt(readFileSync("/proc/self/coredump_filter", "latin1"), 16) === 0
      ? "empty"
      : "whole";
  } catch {
    return "whole";
  }
};

const reportState = (): "off" | "on" => {
  const { reportOnFatalError, reportOnSignal, reportOnUncaughtException, excludeEnv } = process.report;
  return reportOnFatalError || reportOnSignal || reportOnUncaughtException || !excludeEnv ? "on" : "off";
};

/** Swap that is not in memory itself (proc(5), /proc/swaps: zram is). */
const swapState = (): "off" | "sealed" | "on" => {
  let lines: readonly string[];
  try {
    lines = readFileSync("/proc/swaps", "latin1").split("\n").slice(1).filter(Boolean);
  } catch {
    return "off";
  }
  if (lines.length === 0) return "off";
  return lines.every((line) => line.startsWith("/dev/zram")) ? "sealed" : "on";
};

/** Files of ours: in the data folder by name, in the key folder all. */
const ourFiles =
  /^(?:hub\.(?:db|lock)(?:-wal|-journal)?|key-register|protector(?:-\w+)?|device-key|root(?:-next)?|epoch-\d+)$/;

const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && ourFiles.test(entry.name))
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
};

const isWide = (path: string): boolean =>
  ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & othersMask) !== 0;

/** Whether this made the file its owner's alone. */
const narrowed = (file: string): boolean => {
  try {
    chmodSync(file, 0o600);
    return true;
  } catch {
    return false;
  }
};

const fileModes = (folders: readonly string[]) => {
  const wide = folders.flatMap(filesIn).filter(isWide);
  const repaired = wide.filter(narrowed).length;
  return { repaired, left: wide.length - repaired };
};

/**
 * Looks at what could let out what the hub keeps, and puts right what it can: signals, reports, core dumps, modes of
 * files. A folder's mode is left alone, as it may be a folder of other things too.
 */
export const startFacts = (data: string, keyFolder: string) => {
  const folders = [data, keyFolder];
  return {
    inspector: inspectorState(),
    coreDump: coreDumpState(),
    report: reportState(),
    heapSnapshot: /^--heapsnapshot-/m.test(flags()) ? ("on" as const) : ("off" as const),
    wideFiles: fileModes([...new Set([data, keyFolder, join(keyFolder, "keys")])]),
    wideFolders: ["data", "keys"].filter((_, at) => isWide(folders[at] ?? "")),
    swap: swapState(),
    ioUring: process.env["UV_USE_IO_URING"] === "1" ? ("on" as const) : ("off" as const),
  };
};
