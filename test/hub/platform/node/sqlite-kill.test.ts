import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Instant } from "../../../../hub/domain/units.ts";
import { openEncrypted } from "../../../../hub/platform/node/sqlite-file.ts";
import { dataFile, SqliteStore } from "../../../../hub/platform/node/sqlite-store.ts";
import { MemoryLog } from "../../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../../hub/platform/sim/virtual-clock.ts";
import { numberedValue } from "../../../support/numbered-value.ts";
import { size } from "../../../support/size.ts";

const key = Buffer.alloc(32, 7);
const writer = fileURLToPath(new URL("../../../support/store-writer.ts", import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openStore = () => new SqliteStore(new VirtualClock(Instant(0)), new MemoryLog(), folder).open(key);

/** Node before 22.18 strips types only when told to. */
const flags = process.features.typescript === false ? ["--experimental-strip-types"] : [];
const startWriter = () =>
  spawn(process.execPath, [...flags, writer, folder], { stdio: ["ignore", "pipe", "pipe"] });

/** Its first acknowledgement. @throws what it said instead, when it ends before */
const firstWord = async (child: ReturnType<typeof startWriter>): Promise<void> => {
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  // `close`, not `exit`: only then all that it said is here.
  const ended = once(child, "close").then(() => {
    throw new Error(`the writer ended before it wrote anything: ${complaint}`);
  });
  await Promise.race([once(child.stdout, "data"), ended]);
  ended.catch(() => undefined);
};

/** Starts the writer, lets it live for a moment after its first acknowledgement, and kills it. */
const writeUntilKilled = async (lifeMs: number): Promise<number> => {
  const child = startWriter();
  const exited = once(child, "exit");
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await firstWord(child);
  await delay(lifeMs);
  child.kill("SIGKILL");
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
  if (!child.stdout.readableEnded) await once(child.stdout, "end");
  // The last line may have been cut by the kill; a whole line is an acknowledgement.
  return Number(said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1));
};

const kills = size(16, 400);

test(
  `after each of ${kills} kills every acknowledged batch is there, whole, and the file is sound`,
  async () => {
    const random = new SeededRandom(20_261_123);
    for (let kill = 0; kill < kills; kill++) {
      const acknowledged = await writeUntilKilled(random.below(60));
      const store = openStore();
      const head = Number(Buffer.from(store.get("head", "head") ?? []).toString());
      expect(head, `kill ${kill}`).toBeGreaterThanOrEqual(acknowledged);
      for (const collection of ["a", "b", "c"]) {
        const entries = new Map(store.entries(collection));
        // No hole, nothing of a batch that has no head; a coalesced record may only be ahead by the one being written.
        expect(entries.size - (head + 1), `kill ${kill}, ${collection}`).toBe(0);
        for (let n = 0; n <= head; n++)
          expect(numberedValue(n).equals(entries.get(`${n}`) ?? Buffer.alloc(0))).toBe(true);
      }
      store.close();
      const connection = openEncrypted(join(folder, dataFile), key);
      expect(connection.pragma("integrity_check", { simple: true })).toBe("ok");
      connection.close();
    }
  },
  size(60_000, 600_000),
);

test("a second process is refused while the first writes, and may once it is killed", async () => {
  const child = startWriter();
  const exited = once(child, "exit");
  child.stdout.resume();
  await firstWord(child);
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(openStore).toThrow(expect.objectContaining({ code: "store_locked" }));
  }
  child.kill("SIGKILL");
  await exited;
  const store = openStore();
  expect(store.get("head", "head")).toBeDefined();
  store.close();
}, 30_000);
