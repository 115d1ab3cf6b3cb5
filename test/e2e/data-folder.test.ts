import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { testUnless } from "../support/not-run.ts";
import { startThatEnds } from "../support/refused-start.ts";
import { mountObstacle, smallDisk } from "../support/tmpfs.ts";

/** Data folders that somebody or something has spoilt. */

const root = scratch();
const sound = join(root.path, "sound");
const other = join(root.path, "other");
let lamps: readonly string[] = [];

const lived = async (folder: string): Promise<readonly string[]> => {
  const hub = await HubProcess.start(folder, "--bulbs", "2", "--sensors", "0");
  for (const id of hub.ready.lamps) await hub.api("PATCH", `/lights/${id}`, { name: `Mine ${id}` });
  await hub.stop();
  return hub.ready.lamps;
};

beforeAll(async () => {
  for (const folder of [sound, other]) mkdirSync(folder);
  lamps = await lived(sound);
  await lived(other);
}, 60_000);
afterAll(() => root[Symbol.dispose]());

/** Every file and what is in it, but for the lock that holds nothing. */
const contents = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file, readFileSync(file).toString("hex")]),
  );

const plainDatabase = (file: string): void => {
  rmSync(file);
  const database = new Database(file);
  database.exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('milk')");
  database.close();
};

const noise = (file: string, bytes: number): void => writeFileSync(file, randomBytes(bytes));
const key = "keys/keys";

describe("a data folder that is not as the hub left it is refused, left alone, and good again when mended", () => {
  test.each<[what: string, spoil: (data: string) => void, code: string]>([
    ["noise in place of hub.db", (data) => noise(join(data, "hub.db"), 100_000), "store_unreadable"],
    ["one byte in place of hub.db", (data) => noise(join(data, "hub.db"), 1), "store_unreadable"],
    ["an empty hub.db", (data) => truncateSync(join(data, "hub.db"), 0), "store_unreadable"],
    ["hub.db cut short", (data) => truncateSync(join(data, "hub.db"), 4_096), "store_unreadable"],
    ["no hub.db any more", (data) => rmSync(join(data, "hub.db")), "store_unreadable"],
    ["an unencrypted database", (data) => plainDatabase(join(data, "hub.db")), "store_unreadable"],
    [
      "another hub's hub.db",
      (data) => cpSync(join(other, "data", "hub.db"), join(data, "hub.db")),
      "store_unreadable",
    ],
    ["another hub's root key", (data) => noise(join(data, key, "root"), 32), "store_unreadable"],
    ["half a root key", (data) => truncateSync(join(data, key, "root"), 16), "keys_unreadable"],
    ["no root key", (data) => rmSync(join(data, key, "root")), "key_missing"],
    ["no key folder", (data) => rmSync(join(data, "keys"), { recursive: true }), "key_missing"],
    ["a register cut short", (data) => truncateSync(join(data, "key-register"), 100), "keys_unreadable"],
    ["an empty register", (data) => truncateSync(join(data, "key-register"), 0), "keys_unreadable"],
    ["no register any more", (data) => rmSync(join(data, "key-register")), "keys_unreadable"],
  ])("%s", (_what, spoil, code) => {
    using folder = scratch();
    const data = join(folder.path, "data");
    cpSync(join(sound, "data"), data, { recursive: true });
    spoil(data);
    const before = contents(data);
    for (const _attempt of [1, 2]) {
      const start = startThatEnds(data);
      expect(start.stderr).toMatch(new RegExp(`^lampkeeper: [^\\n]+ \\(${code}\\)\\n$`));
      expect(start).toMatchObject({ code: 11, stdout: "" });
    }
    expect(contents(data)).toEqual(before);
  });

  test("what was lost and comes back makes the home whole", { timeout: 60_000 }, async () => {
    using folder = scratch();
    const data = join(folder.path, "data");
    cpSync(join(sound, "data"), data, { recursive: true });
    for (const file of ["key-register", "keys", "hub.db"]) {
      rmSync(join(data, file), { recursive: true });
      expect(startThatEnds(data).code).toBe(11);
      cpSync(join(sound, "data", file), join(data, file), { recursive: true });
    }
    await using hub = await HubProcess.start(folder.path, "--bulbs", "2", "--sensors", "0");
    const { body } = await hub.api("GET", `/lights/${lamps[0]}`);
    expect(body).toMatchObject({ name: `Mine ${lamps[0]}` });
  });
});

test("keys whose data disk is not mounted are taken for the new home, never replaced", async () => {
  using folder = scratch();
  const data = join(folder.path, "data");
  mkdirSync(data);
  cpSync(join(sound, "data", "keys"), join(data, "keys"), { recursive: true });
  const before = contents(join(data, "keys"));
  const hub = await HubProcess.start(folder.path, "--bulbs", "1");
  await hub.stop();
  expect(contents(join(data, "keys"))).toEqual(before);
});

