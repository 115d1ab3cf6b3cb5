import { defineConfig } from "vitest/config";
import { isPlanted, plantPlugin } from "./test/conformance/planted-source.ts";
import { size } from "./test/support/size.ts";

export default defineConfig({
  plugins: [plantPlugin()],
  test: {
    // It knows a module by its file: of a planted fault it would see nothing, and afterwards everybody would see it.
    fsModuleCache: !isPlanted(),
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    testTimeout: size(30_000, 120_000),
    hookTimeout: size(30_000, 120_000),
    // Two cores: more workers only take turns.
    maxWorkers: 2,
  },
});
