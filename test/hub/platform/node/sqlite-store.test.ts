import { createHash, randomBytes } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Instant, Seconds } from "../../../../hub/domain/units.ts";
import { openEncrypted } from "../../../../hub/platform/node/sqlite-file.ts";
import { layoutSteps, migrateLayout } from "../../../../hub/platform/node/sqlite-layout.ts";
import { dataFile, SqliteStore } from "../../../../hub/platform/node/sqlite-store.ts";
import { MemoryLog } from "../../../../hub/platform/sim/memory-log.ts";
import { VirtualClock } from "../../../../hub/platform/sim/virtual-clock.ts";
import type { RecordStore } from "../../../../hub/ports/store.ts";
import { testUnless } from "../../../support/not-run.ts";
import { mountObstacle, smallDisk } from "../../../support/tmpfs.ts";

const key = Buffer.alloc(32, 7);
const canary = `canary-${randomBytes(12).toString("hex")}`;

let folder: string;
let clock: VirtualClock;
let log: MemoryLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  clock = new VirtualClock(Instant(0));
  log = new MemoryLog();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const portOf = (at = folder) => new SqliteStore(clock, log, at);
const path = () => join(folder, dataFile);
const put = (
  store: RecordStore,
  id: string,
  value: string | Uint8Array,
  durability: "immediate" | "coalesced" = "immediate",
) => store.write([{ collection: "rooms", key: id, value: Buffer.from(value) }], durability);
const coded = (code: string, context = {}) =>
  expect.objectContaining({ code, context: expect.objectContaining(context) });

/** Everything in the folder, name by name. */
const bytesIn = (at: string): Buffer =>
  Buffer.concat(readdirSync(at).flatMap((name) => [Buffer.from(name), readFileSync(join(at, name))]));

describe("the data file is encrypted", () => {
  test("neither data nor schema nor SQLite's name is in the file, its log or anything beside it", () => {
    const store = portOf().open(key);
    for (let at = 0; at < 2_000; at++) put(store, `${canary}-${at}`, `${canary}-${at}`, "coalesced");
    store.flush();
    for (const needle of [canary, "CREATE TABLE", "records", "SQLite format 3"]) {
      expect(bytesIn(folder).includes(needle), needle).toBe(false);
    }
    expect(readdirSync(folder).sort()).toEqual([dataFile, `${dataFile}-wal`]);
    store.close();
    expect(bytesIn(folder).includes(canary)).toBe(false);
    expect(readdirSync(folder)).toEqual([dataFile]);
  });

  test("the canary is found where it does stand, so the search above can fail", () => {
    const plain = new Database(path());
    plain.exec("CREATE TABLE records (value TEXT)");
    plain.prepare("INSERT INTO records VALUES (?)").run(canary);
    plain.close();
    expect(bytesIn(folder).includes(canary)).toBe(true);
  });

  test("a key that is not 32 bytes long opens nothing and makes no file", () => {
    for (const wrong of [Buffer.alloc(0), Buffer.alloc(31), Buffer.alloc(64)]) {
      expect(() => portOf().open(wrong)).toThrow(coded("invariant_broken"));
    }
    expect(readdirSync(folder).filter((name) => statSync(join(folder, name)).size > 0)).toEqual([]);
  });

  test("the key is used raw: as the 64 digits that the documentation of the cipher names", () => {
    const store = portOf().open(key);
    put(store, "r-1", "hall");
    store.close();
    const other = new Database(path());
    other.pragma("cipher = 'chacha20'");
    other.pragma(`key = "x'${key.toString("hex")}'"`);
    expect(other.prepare("SELECT count(*) AS n FROM records").get()).toEqual({ n: 1 });
    other.close();
  });

  test("folder and file are for this user alone", () => {
    const at = join(folder, "data");
    const store = portOf(at).open(key);
    put(store, "r-1", "hall");
    expect(statSync(at).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(at)) expect(statSync(join(at, name)).mode & 0o777, name).toBe(0o600);
    store.close();
  });

  test("every commit is fsynced, nothing goes to temporary files, the lock is kept", () => {
    const connection = openEncrypted(path(), key);
    const setting = (name: string) => connection.pragma(name, { simple: true });
    expect([
      setting("journal_mode"),
      setting("synchronous"),
      setting("temp_store"),
      setting("locking_mode"),
    ]).toEqual(["wal", 2, 2, "exclusive"]);
    connection.close();
  });
});

