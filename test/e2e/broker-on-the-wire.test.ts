import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { WalledHome, worldAddress } from "../../app-sim/cli/proof/walled-home.ts";
import { testIdentity } from "../support/certificates.ts";
import { scratch } from "../support/hub-process.ts";
import { notRun } from "../support/not-run.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { appears, asked, networkObstacle } from "../support/walled.ts";

/** The owner's broker at the other end of the only cable, and everything on the cable read by another program. */

interface Report {
  readonly recipients: readonly { recipient: string; messages: number; bytes: number; fields: string[] }[];
  readonly kernel: { verifiable: boolean; counted: number; sent?: number; difference?: number };
}

/** Bytes that TCP carried from the home, as a capture has them, and everybody they went to. */
const sentIn = (file: string) => {
  const fields = ["ip.src", "ip.dst", "tcp.dstport", "tcp.len", "frame.len"].flatMap((field) => [
    "-e",
    field,
  ]);
  const text = execFileSync("tshark", ["-r", file, "-n", "-T", "fields", ...fields], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const frames = text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"))
    .filter(([from]) => from === "192.0.2.2");
  const sum = (at: number) => frames.reduce((all, frame) => all + Number(frame[at] || 0), 0);
  return {
    to: new Set(frames.map(([, to, port]) => `${to}:${port}`)),
    payload: sum(3),
    whole: sum(4),
    frames: frames.length,
  };
};

const canary = "Umbrella-Pavilion";

const obstacle = networkObstacle();
if (obstacle !== undefined) notRun("the owner's broker on a watched cable", obstacle);
else
  describe("with the owner's broker on", () => {
    beforeAll(() => {
      for (const program of ["ip", "tshark", "mosquitto", "mosquitto_sub"] as const) requireProgram(program);
    }, 300_000);

    test(`packets go to it and to nobody else, encrypted, and the ledger has their messages and bytes ${proves("H33", "A37", "H62", "M6", "EN303645:5.5-1", "EN303645:5.8-1", "GDPR:32", "M7")}`, async () => {
      using folder = scratch();
      const walled = await WalledHome.open(folder.path);
      try {
        const tls = testIdentity(`IP:${worldAddress}`);
        const [certificate, key] = ["certificate.pem", "key.pem"].map((name) => join(folder.path, name));
        writeFileSync(certificate ?? "", tls.certificate);
        writeFileSync(key ?? "", tls.key, { mode: 0o600 });
        const config = join(folder.path, "mosquitto.conf");
        writeFileSync(
          config,
          [
            "user root",
            `listener 8883 ${worldAddress}`,
            "allow_anonymous true",
            "persistence false",
            `certfile ${certificate}`,
            `keyfile ${key}`,
          ].join("\n"),
        );
        const broker = walled.inWorld(requireProgram("mosquitto"), ["-c", config, "-v"]);
        let log = "";
        const isUp = new Promise<void>((done) => {
          broker.stderr.on("data", (bytes) => {
            log += bytes;
            if (log.includes(" running")) done();
          });
        });
        await isUp;
        const capture = join(folder.path, "cable.pcapng");
        const shark = walled.inWorld("tshark", ["-q", "-i", "cable", "-w", capture]);
        await new Promise<void>((done) =>
          shark.stderr.on("data", (bytes) => /Capturing/.test(`${bytes}`) && done()),
        );

        const file = join(folder.path, "ready.json");
        const options = `sim --headless --app-port 0 --mqtt-port 0 --bulbs 0 --sensors 0 --ble-lamps 2 --people 0`;
        const hub = walled.inHome(process.execPath, [
          resolve("scripts/launch.mjs"),
          ...options.split(" "),
          ...[
            "--broker",
            `mqtts://${worldAddress}:8883`,
            "--broker-ca",
            certificate ?? "",
            "--home-assistant",
          ],
          ...["--data", join(folder.path, "data"), "--ready-file", file],
        ]);
        const ended = once(hub, "exit");
        const ready = await appears(folder.path, file, hub, ended);
        const listener = walled.inWorld(requireProgram("mosquitto_sub"), [
          ...["-h", worldAddress, "-p", "8883", "--cafile", certificate ?? "", "-t", "#", "-F", "%t %p"],
        ]);
        let heard = "";
        listener.stdout.on("data", (bytes) => {
          heard += bytes;
        });
        await asked(walled, ready, "PATCH", `/lights/${ready.lamps[0]}`, { name: canary });
        for (let each = 0; each < 6; each++)
          for (const lamp of ready.lamps)
            await asked(walled, ready, "PUT", `/lights/${lamp}/state?wait=reported`, {
              on: each % 2 === 0,
              brightness: 40,
            });
        await asked(walled, ready, "POST", "/sim/clock/advance", { seconds: 3 * 3_600 });
        const report = await asked<Report>(walled, ready, "GET", "/privacy/disclosures/report");
        const { data: lines } = await asked<{ data: { act: string; recipient: string; detail?: string }[] }>(
          walled,
          ready,
          "GET",
          "/privacy/disclosures",
        );
        const published = [
          ...log.matchAll(/Received PUBLISH from lampkeeper-\S+ \(.*\((\d+) bytes\)\)/g),
        ].filter(([, bytes]) => bytes !== "0").length;
        hub.kill("SIGTERM");
        await ended;
        const isOver = once(shark, "exit");
        shark.kill("SIGINT");
        await isOver;

        const sum = report.recipients.find(({ recipient }) => recipient === "owner-broker");
        const assistant = report.recipients.find(({ recipient }) => recipient === "home-assistant");
        expect(report.recipients).toHaveLength(2);
        expect((sum?.messages ?? 0) + (assistant?.messages ?? 0)).toBe(published);
        // A name is in what is declared to hold one, and in the ledger as that; nowhere else.
        expect(assistant?.fields).toEqual(["homeassistant/device/{id}/config"]);
        const named = heard.split("\n").filter((line) => line.includes(canary));
        expect(named.length).toBeGreaterThan(0);
        for (const line of named) expect(line).toMatch(/^homeassistant\/device\/[^/ ]+\/config /);
        expect(published).toBeGreaterThanOrEqual(10);
        expect(sum?.fields).toEqual(expect.arrayContaining(["lampkeeper/bridge/state", "lampkeeper/{id}"]));
        expect(lines.slice(0, 3).map(({ act, recipient, detail }) => [act, recipient, detail])).toEqual([
          ["switched-on", "owner-broker", "start"],
          ["switched-on", "home-assistant", "start"],
          ["began", "owner-broker", undefined],
        ]);

        const wire = sentIn(capture);
        expect(wire.to).toEqual(new Set([`${worldAddress}:8883`]));
        // TLS 1.3 adds 22 bytes to a record and a handshake once; the goodbye came after the report.
        const bytes = sum?.bytes ?? 0;
        expect(wire.payload).toBeGreaterThan(bytes);
        expect(wire.payload - bytes).toBeLessThan(1_500 + 30 * wire.frames);
        // The kernel's own count holds the headers of every frame on top of that, and nothing else.
        const { kernel } = report;
        expect(kernel).toMatchObject({ verifiable: true, counted: bytes });
        expect(kernel.difference).toBeGreaterThan(0);
        expect(kernel.sent).toBeLessThanOrEqual(wire.whole);
        expect(kernel.difference).toBeLessThan(1_500 + (30 + 66) * wire.frames);
        // Nothing of what was said stands on the cable in clear.
        const raw = readFileSync(capture);
        for (const word of ["lampkeeper/", "brightness", canary, ...ready.lamps])
          expect(raw.includes(word)).toBe(false);
        expect(log).toContain(`lampkeeper/${ready.lamps[0]}`);
      } finally {
        walled.close();
      }
    }, 120_000);
  });
