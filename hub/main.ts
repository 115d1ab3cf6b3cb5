import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * `lampkeeper serve` and `lampkeeper sim`. What V8 compiles is kept beside the bundle, which is a quarter of a start; so
 * everything else is loaded after that is switched on.
 * @param argv the command and its options
 */
export const main = async (argv: readonly string[]): Promise<void> => {
  enableCompileCache(fileURLToPath(new URL("compile-cache", import.meta.url)));
  const { run } = await import("./run.ts");
  await run(argv);
};
