import type { StartCheck } from "../domain/start-check.ts";

/** What was found of process, disk and system, after everything was put right that a process can put right itself. */
export interface StartFacts {
  /** Somebody can look into this process, or was asked to let them: --inspect, NODE_OPTIONS. */
  readonly inspector: "off" | "on" | "by-signal";
  /** `empty`: a core file is written, and holds no memory. */
  readonly coreDump: "off" | "empty" | "whole";
  /** Node's diagnostic report is written by itself, or holds the environment. */
  readonly report: "off" | "on";
  /** V8 writes its heap to a file when told by a signal or near its limit. */
  readonly heapSnapshot: "off" | "on";
  /** Files of keys and data that others may read, and what came of changing that. */
  readonly wideFiles: { readonly repaired: number; readonly left: number };
  /** Folders of keys and data that others may list or change. */
  readonly wideFolders: readonly string[];
  /** `sealed`: compressed in memory only. */
  readonly swap: "off" | "sealed" | "on";
  readonly ioUring: "off" | "on";
}

/**
 * What is said and what is refused. Refused is what would hand out what is sealed on the disk; in a simulated home,
 * where people look for mistakes with a debugger, that is said only.
 * @param isSim a simulated home
 */
export const startChecks = (facts: StartFacts, isSim: boolean): readonly StartCheck[] => {
  const leak = isSim ? "warn" : "refused";
  const { wideFiles, wideFolders } = facts;
  return [
    facts.inspector === "off"
      ? { check: "inspector", state: "ok", found: "closed, and no signal opens it" }
      : {
          check: "inspector",
          state: leak,
          found: facts.inspector === "on" ? "open" : "opens on SIGUSR1",
          repair: "start without --inspect, also in NODE_OPTIONS",
        },
    facts.coreDump === "whole"
      ? {
          check: "core-dump",
          state: "refused",
          found: "would hold the memory of the hub",
          repair: "ulimit -c 0",
        }
      : { check: "core-dump", state: "ok", found: facts.coreDump === "off" ? "none" : "without memory" },
    facts.report === "off"
      ? { check: "report", state: "ok", found: "only by hand, without the environment" }
      : {
          check: "report",
          state: leak,
          found: "written by itself",
          repair: "start without --report-*, also in NODE_OPTIONS",
        },
    facts.heapSnapshot === "off"
      ? { check: "heap-snapshot", state: "ok", found: "none" }
      : {
          check: "heap-snapshot",
          state: leak,
          found: "written by itself",
          repair: "start without --heapsnapshot-*, also in NODE_OPTIONS",
        },
    wideFiles.left > 0
      ? {
          check: "file-modes",
          state: "refused",
          found: `${wideFiles.left} readable by others, and not ours to change`,
          repair: "chmod -R go= on the data and the key folder, as their owner",
        }
      : {
          check: "file-modes",
          state: "ok",
          found: wideFiles.repaired === 0 ? "yours alone" : `yours alone; ${wideFiles.repaired} were not`,
        },
    wideFolders.length === 0
      ? { check: "folder-modes", state: "ok", found: "yours alone" }
      : {
          check: "folder-modes",
          state: "warn",
          found: `open to others: ${wideFolders.join(", ")}`,
          repair: "chmod go= on the data and the key folder",
        },
    facts.swap === "on"
      ? {
          check: "swap",
          state: "warn",
          found: "on: memory of the hub may come to the disk",
          repair: "swapoff -a, or encrypt it",
        }
      : { check: "swap", state: "ok", found: facts.swap === "off" ? "off" : "compressed in memory" },
    facts.ioUring === "off"
      ? { check: "io-uring", state: "ok", found: "unused" }
      : {
          check: "io-uring",
          state: "warn",
          found: "in use: what is written cannot be traced",
          repair: "unset UV_USE_IO_URING",
        },
  ];
};
