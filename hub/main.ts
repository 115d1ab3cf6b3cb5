import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import type { Supervision } from "./lifecycle/supervision.ts";

/**
 * `lampkeeper serve` and `lampkeeper sim`. What V8 compiles is kept beside the bundle, which is a quarter of a start; so
 * everything else is loaded after that is switched on.
 * @param argv the command and its options
 * @param supervision whoever started this image and would start another; supervisors of all versions call it like this
 */
export const main = async (argv: readonly string[], supervision?: Supervision): Promise<void> => {
  enableCompileCache(fileURLToPath(new URL("compile-cache", import.meta.url)));
  const { run } = await import("./run.ts");
  await run(argv, supervision);
};
