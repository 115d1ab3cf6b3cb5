import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { beforeAll, describe, expect, test } from "vitest";
import { testIdentity } from "../support/certificates.ts";
import { HubProcess, type Ready, scratch } from "../support/hub-process.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { lampkeeper, startThatEnds } from "../support/refused-start.ts";

/** The process as the machine sees it: signals, ports, command lines, files, and a clock that is wrong. */

const small = ["--bulbs", "2", "--sensors", "0"];

describe("an end", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s ends a home of twenty lamps within five seconds",
    async (signal) => {
      using folder = scratch();
      const hub = await HubProcess.start(folder.path, "--bulbs", "20");
      const before = performance.now();
      expect(await hub.stop(signal)).toBe(0);
      expect(performance.now() - before).toBeLessThan(5_000);
      expect(existsSync(hub.readyFile)).toBe(false);
    },
  );

  test("signals that come again change nothing", async () => {
    using folder = scratch();
    const hub = await HubProcess.start(folder.path, "--bulbs", "20");
    for (const signal of ["SIGINT", "SIGTERM", "SIGINT"] as const) process.kill(hub.ready.pid, signal);
    expect(await hub.stop()).toBe(0);
    expect(readdirSync(join(folder.path, "data"))).not.toContain("hub.db-wal");
  });

  test.each(["hub.lock", "hub.db", "hub.db-wal"])(
    "a signal when the start has come to %s ends it; the next start is a whole one",
    async (file) => {
      using folder = scratch();
      const data = join(folder.path, "data");
      const usual = ["--app-port", "0", "--mqtt-port", "0", "--headless", "--bulbs", "20"];
      const child = spawn(process.execPath, ["scripts/launch.mjs", "sim", "--data", data, ...usual]);
      const ended = once(child, "exit");
      await expect.poll(() => existsSync(join(data, file)), { interval: 2, timeout: 20_000 }).toBe(true);
      child.kill("SIGTERM");
      expect(await ended).toEqual([0, null]);
      expect(existsSync(join(data, "ready.json"))).toBe(false);
      const hub = await HubProcess.start(folder.path, "--bulbs", "20");
      expect(hub.ready.lamps).toHaveLength(20);
      expect(await hub.stop()).toBe(0);
    },
  );

  test("the ready file of a killed hub is gone before the next one is ready", {
    timeout: 60_000,
  }, async () => {
    using folder = scratch();
    const data = join(folder.path, "data");
    const file = join(data, "ready.json");
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(file, '{"schema":"lampkeeper.ready/1","pid":1}');
    const port = createServer().listen(0, "127.0.0.1");
    await once(port, "listening");
    const { port: busy } = port.address() as { port: number };
    expect(startThatEnds(data, "--app-port", `${busy}`).code).toBe(6);
    expect(existsSync(file)).toBe(false);
    port.close();
  });

  test("a second start that is refused leaves the first one's ready file alone", async () => {
    using folder = scratch();
    await using hub = await HubProcess.start(folder.path, ...small);
    const refused = startThatEnds(hub.ready.data, "--ready-file", hub.readyFile);
    expect(refused).toMatchObject({ code: 6, stderr: expect.stringContaining("(store_locked)") });
    expect(existsSync(hub.readyFile)).toBe(true);
  });
});