describe("a file that cannot be used is refused and left as it is", () => {
  const digest = () => createHash("sha256").update(readFileSync(path())).digest("hex");
  const expectRefused = (error: unknown) => {
    const before = digest();
    expect(() => portOf().open(key)).toThrow(error);
    expect(digest()).toBe(before);
  };
  const filled = () => {
    const store = portOf().open(key);
    for (let at = 0; at < 500; at++) put(store, `r-${at}`, randomBytes(200), "coalesced");
    store.close();
  };

  test("a plain SQLite file", () => {
    const plain = new Database(path());
    plain.exec("CREATE TABLE theirs (value TEXT)");
    plain.close();
    expectRefused(coded("store_unreadable", { reason: "plain" }));
  });

  test.each([
    ["text", Buffer.from("# somebody's notes\n".repeat(500))],
    ["noise", randomBytes(8_192)],
    ["one byte", Buffer.of(1)],
    ["zeros", Buffer.alloc(4_096)],
  ])("a foreign file: %s", (_what, content) => {
    writeFileSync(path(), content);
    expectRefused(coded("store_unreadable"));
  });

  test("a wrong key", () => {
    const store = portOf().open(Buffer.alloc(32, 9));
    put(store, "r-1", "hall");
    store.close();
    expectRefused(coded("store_unreadable", { reason: "not-ours" }));
  });

  test("one flipped bit on any page", () => {
    filled();
    const whole = readFileSync(path());
    const pages = whole.length / 4_096;
    expect(pages).toBeGreaterThan(10);
    for (let page = 0; page < pages; page++) {
      const at = page * 4_096 + 100 + page;
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(path(), damaged);
      expect(() => portOf().open(key).close(), `page ${page}`).toThrow(coded("store_unreadable"));
    }
    writeFileSync(path(), whole);
    const store = portOf().open(key);
    expect([...store.entries("rooms")]).toHaveLength(500);
    store.close();
  });

  test("a file that was cut short", () => {
    filled();
    const whole = readFileSync(path());
    for (const kept of [4_096, 8_192, Math.floor(whole.length / 8_192) * 4_096]) {
      writeFileSync(path(), whole.subarray(0, kept));
      expect(() => portOf().open(key).close(), `${kept} bytes`).toThrow(coded("store_unreadable"));
    }
  });

  test("a path that is a folder", () => {
    const at = join(folder, "data");
    const store = portOf(at).open(key);
    store.close();
    rmSync(join(at, dataFile));
    copyFileSync(process.execPath, join(folder, "big"));
    writeFileSync(join(folder, "file"), "");
    expect(() => portOf(join(folder, "file")).open(key)).toThrow(coded("store_failed"));
  });
});

describe("layouts", () => {
  test("a file of a newer version is refused", () => {
    portOf().open(key).close();
    const connection = openEncrypted(path(), key);
    connection.pragma(`user_version = ${layoutSteps.length + 1}`);
    connection.close();
    expect(() => portOf().open(key)).toThrow(coded("store_too_new", { known: layoutSteps.length }));
  });

  const two = [...layoutSteps, "ALTER TABLE records ADD COLUMN written INTEGER NOT NULL DEFAULT 0"];

  test("a step forward keeps what is there", () => {
    const store = portOf().open(key);
    put(store, "r-1", "hall");
    store.close();
    const connection = openEncrypted(path(), key);
    migrateLayout(connection, two);
    migrateLayout(connection, two);
    expect(connection.prepare("SELECT key, written FROM records").all()).toEqual([
      { key: "r-1", written: 0 },
    ]);
    expect(connection.pragma("user_version", { simple: true })).toBe(2);
    connection.close();
  });

  test("steps that fail half-way leave the file in the layout it had", () => {
    portOf().open(key).close();
    const connection = openEncrypted(path(), key);
    expect(() => migrateLayout(connection, [...two, "ALTER TABLE nothing RENAME TO something"])).toThrow();
    expect(connection.pragma("user_version", { simple: true })).toBe(1);
    expect(() => connection.prepare("SELECT written FROM records")).toThrow();
    connection.close();
  });
});

