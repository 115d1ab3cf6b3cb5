import { readFileSync, readlinkSync } from "node:fs";

/**
 * Bytes that this process's own network has sent, as the kernel counts them (proc(5), /proc/pid/net/dev), but for those to
 * itself. Undefined where its network is the whole machine's: everybody's bytes would be among them.
 */
export const bytesSentOutside = (proc = "/proc"): number | undefined => {
  try {
    if (!hasOwnNetwork(proc)) return undefined;
    const lines = readFileSync(`${proc}/self/net/dev`, "latin1").split("\n").slice(2);
    return lines.reduce((sum, line) => sum + sentOn(line), 0);
  } catch {
    return undefined;
  }
};

/** Somebody above it has another one. Whoever may not be looked at is passed over. */
const hasOwnNetwork = (proc: string): boolean => {
  const own = networkOf(proc, "self");
  for (let parent = parentOf(proc, "self"); parent > 0; parent = parentOf(proc, `${parent}`)) {
    const theirs = networkOf(proc, `${parent}`);
    if (own !== undefined && theirs !== undefined && theirs !== own) return true;
  }
  return false;
};

const networkOf = (proc: string, process: string): string | undefined => {
  try {
    return readlinkSync(`${proc}/${process}/ns/net`);
  } catch {
    return undefined;
  }
};

const parentOf = (proc: string, process: string): number =>
  Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`${proc}/${process}/status`, "latin1"))?.[1] ?? 0);

/** After the name eight counters of what came in, then the bytes that went out. */
const sentOn = (line: string): number => {
  const [, name, counters = ""] = /^\s*(\S+?):(.*)$/.exec(line) ?? [];
  return name === undefined || name === "lo" ? 0 : Number(counters.trim().split(/\s+/)[8] ?? 0);
};
