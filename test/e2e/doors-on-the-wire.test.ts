import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WalledHome } from "../../app-sim/cli/proof/walled-home.ts";
import { testIdentity } from "../support/certificates.ts";
import { type Ready, scratch } from "../support/hub-process.ts";
import { notRun } from "../support/not-run.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { appears, asked, networkObstacle, said } from "../support/walled.ts";

/** A hub whose doors other machines can reach, one of which is there and sees every frame. */

const address = "192.0.2.2";
/** What its people call things; nothing like it is anywhere else. */
const canaries = ["Zanzibar-Kitchen", "Quetzal-Lamp", "Ophelia-Winterbottom", "Xylophone-Scene"] as const;
const [room, lamp, person, scene] = canaries;
/** Five decimals down to two; coarser ones are everybody's numbers. */
const place = { latitude: 48.17283, longitude: 16.39471 };
const traces = Object.values(place).flatMap((degrees) =>
  [5, 4, 3, 2].map((digits) => degrees.toFixed(digits)),
);

class Reachable {
  readonly folder = scratch();
  walled!: WalledHome;
  ready!: Ready;
  certificate = join(this.folder.path, "certificate.pem");
  capture = join(this.folder.path, "cable.pcapng");
  topics = "";
  log = "";
  #stop: () => Promise<void> = async () => {};

  async start(): Promise<void> {
    for (const program of ["ip", "tshark", "openssl", "mosquitto_sub"] as const) requireProgram(program);
    const { path } = this.folder;
    this.walled = await WalledHome.open(path);
    const tls = testIdentity(`IP:${address},IP:127.0.0.1`);
    const key = join(path, "key.pem");
    writeFileSync(this.certificate, tls.certificate);
    writeFileSync(key, tls.key, { mode: 0o600 });
    const shark = this.walled.inWorld("tshark", ["-q", "-i", "cable", "-w", this.capture]);
    await new Promise<void>((done) =>
      shark.stderr.on("data", (bytes) => /Capturing/.test(`${bytes}`) && done()),
    );
    const file = join(path, "ready.json");
    const options =
      "sim --headless --app-port 0 --mqtt-port 0 --bulbs 2 --sensors 0 --people 0 --log-level debug";
    const hub = this.walled.inHome(process.execPath, [
      resolve("scripts/launch.mjs"),
      ...options.split(" "),
      ...["--host", "0.0.0.0", "--tls-cert", this.certificate, "--tls-key", key],
      ...["--data", join(path, "data"), "--ready-file", file],
    ]);
    for (const stream of [hub.stdout, hub.stderr]) stream.on("data", (bytes) => (this.log += bytes));
    const ended = once(hub, "exit");
    const ready = await appears(path, file, hub, ended);
    const out = (url: string) => url.replace(/127\.0\.0\.1|0\.0\.0\.0/, address);
    this.ready = {
      ...ready,
      app: out(ready.app),
      api: { ...ready.api, url: out(ready.api.url) },
      mqtt: { ...ready.mqtt, url: out(ready.mqtt.url) },
    };
    this.#stop = async () => {
      hub.kill("SIGTERM");
      await ended;
      const over = once(shark, "exit");
      shark.kill("SIGINT");
      await over;
    };
  }

  ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    return asked<Answer>(this.walled, this.ready, method, path, body, this.certificate);
  }

  /** The home is lived in, by its doors and under the eyes of a client that hears every topic. */
  async live(): Promise<void> {
    const { mqtt, lamps } = this.ready;
    const { hostname, port } = new URL(mqtt.url);
    const listener = this.walled.inWorld("mosquitto_sub", [
      ...["-h", hostname, "-p", port, "--cafile", this.certificate, "-u", mqtt.username, "-P", mqtt.password],
      ...["-t", "lampkeeper/#", "-F", "%t", "-q", "1"],
    ]);
    listener.stdout.on("data", (bytes) => (this.topics += bytes));
    await new Promise<void>((done) => listener.stdout.once("data", () => done()));
    const { id } = await this.ask<{ id: string }>("POST", "/rooms", { name: room });
    await this.ask("PATCH", `/lights/${lamps[0]}`, { name: lamp, room: id });
    await this.ask("POST", "/people", { name: person });
    await this.ask("POST", "/scenes", { name: scene, room: id, capture: id });
    await this.ask("PUT", "/place", { ...place, zone: "Europe/Vienna" });
    for (const on of [true, false, true])
      await this.ask("PUT", `/lights/${lamps[0]}/state?wait=reported`, { on });
    await this.ask("POST", "/sim/clock/advance", { seconds: 86_400 });
  }

  async end(): Promise<void> {
    await this.#stop();
    this.walled.close();
    this.#stop = async () => {};
  }
}

/** What a client and the hub agree on, if the client would put up with anything of one version. */
const agreed = async (walled: WalledHome, port: string, version: string): Promise<string> => {
  const weak = version === "-tls1_3" ? [] : ["-cipher", "ALL:@SECLEVEL=0"];
  const part = walled.inWorld("openssl", ["s_client", "-connect", `${address}:${port}`, version, ...weak]);
  part.stdin.end();
  return /New, (\S+), Cipher is/.exec(await said(part))?.[1] ?? "no answer";
};

