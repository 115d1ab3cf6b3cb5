import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { CliError } from "../cli-error.ts";

/** Documentation addresses [RFC 5737]: nobody else has them. */
export const worldAddress = "192.0.2.1";
const homeAddress = "192.0.2.2";

const worldMac = "02:00:00:00:00:01";
const homeMac = "02:00:00:00:00:02";

const neighbour = (address: string, mac: string, device: string): readonly string[] => [
  "ip",
  "neighbour",
  "replace",
  address,
  "lladdr",
  mac,
  "dev",
  device,
  "nud",
  "permanent",
];

const needs = ["unshare", "nsenter", "ip", "mount"] as const;
const folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

const missing = (what: string, hint: string): CliError =>
  new CliError("hardwareMissing", "cannot_prove_here", `this machine cannot show it: ${what}`, hint);

type Part = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Two network namespaces of the kernel with one cable between them. In `home` the cable leads to everything: a default
 * route and a name server. In `world`, at its other end, every address there is belongs to this machine, so whoever is
 * spoken to can answer, and silence on the cable means that nobody was.
 */
export class WalledHome {
  readonly #world: Part;
  readonly #home: Part;
  readonly #parts = new Set<Part>();

  private constructor(world: Part, home: Part) {
    this.#world = world;
    this.#home = home;
  }

  /** @param folder for a file of the name server's address @throws CliError what this machine lacks */
  static async open(folder: string): Promise<WalledHome> {
    assertTools();
    const world = spawnPart("unshare", [...owned, "--net", "--mount", ...holding]);
    if (!(await isHolding(world)))
      throw missing(
        "it does not let this user make a network of its own",
        "run it as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1)",
      );
    const home = spawnPart("nsenter", [...entering(world), "unshare", "--net", ...holding]);
    const walled = new WalledHome(world, home);
    try {
      if (!(await isHolding(home))) throw missing("a second network could not be made", "see unshare(1)");
      walled.#connect(folder);
      return walled;
    } catch (error) {
      walled.close();
      throw error;
    }
  }

  /** A program at the home's end of the cable. */
  inHome(command: string, words: readonly string[], environment: NodeJS.ProcessEnv = process.env): Part {
    return this.#part(this.#home, command, words, environment);
  }

  /** A program at the other end. */
  inWorld(command: string, words: readonly string[], environment: NodeJS.ProcessEnv = process.env): Part {
    return this.#part(this.#world, command, words, environment);
  }

  close(): void {
    for (const part of this.#parts) part.kill("SIGKILL");
    // Their shells end when nobody holds the other end of their input, even if this process is killed.
    this.#home.stdin.end();
    this.#world.stdin.end();
  }

  #part(where: Part, command: string, words: readonly string[], environment: NodeJS.ProcessEnv): Part {
    const part = spawnPart("nsenter", [...entering(where), command, ...words], environment);
    this.#parts.add(part);
    part.once("exit", () => this.#parts.delete(part));
    return part;
  }

  #connect(folder: string): void {
    const resolver = join(folder, "resolv.conf");
    writeFileSync(resolver, `nameserver ${worldAddress}\noptions timeout:1 attempts:1\n`);
    const run = (where: Part, ...words: readonly string[]) => {
      const { status, stderr } = spawnSync("nsenter", [...entering(where), ...words], {
        env: environmentOf(),
      });
      if (status !== 0)
        throw missing(`${words.join(" ")}: ${stderr.toString().trim()}`, "run it as root on a plain Linux");
    };
    run(this.#world, "ip", "link", "set", "lo", "up");
    // Every address is this machine's own: who is called answers.
    run(this.#world, "ip", "route", "add", "local", "0.0.0.0/0", "dev", "lo", "table", "local");
    run(
      this.#world,
      "ip",
      "link",
      "add",
      "cable",
      "type",
      "veth",
      "peer",
      "name",
      "out",
      "netns",
      `${this.#home.pid}`,
    );
    // IPv6 has no route there, and the kernel says nothing by itself: attempts are counted where they fail.
    run(this.#world, "ip", "link", "set", "cable", "addrgenmode", "none");
    run(this.#home, "ip", "link", "set", "out", "addrgenmode", "none");
    // Both ends know each other for good: the kernel never has to ask who is there.
    run(this.#world, "ip", "link", "set", "cable", "address", worldMac);
    run(this.#home, "ip", "link", "set", "out", "address", homeMac);
    run(this.#world, "ip", "address", "add", `${worldAddress}/24`, "dev", "cable");
    run(this.#home, "ip", "address", "add", `${homeAddress}/24`, "dev", "out");
    run(this.#world, "ip", "link", "set", "cable", "up");
    run(this.#home, "ip", "link", "set", "lo", "up");
    run(this.#home, "ip", "link", "set", "out", "up");
    run(this.#world, ...neighbour(homeAddress, homeMac, "cable"));
    run(this.#home, ...neighbour(worldAddress, worldMac, "out"));
    run(this.#home, "ip", "route", "add", "default", "via", worldAddress);
    run(this.#home, "mount", "--bind", resolver, "/etc/resolv.conf");
  }
}

/** Root has the right by itself, and sees more then; anybody else needs a user namespace for it. */
const isRoot = process.getuid?.() === 0;
const owned = isRoot ? [] : ["--user", "--map-root-user"];
const ownedBy = isRoot ? [] : ["--user", "--preserve-credentials"];

const holding = ["sh", "-c", "echo held; read -r line"];

const entering = ({ pid }: Part): readonly string[] => [
  "--target",
  `${pid}`,
  ...ownedBy,
  "--net",
  "--mount",
  "--",
];

const environmentOf = (environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => ({
  ...environment,
  PATH: [environment["PATH"] ?? "", ...folders].join(":"),
});

const spawnPart = (
  command: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Part => {
  const part = spawn(command, words, { stdio: ["pipe", "pipe", "pipe"], env: environmentOf(environment) });
  // Whoever waits for what it says hears that it has ended.
  part.on("error", () => part.stdout.destroy());
  part.stdin.on("error", () => {});
  return part;
};

const isHolding = (part: Part): Promise<boolean> =>
  new Promise((done) => {
    part.stdout.once("data", () => done(true));
    part.once("exit", () => done(false));
    part.once("error", () => done(false));
  });

const assertTools = (): void => {
  if (process.platform !== "linux") throw missing("it is not Linux", "run it on the hub's own machine");
  const paths = [...(process.env["PATH"] ?? "").split(":"), ...folders];
  const absent = needs.filter((tool) => !paths.some((folder) => existsSync(join(folder, tool))));
  if (absent.length > 0)
    throw missing(`${absent.join(", ")} missing`, "install the packages util-linux, mount and iproute2");
};

/** The programs that run at either end: beside this file in a source tree, beside the command line in a bundle. */
export const proofPart = (): string => {
  const here = dirname(fileURLToPath(import.meta.url));
  const places = ["part-main.ts", "proof-part.js", "../proof-part.js"].map((place) => join(here, place));
  return places.find((place) => existsSync(place)) ?? join(here, "proof-part.js");
};
