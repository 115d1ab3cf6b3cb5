import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const mapping = /^([0-9a-f]+)-([0-9a-f]+) r\S* \S+ \S+ \S+ *(\S*)$/;

/** How often the bytes lie in the memory of another process [proc(5)]. Linux; as its owner or root. */
export const copiesInMemory = (pid: number, secret: Uint8Array): number => {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    return readFileSync(`/proc/${pid}/maps`, "latin1")
      .split("\n")
      .reduce((sum, line) => sum + copiesAt(memory, line, secret), 0);
  } finally {
    closeSync(memory);
  }
};

const copiesAt = (memory: number, line: string, secret: Uint8Array): number => {
  const [, from = "0", to = "0", name = "[none]"] = mapping.exec(line) ?? [];
  // The kernel's own pages cannot be read.
  if (/^\[(?:none|v)/.test(name)) return 0;
  const start = Number.parseInt(from, 16);
  const bytes = Buffer.allocUnsafe(Number.parseInt(to, 16) - start);
  let found = 0;
  try {
    readSync(memory, bytes, 0, bytes.length, start);
  } catch {
    // Given back since the list was read.
    return 0;
  }
  for (let at = bytes.indexOf(secret); at >= 0; at = bytes.indexOf(secret, at + 1)) found++;
  return found;
};
