import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/** The programs that are built, by name. */
export const entries = {
  hub: "hub/main.ts",
  supervise: "hub/supervise.ts",
  "start-image": "hub/start-image.ts",
  "ble-stack": "hub/platform/node/ble/stack-main.ts",
  cli: "app-sim/cli/main.ts",
  "proof-part": "app-sim/cli/proof/part-main.ts",
  testing: "app-sim/testing/testing.ts",
  vitest: "app-sim/testing/vitest.ts",
};

/** What the hub runs, as one script: `hub/platform/node/kept-program.ts` says why. */
export const hubProgram = "hub/run.ts";

const database = "better-sqlite3-multiple-ciphers";

const radio = "@stoprocent/noble";

/** Native code stays beside what is built. */
export const nativePackages: readonly string[] = [database, radio];

/** What is not built in: the radio's library, and what belongs to whoever imports us. For the database see below. */
export const external: readonly string[] = [radio, "vitest"];

/**
 * The database's own JavaScript goes into the bundle; the one file of it that finds and loads the native code stays where
 * that lies. Opening its fifteen small files was a fortieth of a start.
 */
export const databaseInside: Plugin = {
  name: "database-inside",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^\.\/binding$/ }, ({ importer }) =>
      importer.includes(database) ? { path: "binding", namespace: database } : undefined,
    );
    onResolve({ filter: new RegExp(`^${database}$`) }, ({ kind, path }) =>
      kind === "require-resolve" ? { path, external: true } : undefined,
    );
    onLoad({ filter: /^binding$/, namespace: database }, () => ({
      contents: `module.exports = require("node:module").createRequire(require.resolve("${database}"))("./binding");`,
    }));
  },
};

/** Tables that are looked into now and then: as files of their own they are read when they are, and no part of each start. */
export const tablesBeside: Plugin = {
  name: "tables-beside",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/(notices\/\d+|city-list)\.json$/ }, ({ path }) => ({
      contents: readFileSync(path),
      loader: "copy",
    }));
  },
};
