import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testIdentity } from "../support/certificates.ts";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { MosquittoSubscriber, mosquittoPublish } from "../support/mosquitto-clients.ts";
import { MosquittoServer } from "../support/mosquitto-server.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";

/** `lampkeeper sim --broker URL` as its users start it, at a Mosquitto with passwords. */

const users = { house: "of the house", app: "of an app" };

describe("a simulated home on one's own broker", { timeout: 180_000 }, () => {
  const server = new MosquittoServer();
  beforeAll(async () => {
    requireProgram("mosquitto_sub");
    await server.start(users);
  }, 300_000);
  afterAll(() => server.close());

  const optionsIn = (folder: string): readonly string[] => {
    const file = join(folder, "password");
    writeFileSync(file, users.house, { mode: 0o600 });
    const broker = `mqtt://127.0.0.1:${server.port}`;
    return ["--bulbs", "3", "--broker", broker, "--broker-user", "house", "--broker-password-file", file];
  };

  test("its lamps live there, are switched there, and are found again by a second start", async () => {
    using folder = scratch();
    const options = optionsIn(folder.path);
    const first = await HubProcess.start(folder.path, ...options);
    const { mqtt, lamps } = first.ready;
    expect(mqtt).toEqual({
      url: `mqtt://127.0.0.1:${server.port}`,
      username: "",
      password: "",
      base: "lampkeeper",
    });
    expect(readFileSync(first.readyFile, "utf8")).not.toContain(users.house);
    expect(lamps).toHaveLength(3);
    const devices = (await first.api("GET", "/devices")).body as { data: { via: string }[] };
    expect(new Set(devices.data.map(({ via }) => via))).toEqual(new Set(["owner"]));

    const login = { ...mqtt, username: "app", password: users.app };
    using states = new MosquittoSubscriber(login, "lampkeeper/+");
    for (const word of ["ON", "OFF"]) {
      await mosquittoPublish(login, `lampkeeper/${lamps[0]}/set`, word);
      await states.until(
        ({ topic, payload }) => topic === `lampkeeper/${lamps[0]}` && payload.includes(`"state":"${word}"`),
      );
    }
    expect(await first.stop()).toBe(0);
    expect(first.output).not.toContain(users.house);

    await using second = await HubProcess.start(folder.path, ...options);
    expect([...second.ready.lamps].sort()).toEqual([...lamps].sort());
  });

  test("a home that was started without it keeps its devices where they are; new ones live there", async () => {
    using folder = scratch();
    const before = await HubProcess.start(folder.path, "--bulbs", "2", "--sensors", "0");
    expect(await before.stop()).toBe(0);
    await using hub = await HubProcess.start(folder.path, ...optionsIn(folder.path), "--sensors", "0");
    const devices = (await hub.api("GET", "/devices")).body as { data: { via: string }[] };
    expect(devices.data.map(({ via }) => via).sort()).toEqual(["hub", "hub", "owner"]);
  });

  test("over TLS with an authority of the owner's own", async () => {
    using folder = scratch();
    const tls = testIdentity();
    const authority = join(folder.path, "authority.pem");
    writeFileSync(authority, tls.certificate);
    const secure = new MosquittoServer();
    try {
      await secure.start(users, tls);
      const url = `mqtts://127.0.0.1:${secure.port}`;
      const options = [...optionsIn(folder.path), "--broker", url, "--broker-ca", authority];
      await using hub = await HubProcess.start(folder.path, ...options);
      expect(hub.ready.mqtt.url).toBe(url);
      expect(hub.ready.lamps).toHaveLength(3);
    } finally {
      await secure.close();
    }
  });

  test(`known there by a key and a certificate, without any password; a password alone is let in by nobody ${proves("ISVS:4.2.3")}`, async () => {
    using folder = scratch();
    const [tls, own] = [testIdentity(), testIdentity()];
    const files = { authority: tls.certificate, certificate: own.certificate, key: own.key };
    const at = (name: keyof typeof files) => join(folder.path, `${name}.pem`);
    for (const name of Object.keys(files) as (keyof typeof files)[])
      writeFileSync(at(name), files[name], { mode: 0o600 });
    const secure = new MosquittoServer();
    try {
      await secure.start(users, tls, undefined, own.certificate);
      const address = ["--broker", `mqtts://127.0.0.1:${secure.port}`, "--broker-ca", at("authority")];
      const home = ["--bulbs", "2", "--sensors", "0"];
      const identity = ["--broker-cert", at("certificate"), "--broker-key", at("key")];
      const hub = await HubProcess.start(folder.path, ...home, ...address, ...identity);
      expect(hub.ready.lamps).toHaveLength(2);
      const lights = await hub.api("PUT", `/lights/${hub.ready.lamps[0]}/state?wait=reported`, { on: true });
      expect(lights).toMatchObject({ status: 200, body: { reported: { on: true } } });
      expect(await hub.stop()).toBe(0);
      // The same broker, asked with a password that it knows.
      const login = ["-h", "127.0.0.1", "-p", `${secure.port}`, "--cafile", at("authority"), "-u", "house"];
      const said = spawnSync("mosquitto_pub", [...login, "-P", users.house, "-t", "a", "-m", "b"], {
        timeout: 20_000,
      });
      expect(said.status).not.toBe(0);
      const key = ["--cert", at("certificate"), "--key", at("key")];
      expect(
        spawnSync("mosquitto_pub", [...login, ...key, "-t", "a", "-m", "b"], { timeout: 20_000 }).status,
      ).toBe(0);
    } finally {
      await secure.close();
    }
  });

  test("a home whose devices live there does not start without it, and says what to do", async () => {
    using folder = scratch();
    const hub = await HubProcess.start(folder.path, ...optionsIn(folder.path));
    expect(await hub.stop()).toBe(0);
    await expect(HubProcess.start(folder.path, "--bulbs", "3")).rejects.toThrow(/--broker.*no_own_broker/);
  });
});
