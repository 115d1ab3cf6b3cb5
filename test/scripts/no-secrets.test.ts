import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { entries } from "../../scripts/support/bundled.ts";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";
import { secretsIn } from "../support/secret-scan.ts";

/** Numbers of standards and of makers that everybody knows, and why each is no secret. */
const known: Readonly<Record<string, string>> = {
  "932c32bd000047a2835aa8d455b859dd": "GATT service of Philips Hue",
  "8e2f0cbd1a664b53ace6b494e25f87bd": "GATT service of Yeelight",
  aa7d3f342d4f41e0807f52fbf8cf7443: "GATT characteristic of Yeelight",
  "8f65073d9f574aaaafea397d19d5bbeb": "GATT characteristic of Yeelight",
  "97fe656100044f6286e9b71ee2da3d22": "GATT service on the list of those that are never written to",
  "58585b0550f4830238c1a495ef58763c26000097e2abb5": "advertisement of a simulated sensor",
  "0215e2c56db5dffb48d2b060d0f5a71096e000000000c5": "iBeacon of Apple's own example",
  "10ee03676f6f2e676c2f417131387a46": "Eddystone frame of its own example",
};

/** Hashes of what anybody can read: of the parts of published notices, and of packages. */
const publishedHashes = (): ReadonlySet<string> => {
  const folder = join("hub", "privacy", "notices");
  const notices = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const files = [...notices.map((name) => join(folder, name)), join("docs", "sbom.cdx.json")];
  const hashesIn = (value: unknown): readonly string[] =>
    typeof value !== "object" || value === null
      ? []
      : Object.entries(value).flatMap(([key, each]) =>
          typeof each === "string" && /^(h|hash|content|.*Hash)$/.test(key) ? [each] : hashesIn(each),
        );
  return new Set(files.flatMap((file) => hashesIn(JSON.parse(readFileSync(file, "utf8")))));
};

const textFiles = /\.(tsx?|mjs|cjs|js|json|md|css|html|ya?ml|sh|txt|svg|xml|pem|key|env|npmrc)$/;
const repositoryFiles = (): readonly string[] =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
    .split("\n")
    .filter((file) => textFiles.test(file));

/** What the programs lead to, and the app: chunks of earlier builds stay in the folder for a day, and nothing leads there. */
const builtFiles = (): readonly string[] => {
  const found = new Set(Object.keys(entries).map((name) => join("dist", `${name}.js`)));
  for (const file of found)
    for (const [, target = ""] of readFileSync(file, "utf8").matchAll(
      /["'`](\.{1,2}\/[\w./-]+\.js(?:on)?)["'`]/g,
    )) {
      const path = normalize(join(dirname(file), target));
      if (existsSync(path)) found.add(path);
    }
  const app = readdirSync(join("dist", "app"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && textFiles.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return [...found, ...app];
};

/** Tests, and what they are checked against, are made of published and of made-up keys, and none of them ships. */
const isOfTests = (file: string): boolean => /^test\//.test(file);
/** Digests of packages, which npm checks. */
const isLock = (file: string): boolean => file.endsWith("package-lock.json");

const unexplained = (files: readonly string[]): readonly string[] => {
  const hashes = publishedHashes();
  return files.flatMap((file) =>
    secretsIn(readFileSync(file, "utf8"))
      .filter(({ what, text }) => {
        if (what === "private-key" || what === "token") return true;
        return !isOfTests(file) && !isLock(file) && !hashes.has(text) && known[text] === undefined;
      })
      .map(({ what, text }) => `${file}: ${what} ${text.slice(0, 24)}`),
  );
};

beforeAll(() => {
  // The launcher builds what is not built.
  execFileSync(process.execPath, ["scripts/launch.mjs", "--version"], { stdio: "pipe" });
}, 240_000);

test("what is looked for is found when it is there", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const key = Buffer.from("0f1e2d3c4b5a69788796a5b4c3d2e1f0", "hex");
  const planted = [
    [pem, "private-key"],
    [JSON.stringify(pem), "private-key"],
    [`const at = "${["gh", "p_"].join("")}${"aB3".repeat(12)}";`, "token"],
    [`const key = "${key.toString("hex")}";`, "random-text"],
    [`const key = '${randomBytes(32).toString("base64")}';`, "random-text"],
    [`Uint8Array.of(${[...key].map((byte) => `0x${byte.toString(16)}`).join(", ")})`, "random-bytes"],
  ] as const;
  for (const [text, what] of planted)
    expect([text, secretsIn(text).map((found) => found.what)]).toEqual([text, [what]]);
  expect(
    secretsIn('"collections/person-request-forms/relationship" "00000000000000000000000000000000"'),
  ).toEqual([]);
});

test(`no key, password or token stands in the repository or in what is built from it ${proves("EN303645:5.4-3", "ISVS:2.1.9")}`, () => {
  const [sources, built] = [repositoryFiles(), builtFiles()];
  expect([sources.length > 1_000, built.some((file) => /hub\.js$/.test(file))]).toEqual([true, true]);
  expect(unexplained([...sources, ...built])).toEqual([]);
});

const filesUnder = (folder: string): readonly Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));

/** Every run of eight bytes. */
const windows = (bytes: Uint8Array): readonly string[] => {
  const text = Buffer.from(bytes).toString("latin1");
  return Array.from({ length: Math.max(0, text.length - 7) }, (_, at) => text.slice(at, at + 8));
};

test(`two installations of one build have no eight bytes of a key in common, and none is in the build ${proves("EN303645:5.4-3", "EN303645:5.4-4", "ISVS:2.1.10")}`, {
  timeout: 120_000,
}, async () => {
  const home = ["--bulbs", "1", "--sensors", "0", "--people", "0", "--seed", "1"];
  const keysOf = async (): Promise<readonly Buffer[]> => {
    using folder = scratch();
    const hub = await HubProcess.start(folder.path, ...home);
    await hub.stop();
    return filesUnder(join(folder.path, "data", "keys"));
  };
  const [first, second] = [await keysOf(), await keysOf()];
  const raw = first.filter(({ length }) => length === 32);
  expect(raw.length).toBeGreaterThanOrEqual(2);
  expect(first.length).toBe(second.length);
  const others = new Set(second.filter(({ length }) => length === 32).flatMap(windows));
  expect(raw.flatMap(windows).filter((each) => others.has(each))).toEqual([]);
  const build = builtFiles().map((file) => readFileSync(file).toString("latin1"));
  const inBuild = [...raw, ...second.filter(({ length }) => length === 32)]
    .flatMap((key) => [key.toString("latin1"), key.toString("hex"), key.toString("base64")])
    .filter((form) => build.some((text) => text.includes(form)));
  expect(inBuild).toEqual([]);
});
