import { closeSync, openSync, readFileSync, readSync } from "node:fs";

/** Memory that a process may have written to, piece by piece (proc_pid_maps(5)); what cannot be read is left out. */
export function* memoryOf(pid: number): Generator<Buffer> {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, "utf8").split("\n")) {
      const found = /^([0-9a-f]+)-([0-9a-f]+) .w/.exec(line);
      if (found === null) continue;
      const [start, end] = [Number.parseInt(found[1] ?? "", 16), Number.parseInt(found[2] ?? "", 16)];
      for (let at = start; at < end; at += pieceBytes)
        yield readPiece(memory, at, Math.min(pieceBytes + overlapBytes, end - at));
    }
  } finally {
    closeSync(memory);
  }
}

const pieceBytes = 16 * 1_048_576;
/** What lies on the seam of two pieces is whole in the first. */
const overlapBytes = 256;

const readPiece = (memory: number, at: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  try {
    return bytes.subarray(0, readSync(memory, bytes, 0, length, at));
  } catch {
    // Reserved and never used, or unmapped meanwhile: there is nothing in it.
    return bytes.subarray(0, 0);
  }
};

/** A secret as bytes, and as the texts it is usually written in. */
const formsOf = (secret: Buffer): readonly Buffer[] => [
  secret,
  ...(["hex", "base64", "base64url"] as const).flatMap((encoding) => {
    const text = secret.toString(encoding).replace(/=+$/, "");
    return [Buffer.from(text), Buffer.from(text, "utf16le")];
  }),
  Buffer.from(secret.toString("latin1"), "utf16le"),
];

const countIn = (bytes: Buffer, form: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + 1)) count++;
  return count;
};

/** How often each secret lies in the memory of a process, in any form. */
export const copiesIn = (
  pid: number,
  secrets: Readonly<Record<string, Buffer>>,
): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const name of Object.keys(secrets)) counts[name] = 0;
  for (const piece of memoryOf(pid))
    for (const [name, secret] of Object.entries(secrets))
      for (const form of formsOf(secret)) counts[name] = (counts[name] ?? 0) + countIn(piece, form);
  return counts;
};

/** Why this user may not look into the memory of a process of their own; undefined when they may. */
export const memoryObstacle = (pid: number): string | undefined => {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, "r"));
    return undefined;
  } catch (error) {
    return `the memory of another process cannot be read here: ${error instanceof Error ? error.message : error}`;
  }
};
