import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";
import { proves } from "./support/proves.ts";

/**
 * The walls of the house (docs/ARCHITECTURE.md). Each folder, and the folders it may import from; its own is always
 * allowed. The longest matching name decides, so `hub/platform/node` is not `hub`.
 */
const ground = ["hub/domain", "hub/codec", "hub/crypto"];
const sockets = [...ground, "hub/ports"];
const pipes = ["hub/bus", "hub/store", "hub/vault", "hub/broker", "hub/ble"];
const rooms = [
  "hub/inventory",
  "hub/lights",
  "hub/automation",
  "hub/people",
  "hub/lifecycle",
  "hub/rights",
  "hub/connections",
];
const hub = [...sockets, ...pipes, "hub/privacy", ...rooms, "hub/api", "hub/interop"];
/** What both platforms fill their sockets with. */
const fillings = ["hub/platform/write-behind.ts", "hub/platform/clock-loops.ts", "hub/platform/no-radio.ts"];
const platforms = ["hub/platform/node", "hub/platform/sim"];
const devices = ["devices/registry.ts", "devices/profiles", "devices/kit", "devices/sim"];
const roof = [
  "hub/bench-radio.ts",
  "hub/chosen-port.ts",
  "hub/compose.ts",
  "hub/home-store.ts",
  "hub/reset",
  "hub/owner-broker.ts",
  "hub/config.ts",
  "hub/sim-air.ts",
  "hub/sim-home.ts",
  "hub/sim-ble-home.ts",
  "hub/sim-second-radios.ts",
  "hub/sim-controls.ts",
  "hub/sim-panel-control.ts",
  "hub/sim-services.ts",
];
const street = [
  ...roof,
  "hub/option-definitions.ts",
  "hub/options.ts",
  "hub/release.ts",
  "hub/home-process.ts",
  "hub/run.ts",
  "hub/main.ts",
  "app-sim/client",
  "scripts",
  "hub/sim-leave.ts",
  "hub/sim-supplies.ts",
];

