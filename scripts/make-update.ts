import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { imageBehaviours, lampImage } from "../devices/sim/behaviours/firmware.ts";
import { decodeBundle, encodeBundle, signedBytes } from "../hub/codec/update-bundle.ts";
import { sha256 } from "../hub/crypto/digest.ts";
import type { UpdateManifest } from "../hub/domain/update-bundle.ts";
import { release } from "../hub/release.ts";
import manifest from "../package.json" with { type: "json" };
import { exploitable } from "./support/advisories.ts";
import { registerFile, registerOf } from "./support/register.ts";
import { components } from "./support/sbom.ts";

/**
 * `npm run -s make-update -- --key FILE --out FILE`: puts the built hub and its app into one signed file. The key is an
 * Ed25519 private key (PEM), which belongs on no hub: `openssl genpkey -algorithm ed25519 -out release.pem`, and
 * `openssl pkey -in release.pem -pubout` gives what hubs know. `--from DIR` takes another image than `dist`, as it lies
 * there; `--risk TEXT` says to people which risk it ends; `--advisories FILE` another register of known weaknesses, of which none is shipped; `--version V` and `--counter N` say something else of it than package.json and hub/release.ts.
 *
 * `--lamp well --version V --out FILE` makes a firmware for simulated lamps, whose maker's key is no secret; `crashes` and
 * `hangs` make bad ones.
 */
const usage = `usage: npm run -s make-update -- --key FILE --out FILE [--from DIR] [--version V] [--counter N] [--risk TEXT]
       npm run -s make-update -- --lamp ${imageBehaviours.join("|")} --version V --out FILE`;

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
    for (const [, target = ""] of text.matchAll(/["'`](\.{1,2}\/[\w./-]+\.js(?:on)?)["'`]/g)) {
      const path = normalize(join(dirname(file), target));
      if (existsSync(join(dist, path))) found.add(path);
    }
  }
  return [...found, ...filesIn(dist, "app")];
};

const bundleFrom = (
  folder: string,
  paths: readonly string[],
  said: Pick<UpdateManifest, "version" | "counter" | "risk">,
  key: KeyObject,
): Buffer => {
  const contents = paths.map((path) => readFileSync(join(folder, path)));
  const { model, dataFormat } = release;
  const files = contents.map((content, at) => ({
    path: paths[at] ?? "",
    bytes: content.length,
    sha256: sha256(content).toString("hex"),
  }));
  const signed = signedBytes({ model, dataFormat, ...said, files });
  return encodeBundle(signed, sign(null, signed, key), contents);
};

/** Undefined: the words make no bundle. */
const bundleOf = (words: Words): Buffer | undefined => {
  const { key: keyFile, from, version, counter, lamp, risk } = words;
  const behaves = imageBehaviours.find((each) => each === lamp);
  if (behaves !== undefined) return lampImage(version, behaves);
  const key = keyFile === undefined ? undefined : keyOf(keyFile);
  if (key === undefined || lamp !== undefined) return undefined;
  const folder = from ?? join(dirname(dirname(fileURLToPath(import.meta.url))), "dist");
  const paths = (from === undefined ? reachable(folder) : filesIn(folder)).sort();
  return bundleFrom(
    folder,
    paths,
    { version, counter: Number(counter), ...(risk === undefined ? {} : { risk }) },
    key,
  );
};

/** Whatever is known against what would be shipped. */
const weaknesses = (): readonly string[] =>
  exploitable(components(), registerOf(values.advisories), new Date().toISOString().slice(0, 10)).map(
    ({ id, what }) => `${id}  ${what}`,
  );

const { values } = parseArgs({
  options: {
    key: { type: "string" },
    out: { type: "string" },
    from: { type: "string" },
    lamp: { type: "string" },
    risk: { type: "string" },
    advisories: { type: "string", default: registerFile },
    version: { type: "string", default: manifest.version },
    counter: { type: "string", default: `${release.counter}` },
  },
});
type Words = typeof values;

/** @returns exit code: 0 done, 1 a known weakness would be shipped, 2 usage */
const makeUpdate = (): number => {
  const bundle = bundleOf(values);
  if (bundle === undefined || values.out === undefined) {
    console.error(`${usage}\n--key takes a file with an Ed25519 private key (PEM)`);
    return 2;
  }
  const known = values.lamp === undefined ? weaknesses() : [];
  if (known.length > 0) {
    console.error(
      `nothing was made: ${known.join("; ")}\nupdate the component, or say in docs/security/advisories.json why it cannot be used`,
    );
    return 1;
  }
  decodeBundle(bundle);
  writeFileSync(values.out, bundle);
  console.log(`${values.out}: version ${values.version}, ${bundle.length} bytes`);
  return 0;
};

process.exitCode = makeUpdate();