describe("ports and addresses", () => {
  test("a busy port that was asked for is named", async () => {
    using folder = scratch();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    for (const option of ["--app-port", "--mqtt-port"]) {
      const { code, stderr } = startThatEnds(join(folder.path, "data"), option, `${port}`);
      expect({ code, stderr }).toEqual({
        code: 6,
        stderr: `lampkeeper: port ${port} is taken; choose another, or 0 for any free one (port_busy)\n`,
      });
    }
    other.close();
  });

  test.each([
    [["--host", "0.0.0.0"], "plain_listener_refused"],
    [["--host", "::"], "plain_listener_refused"],
    [["--mqtt-host", "0.0.0.0"], "plain_listener_refused"],
    [["--legacy-host", "0.0.0.0"], "legacy_listener_too_wide"],
    [["--legacy-host", "0x0"], "legacy_listener_too_wide"],
    [["--legacy-host", "0:0::0"], "legacy_listener_too_wide"],
    [["--tls-cert", "package.json", "--tls-key", "package.json"], "invalid_input"],
  ])("%j is refused", (options, error) => {
    using folder = scratch();
    const { code, stderr } = startThatEnds(join(folder.path, "data"), ...options);
    expect(stderr).toMatch(new RegExp(`^lampkeeper: [^\\n]+ \\(${error}\\)\\n$`));
    expect(code).toBe(2);
  });

  test(`every interface with TLS: 1.3 and nothing older, on both ports ${proves("U23", "A37", "EN303645:5.5-1", "CRA:I.2.e")}`, {
    timeout: 60_000,
  }, async () => {
    using folder = scratch();
    const { certificate, key } = testIdentity();
    const files = { cert: join(folder.path, "cert.pem"), key: join(folder.path, "key.pem") };
    writeFileSync(files.cert, certificate);
    writeFileSync(files.key, key);
    const tls = ["--host", "0.0.0.0", "--tls-cert", files.cert, "--tls-key", files.key];
    await using hub = await HubProcess.start(folder.path, ...small, ...tls);
    const handshake = async (port: number, maxVersion: "TLSv1.2" | "TLSv1.3") => {
      const socket = connectTls({ host: "127.0.0.1", port, ca: certificate, maxVersion });
      try {
        await once(socket, "secureConnect");
        return socket.getProtocol();
      } catch {
        return "refused";
      } finally {
        socket.destroy();
      }
    };
    for (const url of [hub.ready.app, hub.ready.mqtt.url]) {
      const port = Number(new URL(url).port);
      expect(await handshake(port, "TLSv1.3")).toBe("TLSv1.3");
      expect(await handshake(port, "TLSv1.2")).toBe("refused");
    }
  });
});

describe("command lines", () => {
  test.each<[words: readonly string[], code: number]>([
    [["--help"], 0],
    [["frobnicate"], 2],
    [["sim", "--dta", "x"], 2],
    [["sim", "--bulbs", "1e9"], 2],
    [["sim", "--bulbs=-1"], 2],
    [["sim", "--data", ""], 2],
    [["sim", "--app-port", "80000"], 2],
    [["sim", "--speed", "NaN"], 2],
    [["sim", "--base", "#"], 2],
    [["sim", "--scenario", "none.yaml"], 2],
    [["serve", "--bulbs", "2"], 2],
    [["lamp", "list", "--ready-file", "/nonexistent/ready.json"], 3],
    [["lamp", "list", "--hub", "http://127.0.0.1:9", "--token-file", "/dev/null"], 2],
  ])("%j exits with %i and no stack", (words, code) => {
    const ran = lampkeeper(...words);
    expect([ran.code, ran.stderr.includes("    at ")], ran.stderr).toEqual([code, false]);
  });

  test("against a running hub each kind of failure has its code", { timeout: 60_000 }, async () => {
    using folder = scratch();
    await using hub = await HubProcess.start(folder.path, ...small);
    const cli = (...words: string[]) => lampkeeper(...words, "--ready-file", hub.readyFile, "--json");
    const [lamp = ""] = hub.ready.lamps;
    expect(cli("lamp", "list").code).toBe(0);
    expect(cli("lamp", "show", "l-aaaaaaaaaaaa").code).toBe(5);
    expect(cli("lamp", "set", lamp, "--bri", "900%").code).toBe(2);
    const token = join(folder.path, "token");
    writeFileSync(token, `${hub.ready.api.token}x`, { mode: 0o600 });
    const wrong = lampkeeper("lamp", "list", "--hub", hub.ready.app, "--token-file", token, "--json");
    expect(wrong.code).toBe(4);
    expect(JSON.parse(wrong.stderr)).toMatchObject({ schema: "lampkeeper.cli/1", ok: false });
    await hub.api("POST", `/sim/devices/${lamp}/unplug`);
    expect(cli("lamp", "on", lamp, "--wait").code).toBe(7);
  });
});