/** TCP ports at which a process listens, by its descriptors, and the UDP ports it has bound. */
const socketsOf = (pid: number): { readonly listening: number[]; readonly udp: number[] } => {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const rows = (name: string) =>
    readFileSync(`/proc/${pid}/net/${name}`, "latin1")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((row) => inodes.has(row[9] ?? ""));
  const portOf = (row: readonly string[]) => Number.parseInt(row[1]?.split(":")[1] ?? "", 16);
  const isListening = (row: readonly string[]) => row[3] === "0A";
  return {
    listening: [...rows("tcp"), ...rows("tcp6")].filter(isListening).map(portOf).sort(),
    udp: [...rows("udp"), ...rows("udp6")].map(portOf),
  };
};

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const obstacle = networkObstacle();
if (obstacle !== undefined) notRun("doors on a watched cable", obstacle);
else
  describe("doors that other machines can reach", { timeout: 120_000 }, () => {
    const hub = new Reachable();
    beforeAll(() => hub.start(), 300_000);
    afterAll(async () => {
      await hub.end();
      hub.folder[Symbol.dispose]();
    });

    test(`TLS 1.3 and nothing older, whatever the client would put up with ${proves("U23", "A37", "EN303645:5.5-1", "GDPR:32")}`, async () => {
      for (const url of [hub.ready.app, hub.ready.mqtt.url]) {
        const { port } = new URL(url);
        const outcomes = [];
        for (const version of ["-tls1", "-tls1_1", "-tls1_2", "-tls1_3"])
          outcomes.push(await agreed(hub.walled, port, version));
        expect(outcomes).toEqual(["(NONE)", "(NONE)", "(NONE)", "TLSv1.3"]);
      }
    });

    test(`the process listens where it says, and nowhere else ${proves("EN303645:5.6-1", "EN303645:5.6-5", "ISVS:1.1.2")}`, () => {
      const declared = [hub.ready.app, hub.ready.mqtt.url].map((url) => Number(new URL(url).port));
      const { listening, udp } = socketsOf(hub.ready.pid);
      // One more stands on loopback, for simulated lamps that have no certificates.
      const beyond = listening.filter((port) => !declared.includes(port));
      expect(listening).toEqual(expect.arrayContaining(declared));
      expect(beyond).toHaveLength(1);
      const rows = readFileSync(`/proc/${hub.ready.pid}/net/tcp`, "latin1");
      expect(rows).toContain(`0100007F:${(beyond[0] ?? 0).toString(16).toUpperCase().padStart(4, "0")}`);
      expect(udp).toEqual([]);
    });

    test(`what is said in clear to a door is not answered ${proves("A37")}`, async () => {
      for (const url of [hub.ready.app, hub.ready.mqtt.url]) {
        const script = `
          const { connect } = require("node:net");
          const socket = connect(${new URL(url).port}, "${address}", () => socket.write("GET /healthz HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"));
          socket.on("data", (bytes) => process.stdout.write(bytes)).on("error", () => {});`;
        expect(await said(hub.walled.inWorld(process.execPath, ["-e", script]))).not.toMatch(/HTTP|ok/i);
      }
    });

    test(`of a day in the home no name and no place stands in clear on the cable, in a topic, in the log or on the disk ${proves("H11", "H8", "A37", "EN303645:5.5-1", "GDPR:32")}`, async () => {
      await hub.live();
      const { data: rooms } = await hub.ask<{ data: { name: string }[] }>("GET", "/rooms");
      const { data: lights } = await hub.ask<{ data: { name: string }[] }>("GET", "/lights");
      const { data: people } = await hub.ask<{ data: { name: string }[] }>("GET", "/people");
      // They are there, for their owner.
      const shown = [...rooms, ...lights, ...people].map(({ name }) => name);
      expect(shown).toEqual(expect.arrayContaining([room, lamp, person]));
      await hub.end();

      const words = [...canaries, ...traces];
      const heard = hub.topics.split("\n").filter(Boolean);
      expect(heard.length).toBeGreaterThan(3);
      const places: Record<string, Buffer> = {
        topics: Buffer.from(hub.topics),
        log: Buffer.from(hub.log),
        cable: readFileSync(hub.capture),
        certificate: readFileSync(hub.certificate),
      };
      for (const file of filesUnder(join(hub.folder.path, "data"))) places[file] = readFileSync(file);
      const found = Object.entries(places).flatMap(([name, bytes]) =>
        words.filter((word) => bytes.includes(word)).map((word) => `${word} in ${name}`),
      );
      expect(found).toEqual([]);
      expect(Object.keys(places).length).toBeGreaterThan(5);
      // The cable carried all of it, sealed, and nothing was said to everybody: no multicast, no broadcast.
      const count = (filter: string) =>
        execFileSync("tshark", ["-r", hub.capture, "-n", "-Y", filter], {
          stdio: ["ignore", "pipe", "ignore"],
        })
          .toString()
          .split("\n")
          .filter(Boolean).length;
      expect(count("tls.app_data")).toBeGreaterThan(20);
      expect(count(`ip.src == ${address} and eth.dst.ig == 1`)).toBe(0);
      expect(count("mdns or llmnr or ssdp")).toBe(0);
      expect(count(`ip.src == ${address} and (http or mqtt) and not tls`)).toBe(0);
      expect(existsSync(join(hub.folder.path, "data"))).toBe(true);
    });
  });
