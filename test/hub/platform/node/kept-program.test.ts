import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keptProgram } from "../../../../hub/platform/node/kept-program.ts";

let folder: string;
let file: string;
let kept: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  file = join(folder, "program.js");
  kept = join(folder, "kept");
  put("one");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that says its word, its file, and what it gets by `require`. */
const put = (word: string) =>
  writeFileSync(
    file,
    `(function(module,require,file){module.exports={say:()=>["${word}",file,require("node:path").sep]}})`,
  );

/** @param place null: nowhere */
const load = (place: string | null = kept) =>
  keptProgram<{ say: () => readonly string[] }>(
    pathToFileURL(file),
    place === null ? undefined : pathToFileURL(place),
  );

const keptFile = (): string => join(kept, readdirSync(kept)[0] ?? "nothing is kept");

const damage = (at: number) => {
  const content = readFileSync(keptFile());
  content[at] = (content[at] ?? 0) ^ 1;
  writeFileSync(keptFile(), content);
  return content;
};

test("a program is run, and what was compiled is kept once", () => {
  const first = load();
  expect(first.exports.say()).toEqual(["one", file, "/"]);
  first.keep();
  expect(readdirSync(kept)).toHaveLength(1);

  const second = load();
  expect(second.exports.say()).toEqual(["one", file, "/"]);
  rmSync(keptFile());
  second.keep();
  expect(readdirSync(kept)).toEqual([]);
});

test.each([
  ["first", 0],
  ["middle", 400],
  ["last", -1],
])("what is kept is not used when its %s byte is damaged, and kept anew", (_, at) => {
  load().keep();
  const whole = readFileSync(keptFile());
  const damaged = damage(at < 0 ? whole.length + at : at);
  const again = load();
  expect(again.exports.say()[0]).toBe("one");
  again.keep();
  expect(readFileSync(keptFile()).equals(damaged)).toBe(false);
});

test("nor when it is of another source of the same length", () => {
  load().keep();
  const before = readFileSync(keptFile());
  put("two");
  const other = load();
  expect(other.exports.say()[0]).toBe("two");
  other.keep();
  expect(readFileSync(keptFile()).equals(before)).toBe(false);
});

test.each([0, 3, 4, 100])("nor when it was cut off after %i bytes", (bytes) => {
  load().keep();
  writeFileSync(keptFile(), readFileSync(keptFile()).subarray(0, bytes));
  expect(load().exports.say()[0]).toBe("one");
});

test("nothing is kept where nothing may be, and nobody minds", () => {
  const unkept = load(null);
  unkept.keep();
  expect(unkept.exports.say()[0]).toBe("one");
  // A file stands where the folder would be.
  load(file).keep();
  expect(readdirSync(folder)).toEqual(["program.js"]);
});

test("what was begun and could not be kept takes no room", () => {
  load().keep();
  const place = keptFile();
  rmSync(place);
  mkdirSync(join(place, "in the way"), { recursive: true });
  load().keep();
  expect(readdirSync(kept).map((name) => join(kept, name))).toEqual([place]);
});
