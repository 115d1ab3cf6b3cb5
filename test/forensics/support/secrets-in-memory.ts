import { closeSync, openSync } from "node:fs";
import { copiesIn, memoryOf, partBytes } from "../../support/process-memory.ts";

/** A secret as bytes, and as the texts it is usually written in. */
const formsOf = (secret: Buffer): readonly Buffer[] => [
  secret,
  ...(["hex", "base64", "base64url"] as const).flatMap((encoding) => {
    const text = secret.toString(encoding).replace(/=+$/, "");
    return [Buffer.from(text), Buffer.from(text, "utf16le")];
  }),
];

/** How often each secret lies in the memory of a process, in any form: all in one pass. */
export const copiesOfEach = (
  pid: number,
  secrets: Readonly<Record<string, Buffer>>,
): Readonly<Record<string, number>> => {
  const forms = Object.entries(secrets).map(([name, secret]) => ({ name, forms: formsOf(secret) }));
  const longest = Math.max(...forms.flatMap((each) => each.forms.map(({ length }) => length)));
  const counts: Record<string, number> = Object.fromEntries(Object.keys(secrets).map((name) => [name, 0]));
  for (const part of memoryOf(pid, longest - 1))
    for (const each of forms)
      for (const form of each.forms)
        counts[each.name] = (counts[each.name] ?? 0) + copiesIn(beginning(part, longest, form), form);
  return counts;
};

/** What stands in the overlap with the next part is counted there. */
const beginning = (part: Buffer, longest: number, form: Buffer): Buffer =>
  part.subarray(0, partBytes - (longest - form.length));

/** Why this user may not look into the memory of a process of their own; undefined when they may. */
export const memoryObstacle = (pid: number): string | undefined => {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, "r"));
    return undefined;
  } catch (error) {
    return `the memory of another process cannot be read here: ${error instanceof Error ? error.message : error}`;
  }
};
