import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signInBytes } from "../../app-sim/client/sign-in-bytes.ts";
import { packWifiCredentials } from "../../hub/codec/wifi-credentials.ts";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { testUnless } from "../support/not-run.ts";
import { proves } from "../support/proves.ts";
import { beginReset, startedAnew } from "../support/reset-process.ts";
import { keysOnDisk } from "./support/keys-on-disk.ts";
import { copiesOfEach, memoryObstacle } from "./support/secrets-in-memory.ts";

/** The memory of a hub that was used, as the machine's administrator can read it, held against its keys. */

/**
 * How often a live key may lie there: once in its KeyObject. The database's is in the ciphers that SQLite reads and writes
 * with; that of the epoch is not in use, and waits for the garbage collector.
 */
const mostCopies = (name: string): number => (name === "database" ? 2 : 1);

const closedHub = fileURLToPath(new URL("support/closed-hub.ts", import.meta.url));
/** Node before 22.18 strips types only when told to. */
const flags = process.features.typescript === false ? ["--experimental-strip-types"] : [];

const network = { ssid: Buffer.from("Okafor"), password: Buffer.from("three-keys-on-a-ring") };

const account = {
  password: Buffer.from("four-lamps-and-a-moon"),
  guess: Buffer.from("four-moons-and-a-lamp"),
};

const obstacle = memoryObstacle(process.pid);

describe("the memory of a hub from which a person was erased", () => {
  const folder = scratch();
  let hub: HubProcess;
  let before: Readonly<Record<string, Buffer>>;
  let erased: string;

  const added = async (name: string): Promise<string> => {
    const { body } = await hub.api("POST", "/people", { name });
    return (body as { readonly id: string }).id;
  };

  beforeAll(async () => {
    hub = await HubProcess.start(folder.path, "--bulbs", "2", "--sensors", "0", "--people", "0");
    erased = await added("Ana");
    await added("Ben");
    before = keysOnDisk(hub.ready.data);
    const { status } = await hub.api("DELETE", `/people/${erased}`);
    expect(status).toBe(204);
  }, 120_000);
  afterAll(async () => {
    await hub.stop();
    folder[Symbol.dispose]();
  });

  testUnless(obstacle, "no copy of a destroyed key, nor of the root key", async () => {
    const { [`person/${erased}`]: person = Buffer.alloc(0), epoch, root } = before;
    expect(person.length).toBe(32);
    const secrets = { person, epoch: epoch ?? person, root: root ?? person };
    await expect
      .poll(() => copiesOfEach(hub.ready.pid, secrets), { timeout: 20_000, interval: 500 })
      .toEqual({ person: 0, epoch: 0, root: 0 });
  });

  testUnless(obstacle, "live keys are found, and no more often than they are in use", () => {
    const { root: _, ...live } = keysOnDisk(hub.ready.data);
    const copies = copiesOfEach(hub.ready.pid, live);
    for (const [name, count] of Object.entries(copies)) {
      expect(count, name).toBeLessThanOrEqual(mostCopies(name));
      expect(count, name).toBeGreaterThanOrEqual(name === "epoch" ? 0 : 1);
    }
    expect(Object.keys(copies).filter((name) => name.startsWith("person/"))).toHaveLength(1);
  });

  testUnless(obstacle, "no copy of a Wi-Fi password that was set, used and forgotten", async () => {
    for (const path of ["/sim/access-point", "/wifi"])
      expect((await hub.send("PUT", path, packWifiCredentials(network))).status).toBe(200);
    expect((await hub.api("POST", "/wifi/test")).body).toEqual({ outcome: "joined" });
    expect((await hub.api("DELETE", "/wifi")).status).toBe(204);
    const { password } = network;
    await expect
      .poll(() => copiesOfEach(hub.ready.pid, { password }), { timeout: 20_000, interval: 500 })
      .toEqual({ password: 0 });
  });

  testUnless(
    obstacle,
    "no copy of an account's password that was set, signed in with and guessed at",
    async () => {
      const id = await added("Cleo");
      const { password, guess } = account;
      expect((await hub.send("PUT", `/people/${id}/password`, password)).status).toBe(204);
      const enter = async (word: Buffer) =>
        (
          await hub.send(
            "POST",
            "/session?as=token",
            signInBytes(id, { password: word, code: Buffer.alloc(0) }),
          )
        ).status;
      expect([await enter(password), await enter(guess), await enter(password)]).toEqual([201, 401, 201]);
      await expect
        .poll(() => copiesOfEach(hub.ready.pid, account), { timeout: 20_000, interval: 500 })
        .toEqual({ password: 0, guess: 0 });
    },
  );

  test(`after its end there is no process ${proves("M10", "ISVS:2.3.4")}`, async () => {
    expect(await hub.stop()).toBe(0);
    expect(existsSync(`/proc/${hub.ready.pid}`)).toBe(false);
  });
});

/** 0 of each. */
const none = (keys: Readonly<Record<string, Buffer>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.keys(keys).map((name) => [name, 0]));

/** In use are all but the root key, which is read when it is needed, and that of the epoch. */
const expectAlive = (
  pid: number,
  { root: _, epoch: __, ...live }: Readonly<Record<string, Buffer>>,
): void => {
  const copies = copiesOfEach(pid, live);
  expect(Object.keys(copies)).toEqual(expect.arrayContaining(["household", "place", "wifi", "database"]));
  for (const [name, count] of Object.entries(copies)) expect(count, name).toBeGreaterThanOrEqual(1);
};

testUnless(
  obstacle,
  "after a factory reset no key of the home that was there is in the same process, nor its Wi-Fi password",
  async () => {
    using folder = scratch();
    await using hub = await HubProcess.start(folder.path, "--bulbs", "1", "--sensors", "0", "--people", "0");
    await hub.api("POST", "/people", { name: "Ana" });
    expect((await hub.send("PUT", "/wifi", packWifiCredentials(network))).status).toBe(200);
    const before = keysOnDisk(hub.ready.data);
    expectAlive(hub.ready.pid, before);
    await beginReset(hub);
    expect((await startedAnew(hub)).pid).toBe(hub.ready.pid);
    const secrets = { ...before, password: network.password };
    await expect
      .poll(() => copiesOfEach(hub.ready.pid, secrets), { timeout: 20_000, interval: 500 })
      .toEqual(none(secrets));
  },
  120_000,
);

testUnless(
  obstacle,
  "after a hub has ended no key of it is in its process, which goes on",
  async () => {
    using folder = scratch();
    const child = spawn(process.execPath, [...flags, closedHub, folder.path], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    const pid = child.pid ?? 0;
    const said = async (): Promise<string> => `${(await once(child.stdout, "data"))[0]}`.trim();
    expect(await said()).toBe("open");
    const keys = keysOnDisk(folder.path);
    expectAlive(pid, keys);
    child.stdin.write("on\n");
    expect(await said()).toBe("closed");
    expect(copiesOfEach(pid, keys)).toEqual(none(keys));
    child.stdin.write("on\n");
    expect((await once(child, "exit"))[0]).toBe(0);
  },
  60_000,
);
