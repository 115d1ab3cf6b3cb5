/** The record store by itself: what a change costs until it is safe on the disk. Arguments: mode, folder, changes. */
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { JsonLog } from "../../../hub/platform/node/json-log.ts";
import { openEncrypted, type SqliteConnection } from "../../../hub/platform/node/sqlite-file.ts";
import { migrateLayout } from "../../../hub/platform/node/sqlite-layout.ts";
import { SqliteStore } from "../../../hub/platform/node/sqlite-store.ts";
import { SystemClock } from "../../../hub/platform/node/system-clock.ts";

const [mode = "product", folder = ".", count = "10000"] = process.argv.slice(2);
const changes = Number(count);
const key = Buffer.alloc(32, 7);
const lamps = 1_000;
/** About as many as a busy home has in the two seconds for which its store waits. */
const batch = 500;

const recordOf = (change: number): Buffer =>
  Buffer.from(`{"on":true,"brightness":${change % 100},"colorTemperature":370,"at":${change}}`.padEnd(120));

/** The hub's store, as the hub uses it: coalesced writes, committed together, waited for until all are durable. */
const product = (): number => {
  const clock = new SystemClock();
  const store = new SqliteStore(clock, new JsonLog(clock, process.stderr, "warn"), folder).open(key);
  const startedAt = performance.now();
  for (let change = 0; change < changes; change++) {
    const write = { collection: "lights", key: `l-${change % lamps}`, value: recordOf(change) };
    store.write([write], "coalesced");
    // The store commits in turns of the event loop; here it is made to after each batch, which is never cheaper.
    if (change % batch === batch - 1) store.flush();
  }
  store.flush();
  const took = performance.now() - startedAt;
  store.close();
  return took;
};

/** The same statements on a bare connection: what encryption alone costs. */
const bare = (connection: SqliteConnection): number => {
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  migrateLayout(connection);
  const put = connection.prepare<[string, string, Uint8Array]>(
    "INSERT INTO records (collection, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const commit = connection.transaction((from: number) => {
    for (let change = from; change < from + batch; change++) {
      put.run("lights", `l-${change % lamps}`, recordOf(change));
    }
  }).immediate;
  const startedAt = performance.now();
  for (let change = 0; change < changes; change += batch) commit(change);
  const took = performance.now() - startedAt;
  connection.close();
  return took;
};

const plain = (): number => {
  const connection = new Database(join(folder, "plain.db"));
  connection.pragma("temp_store = MEMORY");
  connection.pragma("locking_mode = EXCLUSIVE");
  return bare(connection);
};

/** What the disk itself can: pages of 4 KiB, one after the other, each on the medium before the next. */
const disk = (): number => {
  const file = openSync(join(folder, "pages"), "w");
  const page = Buffer.alloc(4_096, 1);
  const pages = Math.ceil(changes / batch);
  const startedAt = performance.now();
  for (let at = 0; at < pages; at++) {
    writeSync(file, page, 0, page.length, at * page.length);
    fdatasyncSync(file);
  }
  const took = performance.now() - startedAt;
  closeSync(file);
  return (took / pages) * changes;
};

const modes: Record<string, () => number> = {
  product,
  encrypted: () => bare(openEncrypted(join(folder, "encrypted.db"), key)),
  plain,
  disk,
};
const ms = modes[mode]?.() ?? Number.NaN;
process.stdout.write(`${JSON.stringify({ port: 0, micros: (ms * 1_000) / changes })}\n`);
