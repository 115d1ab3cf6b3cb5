import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { release } from "../../hub/release.ts";
import manifest from "../../package.json" with { type: "json" };
import { nativePackages } from "./bundled.ts";

/** What a lock file of npm says of one package. */
interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, unknown>>;
}
type LockedPackages = Readonly<Record<string, Locked>>;

/** How a component comes to another version: within the hub's own signed updates, or with the installed package (ETSI EN 303 645, 5.3-14). */
export type UpdatePath = "signed update" | "package";

export interface Component {
  readonly type: "library" | "platform";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly scope: "required" | "optional";
  readonly licenses: readonly { readonly license: { readonly name: string } }[];
  readonly hashes: readonly { readonly alg: "SHA-512"; readonly content: string }[];
  readonly properties: readonly { readonly name: "lampkeeper:update"; readonly value: UpdatePath }[];
}

const lockedIn = (file: string): LockedPackages =>
  (JSON.parse(readFileSync(file, "utf8")) as { readonly packages: LockedPackages }).packages;

const nameIn = (path: string): string =>
  path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

/** Everything that a package brings with it, itself included. By path in the lock. */
const withNeeds = (locked: LockedPackages, roots: readonly string[]): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path) || locked[path] === undefined) return;
    found.add(path);
    const { dependencies, optionalDependencies, peerDependenciesMeta } = locked[path];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependenciesMeta }))
      visit(nearest(locked, path, name));
  };
  for (const root of roots) visit(`node_modules/${root}`);
  return found;
};

/** Node looks beside a package first, then in every folder above. */
const nearest = (locked: LockedPackages, from: string, name: string): string => {
  const inner = `${from}/node_modules/${name}`;
  return locked[inner] === undefined ? `node_modules/${name}` : inner;
};

/** Packages that the app's own sources import: they are compiled into it, whatever the lock calls them. */
const ofTheApp = (): readonly string[] => {
  const folder = join("app-sim", "web");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".config.ts"),
  );
  const imported = files.flatMap((entry) =>
    [...readFileSync(join(entry.parentPath, entry.name), "utf8").matchAll(/from "([^.][^"]*)"/g)].map(
      ([, name = ""]) =>
        name
          .split("/")
          .slice(0, name.startsWith("@") ? 2 : 1)
          .join("/"),
    ),
  );
  return [...new Set(imported)].filter((name) => !name.startsWith("node:"));
};

const componentOf = (
  path: string,
  { version, license, integrity, optional }: Locked,
  update: UpdatePath,
): Component => {
  const name = nameIn(path);
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return {
    type: name.startsWith("node-linux-") ? "platform" : "library",
    "bom-ref": `${path}@${version}`,
    name,
    version,
    purl,
    scope: optional === true ? "optional" : "required",
    licenses: license === undefined ? [] : [{ license: { name: license } }],
    hashes: (integrity ?? "")
      .split(" ")
      .filter((each) => each.startsWith("sha512-"))
      .map((each) => ({ alg: "SHA-512", content: Buffer.from(each.slice(7), "base64").toString("hex") })),
    properties: [{ name: "lampkeeper:update", value: update }],
  };
};

/** Everything of others that a hub runs: from the lock files, the same for the same locks. Types alone are no part of what runs. */
export const components = (): readonly Component[] => {
  const locked = lockedIn("package-lock.json");
  const app = withNeeds(locked, ofTheApp());
  const compiled = withNeeds(
    locked,
    Object.keys(manifest.dependencies).filter((name) => !nativePackages.includes(name)),
  );
  const isUpdated = (path: string): boolean => compiled.has(path) || app.has(path);
  const runs = Object.entries(locked).filter(
    ([path, { dev }]) =>
      path !== "" && !nameIn(path).startsWith("@types/") && (dev !== true || app.has(path)),
  );
  const runtime = join("scripts", "runtime", "package-lock.json");
  const platforms = existsSync(runtime)
    ? Object.entries(lockedIn(runtime)).filter(([path]) => path !== "")
    : [];
  return [
    ...runs.map(([path, each]) => componentOf(path, each, isUpdated(path) ? "signed update" : "package")),
    ...platforms.map(([path, each]) => componentOf(path, each, "package")),
  ].sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1));
};

/** The bill of materials [CycloneDX 1.6]: without the time and the number of a run, so that two of one state are equal. */
export const billOfMaterials = () => ({
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    component: {
      type: "firmware",
      "bom-ref": `${release.model}@${manifest.version}`,
      name: release.model,
      version: manifest.version,
      licenses: [{ license: { id: manifest.license } }],
    },
  },
  components: components(),
});