const mayImport: Record<string, readonly string[]> = {
  "hub/domain": [],
  "hub/codec": ["hub/domain"],
  "hub/crypto": ["hub/domain"],
  "hub/ports": ["hub/domain"],
  ...Object.fromEntries(pipes.map((pipe) => [pipe, sockets])),
  "hub/privacy": [...sockets, ...pipes],
  ...Object.fromEntries(rooms.map((room) => [room, [...sockets, "hub/privacy"]])),
  "hub/api": [...sockets, "hub/privacy", ...rooms],
  "hub/interop": [...sockets, "hub/privacy", ...rooms],
  "hub/config.ts": ["hub/domain"],
  "hub/option-definitions.ts": ["hub/domain"],
  "hub/options.ts": ["hub/domain", "hub/config.ts", "hub/option-definitions.ts"],
  "hub/self-test.ts": [...sockets, "hub/vault"],
  "hub/services.ts": ["hub/api", ...rooms],
  "hub/owner-broker.ts": [...hub, "hub/config.ts"],
  "hub/home-store.ts": ["hub/ports", "hub/privacy", "hub/vault"],
  "hub/keeping.ts": [...sockets, ...platforms, "hub/config.ts", "hub/home-store.ts", "hub/vault"],
  "hub/living-light.ts": hub,
  "hub/entrances.ts": hub,
  "hub/privacy-documents.ts": [...hub, "hub/config.ts", "hub/release.ts"],
  "hub/privacy-layer.ts": [
    ...hub,
    "hub/config.ts",
    "hub/connections-wiring.ts",
    "hub/consent-wiring.ts",
    "hub/egress-wiring.ts",
    "hub/members-wiring.ts",
    "hub/requests-wiring.ts",
    "hub/retention-wiring.ts",
    "hub/rights-wiring.ts",
    "hub/privacy-documents.ts",
  ],
  "hub/egress-wiring.ts": [...hub, "hub/config.ts"],
  "hub/own-updates.ts": [...hub, "hub/release.ts"],
  "hub/members-wiring.ts": hub,
  "hub/requests-wiring.ts": [...hub, "hub/config.ts", "hub/entrances.ts"],
  "hub/connections-wiring.ts": hub,
  "hub/consent-wiring.ts": hub,
  "hub/hub-surroundings.ts": [...hub, "hub/home-store.ts", "hub/own-updates.ts", "hub/owner-broker.ts"],
  "hub/rights-wiring.ts": hub,
  "hub/retention-wiring.ts": hub,
  "hub/open-app.ts": [...hub, "hub/chosen-port.ts"],
  "hub/metrics.ts": ["hub/api", "hub/ble", "hub/broker", "hub/interop", "hub/privacy"],
  "hub/release.ts": ["hub/domain"],
  "hub/chosen-port.ts": ["hub/domain"],
  // A reset goes on where no hub is: it opens what it needs of one by itself.
  "hub/reset": [...hub, "hub/chosen-port.ts", "hub/config.ts", "hub/home-store.ts", "hub/owner-broker.ts"],
  "hub/compose.ts": [
    ...hub,
    "hub/chosen-port.ts",
    "hub/config.ts",
    "hub/consent-wiring.ts",
    "hub/release.ts",
    "hub/home-store.ts",
    "hub/hub-surroundings.ts",
    "hub/consent-wiring.ts",
    "hub/entrances.ts",
    "hub/living-light.ts",
    "hub/metrics.ts",
    "hub/open-app.ts",
    "hub/own-updates.ts",
    "hub/owner-broker.ts",
    "hub/egress-wiring.ts",
    "hub/privacy-layer.ts",
    "hub/reset",
    "hub/self-test.ts",
    "hub/services.ts",
  ],
  // A radio without a hub: the machine's own or one of a simulated home, behind the same guard.
  "hub/bench-radio.ts": [...sockets, "hub/ble", ...platforms, "devices/sim"],
  "hub/sim-air.ts": ["hub/ports", "hub/platform/sim", "devices/sim"],
  "hub/sim-supplies.ts": [...hub, ...devices],
  "hub/sim-home.ts": [...hub, ...devices, "hub/compose.ts", "hub/config.ts", "hub/sim-supplies.ts"],
  "hub/sim-leave.ts": [...hub, ...devices, "hub/home-store.ts", "hub/reset", "hub/sim-supplies.ts"],
  "hub/sim-ble-home.ts": [...hub, ...platforms, ...devices, "hub/compose.ts"],
  "hub/sim-second-radios.ts": [...hub, ...platforms, ...devices, "hub/compose.ts"],
  "hub/sim-controls.ts": [
    ...hub,
    ...platforms,
    ...devices,
    "hub/sim-air.ts",
    "hub/sim-ble-home.ts",
    "hub/sim-second-radios.ts",
  ],
  "hub/sim-services.ts": [...hub, "app-sim/world", "hub/connections-wiring.ts"],
  "hub/sim-panel-control.ts": [...hub, ...platforms],
  "hub/surroundings.ts": [
    ...hub,
    ...platforms,
    "hub/compose.ts",
    "hub/config.ts",
    "hub/home-store.ts",
    "hub/keeping.ts",
    "hub/owner-broker.ts",
    "hub/own-updates.ts",
    "app-sim/world",
    "hub/sim-air.ts",
    "hub/sim-supplies.ts",
  ],
  "hub/home-process.ts": [
    ...hub,
    ...platforms,
    ...devices,
    ...roof,
    "hub/sim-leave.ts",
    "hub/sim-supplies.ts",
    "hub/surroundings.ts",
    "app-sim/client",
    "app-sim/phone",
    "app-sim/world",
    "package.json",
  ],
  "hub/end-on-signals.ts": [],
  "hub/main.ts": ["hub/lifecycle", "hub/run.ts", "hub/platform/node"],
  "hub/start-image.ts": [...sockets, "hub/lifecycle", ...platforms],
  "hub/supervise.ts": [
    ...sockets,
    "hub/options.ts",
    "hub/lifecycle",
    "hub/privacy",
    "hub/release.ts",
    ...platforms,
    "package.json",
  ],
  "hub/run.ts": [
    "hub/domain",
    "hub/config.ts",
    "hub/options.ts",
    "hub/end-on-signals.ts",
    "hub/home-process.ts",
    "hub/lifecycle",
    "app-sim/testing",
  ],
  ...Object.fromEntries(fillings.map((file) => [file, sockets])),
  "hub/platform/node": [...sockets, ...fillings],
  "hub/platform/sim": [...sockets, ...fillings],
  // What is on the air means the same to a driver as to the hub, and is read by one piece.
  "devices/kit": ["hub/domain", "hub/codec/ble"],
  "devices/profiles": ["hub/domain", "devices/kit"],
  "devices/registry.ts": ["hub/domain", "devices/profiles"],
  "devices/sim": sockets,
  "app-sim/client": ["hub/domain", "hub/api/contract.ts"],
  // What a buyer checks a hub with: it knows files and bytes, and nothing of a hub.
  "app-sim/verify": [],
  "app-sim/web": ["hub/domain", "hub/api/contract.ts", "app-sim/client"],
  "app-sim/cli": [
    "hub/domain",
    "hub/api/contract.ts",
    "hub/option-definitions.ts",
    "app-sim/client",
    "app-sim/testing",
    "app-sim/verify",
    "docs/sbom.cdx.json",
    "package.json",
  ],
  // Programs of others: what they know of a hub is how bytes are sealed.
  "app-sim/world": sockets,
  "app-sim/phone": ["hub/domain", "hub/ports", "app-sim/client"],
  // A hub inside a test stands where a process would: on the street, above the roof.
  "app-sim/testing": [
    ...hub,
    ...platforms,
    ...devices,
    ...roof,
    "hub/options.ts",
    "app-sim/client",
    "app-sim/phone",
    "app-sim/world",
    "package.json",
  ],
  scripts: [
    "test/sim",
    "test/conformance",
    ...hub,
    ...platforms,
    ...devices,
    ...street,
    "app-sim/cli",
    "app-sim/testing",
    "package.json",
  ],
};

