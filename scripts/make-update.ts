import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { encodeBundle, signedBytes } from "../hub/codec/update-bundle.ts";
import { sha256 } from "../hub/crypto/digest.ts";
import type { UpdateManifest } from "../hub/domain/update-bundle.ts";
import { release } from "../hub/release.ts";
import manifest from "../package.json" with { type: "json" };

/**
 * `npm run -s make-update -- --key FILE --out FILE`: puts the built hub and its app into one signed file. The key is an
 * Ed25519 private key (PEM), which belongs on no hub: `openssl genpkey -algorithm ed25519 -out release.pem`, and
 * `openssl pkey -in release.pem -pubout` gives what hubs know. `--from DIR` takes another image than `dist`, as it lies
 * there; `--version V` and `--counter N` say something else of it than package.json and hub/release.ts.
 */
const usage =
  "usage: npm run -s make-update -- --key FILE --out FILE [--from DIR] [--version V] [--counter N]";

const keyOf = (file: string): KeyObject | undefined => {
  try {
    const key = createPrivateKey(readFileSync(file));
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
};

const filesIn = (folder: string, under = ""): string[] =>
  readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const path = under === "" ? entry.name : `${under}/${entry.name}`;
    return entry.isDirectory() ? filesIn(folder, path) : [path];
  });

/** What the hub's own bundle leads to, and the app: chunks of earlier builds and the other programs stay behind. */
const reachable = (dist: string): string[] => {
  const found = new Set(["hub.js"]);
  for (const file of found) {
    const text = readFileSync(join(dist, file), "utf8");
    for (const [, target = ""] of text.matchAll(/["'`](\.{1,2}\/[\w./-]+\.js)["'`]/g)) {
      const path = normalize(join(dirname(file), target));
      if (existsSync(join(dist, path))) found.add(path);
    }
  }
  return [...found, ...filesIn(dist, "app")];
};

/** @returns exit code: 0 done, 2 usage */
const makeUpdate = (): number => {
  const { values } = parseArgs({
    options: {
      key: { type: "string" },
      out: { type: "string" },
      from: { type: "string" },
      version: { type: "string", default: manifest.version },
      counter: { type: "string", default: `${release.counter}` },
    },
  });
  const { key: keyFile, out, from, version, counter } = values;
  const key = keyFile === undefined ? undefined : keyOf(keyFile);
  if (key === undefined || out === undefined) {
    console.error(`${usage}\n--key takes a file with an Ed25519 private key (PEM)`);
    return 2;
  }
  const folder = from ?? join(dirname(dirname(fileURLToPath(import.meta.url))), "dist");
  const paths = (from === undefined ? reachable(folder) : filesIn(folder)).sort();
  const contents = paths.map((path) => readFileSync(join(folder, path)));
  const { model, dataFormat } = release;
  const said: UpdateManifest = {
    model,
    version,
    counter: Number(counter),
    dataFormat,
    files: paths.map((path, at) => {
      const content = contents[at] ?? Buffer.alloc(0);
      return { path, bytes: content.length, sha256: sha256(content).toString("hex") };
    }),
  };
  const signed = signedBytes(said);
  const bundle = encodeBundle(signed, sign(null, signed, key), contents);
  writeFileSync(out, bundle);
  console.log(`${out}: version ${version}, ${paths.length} files, ${bundle.length} bytes`);
  return 0;
};

process.exitCode = makeUpdate();
