import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataFileCopy } from "../../../../hub/platform/node/data-copy.ts";
import { scratch } from "../../../support/hub-process.ts";

const put = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

const dataIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.startsWith("hub.db"))
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );

const before = { "hub.db": "before", "hub.db-wal": "and its log" };

test("data are again as they were kept, with what SQLite had beside them and nothing else", () => {
  using folder = scratch();
  const copy = new DataFileCopy(folder.path);
  put(folder.path, before);
  copy.keep();
  rmSync(join(folder.path, "hub.db-wal"));
  put(folder.path, { "hub.db": "after", "hub.db-shm": "new" });
  copy.putBack();
  expect(dataIn(folder.path)).toEqual(before);
  // Cut off and done again.
  put(folder.path, { "hub.db": "half" });
  copy.putBack();
  expect(dataIn(folder.path)).toEqual(before);
  copy.drop();
  expect(readdirSync(folder.path).sort()).toEqual(["hub.db", "hub.db-wal"]);
  put(folder.path, { "hub.db": "later" });
  copy.putBack();
  expect(dataIn(folder.path)["hub.db"]).toBe("later");
});

test("a copy that was cut off is none, and keys are never copied", () => {
  using folder = scratch();
  const copy = new DataFileCopy(folder.path);
  put(folder.path, before);
  mkdirSync(join(folder.path, "kept-data.new"));
  put(join(folder.path, "kept-data.new"), { "hub.db": "half" });
  copy.putBack();
  expect(dataIn(folder.path)).toEqual(before);
  mkdirSync(join(folder.path, "keys"));
  put(join(folder.path, "keys"), { root: "secret" });
  copy.keep();
  expect(readdirSync(join(folder.path, "kept-data")).sort()).toEqual(["hub.db", "hub.db-wal"]);
  expect(existsSync(join(folder.path, "kept-data.new"))).toBe(false);
});
