import { run } from "./support/run.ts";

process.exitCode = await run("biome", ["check", "--write", "."]);
