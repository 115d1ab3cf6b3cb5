import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { BrokerRig, Inbox, passwordOf } from "../../support/broker-rig.ts";
import { testIdentity } from "../../support/certificates.ts";
import { requireProgram } from "../../support/programs.ts";
import { proves } from "../../support/proves.ts";

/** The independent clients: they share no code with us or with aedes. */
let publisher = "";
let subscriber = "";
beforeAll(() => {
  publisher = requireProgram("mosquitto_pub");
  subscriber = requireProgram("mosquitto_sub");
}, 300_000);

const rigs: BrokerRig[] = [];
const start = async (): Promise<BrokerRig> => {
  const rig = await new BrokerRig().listen();
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a client to its end. */
const run = (program: string, args: readonly string[]): Promise<Outcome> =>
  new Promise((done) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += String(chunk);
    });
    child.stderr.on("data", (chunk) => {
      err += String(chunk);
    });
    child.once("close", (code) => done({ code, out, err }));
  });

const login = (rig: BrokerRig, id: string): string[] => [
  "-h",
  "127.0.0.1",
  "-p",
  String(rig.port),
  "-u",
  id,
  "-P",
  passwordOf(id),
];

describe("mosquitto_pub and mosquitto_sub", () => {
  test.each(["0", "1", "2"])("a message with QoS %s goes in and comes out", async (qos) => {
    const rig = await start();
    const topic = ["-t", "room/lamp", "-q", qos];
    const sub = run(subscriber, [...login(rig, "owner"), ...topic, "-C", "1", "-F", "%t %p %q"]);
    // Retained, so that it does not matter which of the two is there first.
    const pub = await run(publisher, [...login(rig, "owner"), ...topic, "-r", "-m", '{"state":"ON"}']);
    expect(pub).toMatchObject({ code: 0, err: "" });
    expect((await sub).out).toContain(`room/lamp {"state":"ON"} ${qos}`);
  });

  test("retained messages come first and are flagged", async () => {
    const rig = await start();
    rig.broker.publish("lampkeeper/l-1", "on", { retain: true });
    rig.broker.publish("lampkeeper/l-2", "off", { retain: true });
    const args = [...login(rig, "owner"), "-t", "lampkeeper/+", "-C", "2", "-F", "%r %t %p"];
    const { out } = await run(subscriber, args);
    expect(out.trim().split("\n").sort()).toEqual(["1 lampkeeper/l-1 on", "1 lampkeeper/l-2 off"]);
  });

  test(`without credentials, or with wrong ones, nothing is given ${proves("EN303645:5.5-4", "ISVS:4.2.2")}`, async () => {
    const rig = await start();
    rig.broker.publish("secret", "x", { retain: true });
    const place = ["-h", "127.0.0.1", "-p", String(rig.port), "-t", "#", "-C", "1", "-W", "5"];
    expect(await run(subscriber, place)).toMatchObject({ code: 4, out: "" });
    expect(await run(subscriber, [...place, "-u", "owner", "-P", "guess"])).toMatchObject({
      code: 4,
      out: "",
    });
    expect((await run(publisher, [...place.slice(0, 4), "-t", "a", "-m", "x"])).code).toBe(4);
  });

  test("outside its scope a client gets nothing and puts nothing in", async () => {
    const rig = await start();
    rig.access.device("lamp");
    rig.broker.publish("device/other/command", "x", { retain: true });
    const seen = new Inbox();
    rig.broker.subscribe("device/other/state", seen.push);
    const sub = await run(subscriber, [...login(rig, "lamp"), "-t", "device/#", "-C", "1", "-W", "2"]);
    expect(sub.out).toBe("");
    expect(sub.err).toMatch(/denied|rejected/i);
    await run(publisher, [...login(rig, "lamp"), "-t", "device/other/state", "-m", "forged", "-q", "1"]);
    rig.broker.publish("device/other/state", "true");
    expect((await seen.has(1)).map(({ payload }) => payload)).toEqual(["true"]);
  });

  test("over TLS 1.3 with our certificate, and not over 1.2 nor without trust", async () => {
    const rig = await start();
    const tls = testIdentity();
    rig.port = (await rig.broker.listen({ host: "127.0.0.1", port: 0, tls })).endpoint.port;
    const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
    try {
      const authority = join(folder, "ca.pem");
      writeFileSync(authority, tls.certificate);
      const publish = [...login(rig, "owner"), "-t", "a", "-m", "x", "-q", "1"];
      const trusting = [...publish, "--cafile", authority];
      expect(await run(publisher, [...trusting, "--tls-version", "tlsv1.3"])).toMatchObject({ code: 0 });
      // mosquitto takes the version for the least it would accept, so the other direction is asked of openssl.
      const dial = ["s_client", "-connect", `127.0.0.1:${rig.port}`];
      expect((await run(requireProgram("openssl"), [...dial, "-tls1_3"])).code).toBe(0);
      expect((await run(requireProgram("openssl"), [...dial, "-tls1_2"])).code).not.toBe(0);
      expect((await run(publisher, [...publish, "--tls-use-os-certs"])).code).not.toBe(0);
      expect(rig.broker.counters.published).toBe(1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
