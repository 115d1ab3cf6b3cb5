import { readFileSync, readlinkSync } from "node:fs";

/**
 * Bytes that this process's own network has sent, as the kernel counts them (proc(5), /proc/pid/net/dev), but for those to
 * itself. Undefined where it shares the machine's network with others: the count would be theirs, too.
 */
export const bytesSentOutside = (proc = "/proc"): number | undefined => {
  try {
    if (readlinkSync(`${proc}/self/ns/net`) === readlinkSync(`${proc}/1/ns/net`)) return undefined;
    const lines = readFileSync(`${proc}/self/net/dev`, "latin1").split("\n").slice(2);
    return lines.reduce((sum, line) => sum + sentOn(line), 0);
  } catch {
    return undefined;
  }
};

/** After the name eight counters of what came in, then the bytes that went out. */
const sentOn = (line: string): number => {
  const [, name, counters = ""] = /^\s*(\S+):(.*)$/.exec(line) ?? [];
  return name === undefined || name === "lo" ? 0 : Number(counters.trim().split(/\s+/)[8] ?? 0);
};
