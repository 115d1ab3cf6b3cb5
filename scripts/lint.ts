import { run } from "./support/run.ts";

process.exitCode = await run("biome", ["lint", "--error-on-warnings", "."]);
