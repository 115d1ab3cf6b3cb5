/**
 * `npm run bench`: every promise about speed and size as a ratio to a peer or a physical limit, measured in the same
 * run. Exit code 1 when a row is below its gate or did not run.
 */
import { removeBundles } from "./bundle.ts";
import { cases } from "./cases.ts";
import { endAll } from "./process.ts";
import { runBenchmarks } from "./run.ts";

const interrupted = (): void => {
  endAll();
  removeBundles();
  process.exit(130);
};
process.on("SIGINT", interrupted);
process.on("SIGTERM", interrupted);

try {
  process.exitCode = await runBenchmarks(cases, process.argv.slice(2), {
    out: (text) => process.stdout.write(`${text}\n`),
    progress: (text) => process.stderr.write(`${text}\n`),
  });
} finally {
  endAll();
  removeBundles();
}
