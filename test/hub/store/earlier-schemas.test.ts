import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Instant } from "../../../hub/domain/units.ts";
import { layoutSteps } from "../../../hub/platform/node/sqlite-layout.ts";
import { SqliteStore } from "../../../hub/platform/node/sqlite-store.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { CollectionName } from "../../../hub/privacy/data-map.ts";
import { personIn, schemaSteps } from "../../../hub/privacy/record-codec.ts";
import { furnishedPerson, furnishedRecords } from "../../support/furnished-records.ts";
import { startStore } from "../../support/started-store.ts";

/**
 * A data folder of every layout and schema there has been, as that version wrote it, and what today's hub must read in
 * it. When a step is added: change `expected.json` of the earlier ones to what the step makes of them, and run this
 * test once with LAMPKEEPER_KEEP_SCHEMA=1, which writes the folder of the new version.
 */
const vectors = "test/vectors";
const present = `schema-${layoutSteps.length}.${schemaSteps.length + 1}`;

const startOn = (folder: string) => {
  const [clock, log] = [new VirtualClock(Instant(0)), new MemoryLog()];
  return { ...startStore({ port: new SqliteStore(clock, log, folder), log }, 99), log };
};

const keepPresent = (folder: string): void => {
  const { store, records } = startOn(folder);
  const furnished = furnishedRecords("fixture");
  store.admit(furnishedPerson);
  const put = <Name extends CollectionName>(name: Name) => {
    const [id, value] = furnished[name];
    const person = personIn(id);
    if (person !== undefined) store.admit(person);
    store.collection(name).put(id, value);
  };
  for (const name of Object.keys(furnished) as CollectionName[]) put(name);
  records.close();
  writeFileSync(join(folder, "expected.json"), `${JSON.stringify(furnished, undefined, 2)}\n`);
};

if (process.env["LAMPKEEPER_KEEP_SCHEMA"] === "1" && !existsSync(join(vectors, present))) {
  keepPresent(join(vectors, present));
}

const kept = readdirSync(vectors).filter((name) => name.startsWith("schema-"));

test("the present layout and schema are kept, so that the next change is tested against them", () => {
  expect(kept).toContain(present);
});

test.each(kept)("a home of %s opens, and every record in it is read", (name) => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  try {
    cpSync(join(vectors, name), folder, { recursive: true });
    const { store, records, log } = startOn(folder);
    const expected: Record<string, unknown> = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
    const read = Object.keys(expected).map((collection) => [
      collection,
      [...store.collection(collection as CollectionName).entries()],
    ]);
    expect(read).toEqual(Object.entries(expected).map(([collection, record]) => [collection, [record]]));
    expect(store.unreadable()).toEqual([]);
    expect(log.lines).toEqual([]);
    records.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
