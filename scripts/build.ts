import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { databaseInside, entries, external, hubProgram, tablesBeside } from "./support/bundled.ts";
import { run } from "./support/run.ts";

/**
 * Makes `dist/`: the hub, the command line and the testing library for Node, and the app for the browser. New files
 * replace old ones one by one, chunks before the entries that name them, and chunks of earlier builds stay for a day:
 * a hub that is running meanwhile still finds what it loads later.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");

const keptMs = 24 * 60 * 60 * 1000;

const forNode = {
  absWorkingDir: root,
  bundle: true,
  // Errors carry the names of their classes, so identifiers stay. `keepNames` would instead set the name of every function
  // each time it is made: in a hub of ten thousand lamps a fifth of the memory.
  minifySyntax: true,
  minifyWhitespace: true,
  platform: "node",
  target: "node22.14",
  external: [...external],
  plugins: [databaseInside],
  logLevel: "warning",
} as const satisfies BuildOptions;

const buildForNode = async (outdir: string): Promise<void> => {
  const { hub, ...others } = entries;
  const program = await buildHubProgram(outdir);
  await buildModules({ hub }, outdir, {
    define: { programFile: JSON.stringify(`./${program}`) },
    banner: {},
  });
  await buildModules(others, outdir);
};

const buildModules = async (
  files: Readonly<Record<string, string>>,
  outdir: string,
  options: Pick<BuildOptions, "banner" | "define"> = {},
): Promise<void> => {
  const present = Object.entries(files).filter(([, file]) => existsSync(join(root, file)));
  await build({
    ...forNode,
    entryPoints: Object.fromEntries(present),
    outdir,
    splitting: true,
    format: "esm",
    chunkNames: "chunks/[name]-[hash]",
    // Libraries in CommonJS inside an ES module ask for Node's own parts by `require`.
    banner: { js: 'import{createRequire as _cr}from"node:module";const require=_cr(import.meta.url);' },
    ...options,
  });
};

/** One script in a function, with what is loaded late inside: code that V8 has compiled can be kept of a script only. @returns its path */
const buildHubProgram = async (outdir: string): Promise<string> => {
  const { metafile } = await build({
    ...forNode,
    entryPoints: [hubProgram],
    outdir,
    format: "cjs",
    entryNames: "chunks/hub-[name]-[hash]",
    assetNames: "chunks/table-[name]-[hash]",
    plugins: [databaseInside, tablesBeside],
    define: { "import.meta.url": "_url" },
    banner: {
      js: '(function(module,require,__filename){const _url=require("node:url").pathToFileURL(__filename).href;',
    },
    footer: { js: "})" },
    metafile: true,
  });
  const [file = ""] =
    Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === hubProgram) ?? [];
  const path = join(root, file);
  if (readFileSync(path).some((byte) => byte > 0x7f)) throw new Error(`${file} is not ASCII`);
  return relative(outdir, path);
};

/** One file that needs no other, so that whoever checks a certificate can read what checks it. */
const buildVerifier = async (outdir: string): Promise<void> => {
  await build({
    absWorkingDir: root,
    entryPoints: { verify: "app-sim/verify/certificate-check.ts" },
    outdir,
    bundle: true,
    platform: "node",
    target: "node22.14",
    format: "esm",
    logLevel: "warning",
  });
};

const buildForBrowser = async (outdir: string): Promise<void> => {
  const script = join(root, "scripts", "build-web.ts");
  if (!existsSync(script)) return;
  const { buildWeb } = (await import(pathToFileURL(script).href)) as {
    buildWeb: (outdir: string) => Promise<void>;
  };
  await buildWeb(outdir);
};

/** Types of the testing library, for whoever installs the package (`npm run build -- --package`). */
const declareTypes = async (outdir: string): Promise<void> => {
  const project = join(root, "scripts", "support", "package-types.json");
  const code = await run("tsc", ["--project", project, "--outDir", outdir]);
  if (code !== 0) process.exitCode = code;
};

const filesIn = (folder: string, under = ""): string[] =>
  !existsSync(join(folder, under))
    ? []
    : readdirSync(join(folder, under), { withFileTypes: true })
        .filter((entry) => !entry.name.startsWith("."))
        .flatMap((entry) =>
          entry.isDirectory() ? filesIn(folder, join(under, entry.name)) : [join(under, entry.name)],
        );

/** Entries last: a file is there before anything names it. */
const depthFirst = (files: string[]): string[] =>
  files.sort(
    (a, b) =>
      b.split("/").length - a.split("/").length || Number(a.endsWith(".html")) - Number(b.endsWith(".html")),
  );

const replace = (fresh: string): void => {
  const made = depthFirst(filesIn(fresh));
  for (const file of made) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    renameSync(join(fresh, file), join(dist, file));
  }
  const isOld = (file: string) => Date.now() - statSync(join(dist, file)).mtimeMs > keptMs;
  const others = filesIn(dist).filter((file) => !made.includes(file) && file !== "stamp");
  for (const file of others.filter(isOld)) rmSync(join(dist, file));
  // A package holds this build alone.
  writeFileSync(join(dist, ".npmignore"), others.map((file) => `/${file}\n`).join(""));
};

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist).filter((name) => name.startsWith(".fresh-")))
  rmSync(join(dist, name), { recursive: true });
const fresh = mkdtempSync(join(dist, ".fresh-"));
try {
  await buildForNode(fresh);
  await buildVerifier(fresh);
  await buildForBrowser(join(fresh, "app"));
  if (process.argv.includes("--package")) await declareTypes(join(fresh, "types"));
  replace(fresh);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
