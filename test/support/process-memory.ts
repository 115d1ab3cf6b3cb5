import { closeSync, openSync, readFileSync, readSync } from "node:fs";

/** Whole regions are read in parts of this size, which overlap by what is searched for. */
export const partBytes = 1 << 22;

/**
 * The writable memory of a process (proc(5), maps and mem), part by part; each is good until the next.
 * @param overlapBytes so much of the next part stands at the end of each
 */
export function* memoryOf(pid: number, overlapBytes: number): Generator<Buffer> {
  const regions = readFileSync(`/proc/${pid}/maps`, "latin1")
    .split("\n")
    .flatMap((line) => /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line)?.slice(1) ?? [])
    .map((address) => Number.parseInt(address, 16));
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const part = Buffer.alloc(partBytes);
  try {
    for (let at = 0; at < regions.length; at += 2) {
      const end = regions[at + 1] ?? 0;
      for (let from = regions[at] ?? 0; from < end; from += partBytes - overlapBytes)
        yield readPart(memory, part.subarray(0, Math.min(partBytes, end - from)), from);
    }
  } finally {
    closeSync(memory);
  }
}

/** How often bytes lie in the writable memory of a process. */
export const copiesInMemory = (pid: number, wanted: Uint8Array): number => {
  let copies = 0;
  for (const part of memoryOf(pid, wanted.length - 1)) copies += copiesIn(part, wanted);
  return copies;
};

/** How often bytes lie in others. */
export const copiesIn = (bytes: Buffer, wanted: Uint8Array): number => {
  let copies = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) copies++;
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
