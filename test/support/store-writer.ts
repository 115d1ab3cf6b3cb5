/**
 * A process that writes and says so, to be killed: for each n a coalesced record c/n, then an immediate batch
 * a/n, b/n, head = n; then n on standard output. Arguments: folder. Never ends by itself.
 */
import { writeSync } from "node:fs";
import { SqliteStore } from "../../hub/platform/node/sqlite-store.ts";
import { SystemClock } from "../../hub/platform/node/system-clock.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { numberedValue } from "./numbered-value.ts";

const [folder] = process.argv.slice(2);
if (folder !== undefined) {
  const store = new SqliteStore(new SystemClock(), new MemoryLog(), folder).open(Buffer.alloc(32, 7));
  const head = store.get("head", "head");
  for (let n = head === undefined ? 0 : Number(Buffer.from(head)) + 1; ; n++) {
    const value = numberedValue(n);
    store.write([{ collection: "c", key: `${n}`, value }], "coalesced");
    store.write(
      [
        { collection: "a", key: `${n}`, value },
        { collection: "b", key: `${n}`, value },
        { collection: "head", key: "head", value: Buffer.from(`${n}`) },
      ],
      "immediate",
    );
    writeSync(1, `${n}\n`);
  }
}
