import type { Supervision } from "./lifecycle/supervision.ts";
import { keptProgram } from "./platform/node/kept-program.ts";
import type { run } from "./run.ts";

/** Where `run.ts` with all it needs lies, seen from here: the build says it. */
declare const programFile: string;

/**
 * `lampkeeper serve` and `lampkeeper sim`. What V8 compiles of it is kept beside the bundle, but for who wants none of
 * that in Node either.
 * @param argv the command and its options
 * @param supervision whoever started this image and would start another; supervisors of all versions call it like this
 */
export const main = async (argv: readonly string[], supervision?: Supervision): Promise<void> => {
  const isKept = process.env["NODE_DISABLE_COMPILE_CACHE"] === undefined;
  const folder = isKept ? new URL("compile-cache", import.meta.url) : undefined;
  const program = keptProgram<{ run: typeof run }>(new URL(programFile, import.meta.url), folder);
  await program.exports.run(argv, supervision, program.keep);
};
