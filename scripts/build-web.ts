import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

const config = fileURLToPath(new URL("../app-sim/web/vite.config.ts", import.meta.url));

/** Files that get smaller by it; fonts are compressed already. */
const compressible = /\.(?:html|js|css|svg|json|txt)$/;

const brotli = (body: Buffer): Buffer =>
  brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });

const precompress = (file: string): void => {
  const body = readFileSync(file);
  writeFileSync(`${file}.br`, brotli(body));
  writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
};

/**
 * Builds the companion app into `outDir`, each file beside its .br and .gz, so that the hub never compresses.
 * What was in `outDir` is gone.
 */
export const buildWeb = async (outDir: string): Promise<void> => {
  // Vite would build the slow and larger app of development for whoever builds from within a test.
  process.env["NODE_ENV"] = "production";
  await build({ configFile: config, logLevel: "warn", build: { outDir } });
  for (const entry of readdirSync(outDir, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && compressible.test(entry.name)) precompress(file);
  }
};
