import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundled, root } from "./bundle.ts";
import { type Server, startServer, startUntil } from "./process.ts";

/** A peer that this machine does not have: its rows are missed. */
export class PeerMissing extends Error {}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

/** Whether something listens there. */
export const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });

const mosquittoPlaces = [
  "mosquitto",
  join("/", "usr", "sbin", "mosquitto"),
  join("/", "usr", "local", "sbin", "mosquitto"),
];

const mosquittoProgram = (): string => {
  const found = mosquittoPlaces.find((program) => spawnSync(program, ["-h"]).error === undefined);
  if (found === undefined)
    throw new PeerMissing("mosquitto is not installed: npm run bench -- --install-peers");
  return found;
};

/** Mosquitto without persistence and with queues large enough to lose nothing. */
export const startMosquitto = async (): Promise<Server> => {
  const program = mosquittoProgram();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  const file = join(folder, "mosquitto.conf");
  const lines = [
    `listener ${port} 127.0.0.1`,
    "allow_anonymous true",
    "persistence false",
    "set_tcp_nodelay true",
    "max_inflight_messages 0",
    "max_queued_messages 100000",
    "log_type none",
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  const server = await startUntil(program, ["-c", file], () => answers(port), { pauseMs: 20 });
  return {
    pid: server.pid,
    port,
    tlsPort: Number.NaN,
    said: {},
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** A certificate for this run, or undefined where there is no openssl. */
export const certificate = (): { certificate: string; key: string; remove: () => void } | undefined => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  const [key, file] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-days", "1", "-subj", "/CN=localhost", "-keyout", key, "-out", file];
  const made = spawnSync("openssl", [...request, ...subject], { stdio: "ignore" });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (made.status === 0) return { certificate: file, key, remove };
  remove();
  return undefined;
};

/** One of `servers/`, bundled, on the Node that runs the benchmarks. */
export const startOwn = async (
  name: string,
  options: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<Server> => startServer(process.execPath, [...flags, await bundled(name), ...options]);

export const peersFolder = join(root, "bench", "peers");

export const peerModule = (name: string): string => {
  const folder = join(peersFolder, "node_modules", name);
  if (!existsSync(folder))
    throw new PeerMissing(`${name} is not installed: npm run bench -- --install-peers`);
  return folder;
};

/** Brings mosquitto (Debian, as root) and, into `bench/peers`, Node-RED and Homebridge. */
export const installPeers = (): void => {
  if (mosquittoPlaces.every((program) => spawnSync(program, ["-h"]).error !== undefined)) {
    execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit" });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "mosquitto"], {
      stdio: "inherit",
    });
    // Debian starts it as a service; the benchmarks start their own.
    spawnSync("service", ["mosquitto", "stop"], { stdio: "ignore" });
  }
  mkdirSync(peersFolder, { recursive: true });
  const manifest = join(peersFolder, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
  const packages = ["node-red@4.1.15", "node-red-contrib-aedes@0.6.0", "homebridge@1.11.4"];
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages], {
    cwd: peersFolder,
    stdio: "inherit",
  });
};
