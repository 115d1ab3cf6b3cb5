import { existsSync } from "node:fs";
import { run } from "./support/run.ts";

/** Everything that answers quickly: under two minutes on two cores. Stops at the first step that fails. */
const steps: readonly (readonly [string, string, readonly string[]])[] = [
  ["format and lint", "biome", ["check", "--error-on-warnings", "."]],
  ["types", "tsc", []],
  ["architecture", "vitest", ["run", "test/architecture.test.ts", "test/tidy.test.ts"]],
  ["unit tests", "vitest", ["run", "test/hub", "test/devices"]],
];

const seeds = ["scripts/sim.ts", "--seeds", "200"] as const;

const check = async (): Promise<number> => {
  for (const [name, program, args] of steps) {
    console.log(`\n== ${name}`);
    const code = await run(program, args);
    if (code !== 0) return code;
  }
  console.log("\n== known weaknesses");
  const known = await run(process.execPath, [...process.execArgv, "scripts/advisories.ts"]);
  if (known !== 0) return known;
  if (!existsSync(seeds[0])) return 0;
  console.log("\n== 200 simulation seeds");
  return await run(process.execPath, [...process.execArgv, ...seeds]);
};

process.exitCode = await check();