const sources = (folder: string): string[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => !file.includes("node_modules"));

const importsOf = (file: string): string[] =>
  [...readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) =>
    relative(".", normalize(join(dirname(file), match[1] ?? ""))),
  );

const roomOf = (file: string): string | undefined =>
  Object.keys(mayImport)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];

const inside = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`);

const files = ["hub", "devices", "app-sim", "scripts"].flatMap(sources);

test("every source file lives in a room of the house", () => {
  expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
});

test(`imports only go down ${proves("EN303645:5.6-9")}`, () => {
  const upward = files.flatMap((file) => {
    const room = roomOf(file) ?? "";
    const allowed = [room, ...(mayImport[room] ?? [])];
    return importsOf(file)
      .filter((target) => !allowed.some((folder) => inside(target, folder)))
      .map((target) => `${file} -> ${target}`);
  });
  expect(upward).toEqual([]);
});

/** The circles a walk over the files finds, each from the file where it closes. */
const circlesIn = (imports: ReadonlyMap<string, readonly string[]>): string[] => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (path.includes(file) || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
};

test("no imports go in a circle, not even those of types", () => {
  expect(circlesIn(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
  expect(circlesIn(new Map(Object.entries({ a: ["b"], b: ["c"], c: ["b"] })))).toEqual(["b -> c -> b"]);
});

/** A room that never sees the raw port cannot go around the guarded one (docs/adr/0003-data-map.md). */
const rawPorts = ["hub/ports/store.ts", "hub/ports/log.ts", "hub/ports/network.ts", "hub/ports/platform.ts"];
const rawIn = (file: string, imported: readonly string[]): readonly string[] =>
  rooms.some((room) => inside(file, room)) ? imported.filter((target) => rawPorts.includes(target)) : [];

test(`rooms hold guarded ports only ${proves("M20", "CRA:I.2.j")}`, () => {
  expect(
    files.flatMap((file) => rawIn(file, importsOf(file)).map((target) => `${file} -> ${target}`)),
  ).toEqual([]);
  expect(rawIn("hub/people/planted.ts", ["hub/ports/log.ts"])).toEqual(["hub/ports/log.ts"]);
});

/** Roof and street are one neighbour: naming all rooms is what they are for. */
const isAtTheRoof = (file: string): boolean => /^hub\/[a-z-]+\.ts$/.test(file);

/** A file that many rooms lean on belongs to the ground or the sockets; anywhere else it is everybody's neighbour. */
test("no file outside the ground floor is everybody's neighbour", () => {
  const users = new Map<string, Set<string>>();
  for (const file of files) {
    for (const target of importsOf(file)) {
      const rooms = users.get(target) ?? new Set();
      rooms.add(isAtTheRoof(file) ? "the roof" : (roomOf(file) ?? file));
      users.set(target, rooms);
    }
  }
  const crowded = [...users].filter(([file, by]) => !sockets.some((f) => inside(file, f)) && by.size > 9);
  expect(crowded.map(([file, by]) => `${file} <- ${[...by].join(", ")}`)).toEqual([]);
});

test("hub/main.ts stays a front door", () => {
  const lines = existsSync("hub/main.ts") ? readFileSync("hub/main.ts", "utf8").split("\n").length : 0;
  expect(lines).toBeLessThan(60);
});

test("the wall detector sees a planted import", () => {
  const planted = { file: "devices/profiles/planted.ts", target: "hub/lights/light-service.ts" };
  const room = roomOf(planted.file) ?? "";
  const allowed = [room, ...(mayImport[room] ?? [])];
  expect(allowed.some((folder) => inside(planted.target, folder))).toBe(false);
});