describe("what others on the machine can see", () => {
  beforeAll(() => void requireProgram("strace"), 300_000);

  test(`no name, no secret: not in a file, not in what it prints, not in its command line ${proves("M1", "ISVS:1.4.4")}`, {
    timeout: 60_000,
  }, async () => {
    using folder = scratch();
    const hub = await HubProcess.start(folder.path, ...small, "--log-level", "debug");
    const canary = "Canary7f3b";
    const made = [
      await hub.api("POST", "/rooms", { name: `${canary} room` }),
      await hub.api("POST", "/zones", { name: `${canary} zone`, members: [] }),
      await hub.api("PATCH", `/lights/${hub.ready.lamps[0]}`, { name: `${canary} lamp` }),
      await hub.api("POST", "/tokens", { name: `${canary} token`, role: "resident" }),
    ];
    expect(made.slice(0, 1).map(({ status }) => status)).toEqual([201]);
    expect(made[3]?.status).toBe(201);
    const issued = JSON.stringify(made[3]?.body).match(/"secret":"([^"]+)"|"token":"([^"]+)"/);
    const secret = (issued?.[1] ?? issued?.[2] ?? "").split(".").at(-1) ?? "";
    expect(secret.length).toBeGreaterThan(20);
    await hub.api("POST", "/rooms", { name: `${canary}\u0000` });
    await hub.api("PUT", `/lights/${canary}/state`, { effect: canary });
    const words = [canary, secret, hub.ready.mqtt.password];
    const look = (where: string, text: string) => {
      for (const word of words) expect(text.includes(word), `${word} in ${where}`).toBe(false);
    };
    const lookAtFiles = () => {
      for (const entry of readdirSync(hub.ready.data, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) look(entry.name, readFileSync(join(entry.parentPath, entry.name), "latin1"));
      }
    };
    for (const file of ["cmdline", "environ"])
      look(file, readFileSync(`/proc/${hub.ready.pid}/${file}`, "latin1"));
    lookAtFiles();
    await hub.stop();
    lookAtFiles();
    look("output", hub.output);
  });

  test(`it connects to nothing but this machine, and looks no name up ${proves("EN303645:5.6-5", "ISVS:3.2.2")}`, {
    timeout: 90_000,
  }, async () => {
    using folder = scratch();
    const [log, ready] = [join(folder.path, "strace"), join(folder.path, "ready.json")];
    const hub = ["scripts/launch.mjs", "sim", "--data", join(folder.path, "data"), "--ready-file", ready];
    const usual = ["--app-port", "0", "--mqtt-port", "0", "--headless", ...small];
    const traced = ["-f", "-e", "trace=network", "-o", log, process.execPath, ...hub, ...usual];
    const child = spawn("strace", traced, { stdio: "ignore" });
    const ended = once(child, "exit");
    await expect.poll(() => existsSync(ready), { timeout: 60_000, interval: 50 }).toBe(true);
    process.kill((JSON.parse(readFileSync(ready, "utf8")) as Ready).pid, "SIGTERM");
    await ended;
    const calls = readFileSync(log, "utf8").split("\n");
    const reached = calls.filter(
      (line) => /\b(connect|sendto|sendmsg|sendmmsg)\(/.test(line) && /sa_family=AF_INET/.test(line),
    );
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.filter((line) => !line.includes('inet_addr("127.0.0.1")'))).toEqual([]);
    const bound = calls.filter((line) => /\bbind\(/.test(line) && /AF_INET/.test(line));
    expect(bound.filter((line) => !line.includes('inet_addr("127.0.0.1")'))).toEqual([]);
  });
});
