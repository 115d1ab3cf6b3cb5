import { closeSync, openSync, readFileSync, readSync } from "node:fs";

/** Whole regions are read in parts of this size, which overlap by what is searched for. */
const partBytes = 1 << 22;

/** How often bytes lie in the writable memory of a process (proc(5), maps and mem). */
export const copiesInMemory = (pid: number, wanted: Uint8Array): number => {
  const regions = readFileSync(`/proc/${pid}/maps`, "latin1")
    .split("\n")
    .flatMap((line) => /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line)?.slice(1) ?? [])
    .map((address) => Number.parseInt(address, 16));
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const part = Buffer.alloc(partBytes);
  let copies = 0;
  try {
    for (let at = 0; at < regions.length; at += 2)
      copies += copiesIn(memory, regions[at] ?? 0, regions[at + 1] ?? 0, part, wanted);
  } finally {
    closeSync(memory);
  }
  return copies;
};

const copiesIn = (memory: number, start: number, end: number, part: Buffer, wanted: Uint8Array): number => {
  let copies = 0;
  for (let from = start; from < end; from += part.length - wanted.length + 1) {
    const read = readPart(memory, part.subarray(0, Math.min(part.length, end - from)), from);
    for (let at = read.indexOf(wanted); at >= 0; at = read.indexOf(wanted, at + 1)) copies++;
  }
  return copies;
};

/** A region may be gone by the time it is looked at, or not be for reading. */
const readPart = (memory: number, part: Buffer, position: number): Buffer => {
  try {
    return part.subarray(0, readSync(memory, part, 0, part.length, position));
  } catch {
    return part.subarray(0, 0);
  }
};