describe("a place where no data can be", () => {
  const refused = (data: string, ...options: string[]) => {
    const { code, stderr } = startThatEnds(data, ...options);
    expect(stderr).toMatch(/^lampkeeper: [^\n]+ \([a-z_]+\)\n$/);
    return { code, error: /\(([a-z_]+)\)\n$/.exec(stderr)?.[1] };
  };

  test("a file, a device, a file system that takes no folders", () => {
    const file = join(root.path, "a-file");
    writeFileSync(file, "milk");
    for (const place of [file, join(file, "below"), "/dev/null", "/proc/lampkeeper"]) {
      expect(refused(place)).toEqual({ code: 6, error: "store_failed" });
    }
    expect(readFileSync(file, "utf8")).toBe("milk");
  });

  test("a ready file that cannot be written ends the start, and the hub ends cleanly with it", () => {
    using folder = scratch();
    const data = join(folder.path, "data");
    for (const place of [root.path, "/proc/lampkeeper/ready.json", "/dev/null/ready.json"]) {
      expect(refused(data, "--ready-file", place)).toEqual({ code: 6, error: "ready_file_failed" });
    }
    expect(existsSync(join(data, "hub.db-wal"))).toBe(false);
  });

  const noMount = mountObstacle();
  testUnless(noMount, "a read-only disk is named; written again, the home is there", async () => {
    const disk = smallDisk(4_096);
    try {
      const hub = await HubProcess.start(disk.folder, "--bulbs", "1");
      await hub.stop();
      disk.remountReadOnly();
      expect(refused(join(disk.folder, "data"))).toEqual({ code: 6, error: "store_failed" });
      execFileSync("mount", ["-o", "remount,rw", disk.folder]);
      await using again = await HubProcess.start(disk.folder, "--bulbs", "1");
      expect(again.ready.lamps).toEqual(hub.ready.lamps);
    } finally {
      disk.dispose();
    }
  });

  testUnless(
    noMount,
    "a disk that fills up refuses what cannot be kept, and takes it when there is room",
    async () => {
      const disk = smallDisk(2_048);
      try {
        await using hub = await HubProcess.start(disk.folder, "--bulbs", "2");
        const [lamp] = hub.ready.lamps;
        const before = ((await hub.api("GET", `/lights/${lamp}`)).body as { name: string }).name;
        const filler = join(disk.folder, "other-program");
        expect(() => {
          for (;;) appendFileSync(filler, Buffer.alloc(1_024));
        }).toThrow(/ENOSPC/);
        // There is room left in the log's last page for some; then names are refused, and only names.
        const renamed = async () => {
          let kept = before;
          for (let at = 0; at < 500; at++) {
            const name = `Name ${at}`;
            const { status } = await hub.api("PATCH", `/lights/${lamp}`, { name });
            if (status !== 200) return { status, kept };
            kept = name;
          }
          return undefined;
        };
        const refusal = await renamed();
        expect(refusal?.status).toBe(503);
        const put = await hub.api("PUT", `/lights/${lamp}/state?wait=reported`, { on: true });
        expect(put.status).toBe(200);
        expect((await fetch(new URL("/healthz", hub.ready.app))).status).toBe(200);
        const light = await hub.api("GET", `/lights/${lamp}`);
        expect((light.body as { name: string }).name).toBe(refusal?.kept);

        rmSync(filler);
        expect((await hub.api("PATCH", `/lights/${lamp}`, { name: "Kept" })).status).toBe(200);
      } finally {
        disk.dispose();
      }
    },
  );

  testUnless(noMount, "a disk too small for a home is called full", () => {
    const disk = smallDisk(8);
    try {
      expect(refused(join(disk.folder, "data"))).toEqual({ code: 6, error: "store_failed" });
    } finally {
      disk.dispose();
    }
  });
});

test("a folder whose name has spaces, quotes and letters of every kind is as good as any", async () => {
  using folder = scratch();
  const odd = join(folder.path, 'Ana\'s home "ü" ☃ $(x) %41;');
  mkdirSync(odd);
  await using hub = await HubProcess.start(odd, "--bulbs", "1");
  expect(hub.ready.data).toBe(join(odd, "data"));
});

test("of two first starts at once in one folder one gets it, and its keys stay", {
  timeout: 90_000,
}, async () => {
  for (let round = 0; round < 3; round++) {
    using folder = scratch();
    const starts = await Promise.allSettled(
      [1, 2, 3].map(() => HubProcess.start(folder.path, "--bulbs", "1", "--sensors", "0")),
    );
    const [winner, ...others] = starts.flatMap((start) => (start.status === "fulfilled" ? start.value : []));
    expect(others).toEqual([]);
    for (const start of starts) {
      if (start.status === "rejected") expect(`${start.reason}`).toMatch(/ended with 6 .*store_locked/s);
    }
    expect(await winner?.stop()).toBe(0);
    await using again = await HubProcess.start(folder.path, "--bulbs", "1", "--sensors", "0");
    expect(again.ready.hubId).toBe(winner?.ready.hubId);
  }
});
