import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testIdentity } from "../support/certificates.ts";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { requireProgram } from "../support/programs.ts";

const limit = { timeout: 120_000 };
const online = '{"state":"online"}\n';

/** What the broker retains of the hub's state, heard by a client that is not ours. */
const bridgeState = ({ ready }: HubProcess, base: string, ...where: readonly string[]): string => {
  const login = ["-h", "127.0.0.1", "-u", ready.mqtt.username, "-P", ready.mqtt.password, ...where];
  const words = [...login, "-t", `${base}/bridge/state`, "-C", "1", "-W", "3"];
  return execFileSync(requireProgram("mosquitto_sub"), words, {
    encoding: "utf8",
    stdio: "pipe",
    timeout: 30_000,
  });
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};

test("the home's clock, its topics, its keys and its lamps' kind are as the options say", limit, async () => {
  using folder = scratch();
  const keys = join(folder.path, "elsewhere");
  const topics = ["--base", "my/home", "--key-dir", keys, "--mqtt-host", "localhost"];
  const home = ["--bulbs", "3", "--sensors", "1", "--speed", "60", "--lamps", "object", "--external", "2"];
  await using hub = await HubProcess.start(folder.path, ...topics, ...home);
  expect(hub.ready.mqtt.base).toBe("my/home");
  expect(hub.ready.lamps).toHaveLength(3);
  expect(readdirSync(keys)).not.toEqual([]);
  expect(existsSync(join(folder.path, "data", "keys"))).toBe(false);
  expect((await hub.api("GET", "/sim/clock")).body).toMatchObject({ speed: 60, paused: false });
  const { port } = new URL(hub.ready.mqtt.url);
  expect(bridgeState(hub, "my/home", "-p", port)).toBe(online);
});

test("with a certificate every door speaks TLS, but for the legacy listener", limit, async () => {
  using folder = scratch();
  const { certificate, key } = testIdentity();
  const [certFile, keyFile] = [join(folder.path, "cert.pem"), join(folder.path, "key.pem")];
  writeFileSync(certFile, certificate);
  writeFileSync(keyFile, key);
  const legacyPort = String(await freePort());
  const legacy = ["--legacy-host", "127.0.0.1", "--legacy-port", legacyPort];
  const tls = ["--tls-cert", certFile, "--tls-key", keyFile, "--lamps", "object"];
  await using hub = await HubProcess.start(folder.path, "--bulbs", "1", "--sensors", "0", ...tls, ...legacy);
  expect(hub.ready.app).toMatch(/^https:/);
  const { port } = new URL(hub.ready.mqtt.url);
  expect(bridgeState(hub, "lampkeeper", "-p", port, "--cafile", certFile)).toBe(online);
  // It is there, for lamps alone: an owner's password is not taken in clear.
  expect(() => bridgeState(hub, "lampkeeper", "-p", legacyPort)).toThrow("not authorised");
  expect(() => bridgeState(hub, "lampkeeper", "-p", port)).toThrow();
});