const noMount = mountObstacle();
const notRoot =
  process.getuid?.() === 0 ? undefined : "only root passes by file permissions, and this is for others";

describe("a disk that refuses", () => {
  testUnless(
    noMount,
    "a full disk refuses the batch, keeps the old, and works again when there is room",
    async () => {
      const disk = smallDisk(512);
      try {
        const store = portOf(disk.folder).open(key);
        put(store, "kept", "before");
        put(store, "waiting", "coalesced", "coalesced");
        const fill = join(disk.folder, "other-program");
        const fillUp = () => {
          try {
            for (;;) appendFileSync(fill, Buffer.alloc(1_024));
          } catch {
            return;
          }
        };
        fillUp();
        const full = coded("store_failed", { reason: "full" });
        const big = randomBytes(40_000);
        expect(() => put(store, "refused", big)).toThrow(full);
        expect(store.get("rooms", "refused")).toBeUndefined();
        expect(Buffer.from(store.get("rooms", "kept") ?? []).toString()).toBe("before");

        put(store, "big", big, "coalesced");
        await clock.advance(Seconds(10));
        expect(log.lines.map(({ event }) => event)).toEqual(["store.write-failed"]);
        expect(store.get("rooms", "big")).toBeDefined();

        rmSync(fill);
        await clock.advance(Seconds(2));
        expect(log.lines.map(({ event }) => event)).toEqual(["store.write-failed", "store.write-recovered"]);
        store.close();
        const next = portOf(disk.folder).open(key);
        expect([...next.entries("rooms")].map(([id]) => id)).toEqual(["big", "kept", "waiting"]);
        next.close();
      } finally {
        disk.dispose();
      }
    },
  );

  testUnless(noMount, "no room for even an empty file is a full disk", () => {
    const disk = smallDisk(4);
    try {
      expect(() => portOf(disk.folder).open(key)).toThrow(coded("store_failed"));
    } finally {
      disk.dispose();
    }
  });

  testUnless(noMount, "a read-only medium is named, at opening and for small files", () => {
    const disk = smallDisk(512);
    try {
      portOf(disk.folder).open(key).close();
      portOf(disk.folder).files.replace("one", Buffer.from("1"));
      disk.remountReadOnly();
      const readOnly = coded("store_failed", { reason: "read-only" });
      expect(() => portOf(disk.folder).open(key)).toThrow(readOnly);
      expect(() => portOf(join(disk.folder, "new")).open(key)).toThrow(
        coded("store_failed", { reason: "read-only" }),
      );
      const { files } = portOf(disk.folder);
      expect(() => files.replace("one", Buffer.from("2"))).toThrow(
        coded("store_failed", { reason: "read-only" }),
      );
      expect(() => files.remove("one")).toThrow(coded("store_failed", { reason: "read-only" }));
      expect(files.read("one")?.toString()).toBe("1");
    } finally {
      disk.dispose();
    }
  });

  testUnless(notRoot, "a folder of somebody else is named", () => {
    const at = join(folder, "theirs");
    portOf(at).open(key).close();
    chmodSync(folder, 0o755);
    chmodSync(at, 0o755);
    const nobody = 65_534;
    process.seteuid?.(nobody);
    try {
      expect(() => portOf(at).open(key)).toThrow(coded("store_failed", { reason: "denied" }));
      expect(() => portOf(at).files.replace("one", Buffer.of(1))).toThrow(
        coded("store_failed", { reason: "denied" }),
      );
    } finally {
      process.seteuid?.(0);
    }
  });
});
