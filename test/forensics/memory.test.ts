import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { testUnless } from "../support/not-run.ts";
import { keysOnDisk } from "./support/keys-on-disk.ts";
import { copiesOfEach, memoryObstacle } from "./support/secrets-in-memory.ts";

/** The memory of a hub that was used, as the machine's administrator can read it, held against its keys. */

/**
 * How often a live key may lie there: once in its KeyObject. The database's is in the ciphers that SQLite reads and writes
 * with; that of the epoch is not in use, and waits for the garbage collector.
 */
const mostCopies = (name: string): number => (name === "database" ? 2 : 1);

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

  test("after its end there is no process", async () => {
    expect(await hub.stop()).toBe(0);
    expect(existsSync(`/proc/${hub.ready.pid}`)).toBe(false);
  });
});
