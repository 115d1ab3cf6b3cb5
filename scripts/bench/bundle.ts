import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Inside the repository, so that native modules are found. */
const folder = join(root, "bench", `bundles-${process.pid}`);

const made = new Map<string, Promise<string>>();

const make = async (name: string): Promise<string> => {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${name}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [join("scripts", "bench", "servers", `${name}.ts`)],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22.14",
    format: "esm",
    external: ["better-sqlite3-multiple-ciphers", "@stoprocent/noble"],
    banner: { js: 'import{createRequire as _cr}from"node:module";const require=_cr(import.meta.url);' },
    logLevel: "error",
  });
  return outfile;
};

/** A server of `servers/` as one plain JavaScript file: what is measured runs as it is shipped, never through a loader. */
export const bundled = (name: string): Promise<string> => {
  const file = made.get(name) ?? make(name);
  made.set(name, file);
  return file;
};

export const removeBundles = (): void => rmSync(folder, { recursive: true, force: true });

/** The production bundle. @throws when it was not built */
export const hubBundle = (): string => {
  const file = join(root, "dist", "hub.js");
  if (!existsSync(file)) throw new Error("dist/hub.js is missing: npm run build");
  return file;
};
