import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { proves } from "../../support/proves.ts";
import { Terminal } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

const typed = async (...words: readonly string[]) => {
  const { code, stdout, stderr } = await terminal.type(words);
  return { code, stdout, stderr };
};

test(`the notice is read in either language, short or whole, and says what each sentence answers ${proves("H60", "D23", "D24")}`, async () => {
  const short = await typed("privacy", "notice", "--summary");
  expect(short.stdout).toContain("Nothing about you is sold");
  expect(short.stdout).toContain("[D23 H32 A42]");
  expect(short.stdout).not.toContain("THE HUB");
  const whole = await typed("privacy", "notice", "--lang", "vi");
  expect(whole.stdout).toContain("Không điều gì về bạn bị bán");
  expect(whole.stdout.length).toBeGreaterThan(short.stdout.length * 5);
  expect((await typed("privacy", "notice", "--lang", "fr")).code).toBe(2);
  expect((await typed("privacy", "notice", "--edition", "zero")).code).toBe(2);
  expect((await typed("privacy", "notice", "--edition", "99")).stderr).toContain("no version 99");
});

test(`what changed since the version in effect is nothing ${proves("H58")}`, async () => {
  const said = await typed("privacy", "notice", "--diff", "1", "--json");
  expect(JSON.parse(said.stdout)).toMatchObject({ ok: true, data: [] });
});

test(`every document is written into a folder, each with the hash of one map ${proves("A20", "U45", "Z27")}`, async () => {
  const before = readdirSync(terminal.folder);
  expect((await typed("privacy", "documents")).code).toBe(2);
  const dry = await typed("privacy", "documents", "--out", terminal.folder, "--dry-run");
  expect(dry.code).toBe(0);
  expect(readdirSync(terminal.folder)).toEqual(before);
  const { code } = await typed("privacy", "documents", "--out", terminal.folder);
  expect(code).toBe(0);
  const written = readdirSync(terminal.folder).filter((file) => !before.includes(file));
  expect(written).toEqual(
    expect.arrayContaining([
      "ccpa.json",
      "dpv.jsonld",
      "export.schema.json",
      "gpc.json",
      "impact-assessment.json",
      "notice.vi.txt",
    ]),
  );
  const hashes = written
    .filter((file) => file.endsWith(".json") && file !== "gpc.json")
    .map((file) => JSON.parse(readFileSync(`${terminal.folder}/${file}`, "utf8")))
    // A JSON Schema says it in a comment.
    .map(({ mapHash, $comment }) => mapHash ?? $comment);
  expect(hashes.length).toBeGreaterThan(6);
  expect(new Set(hashes).size).toBe(1);
  const nowhere = await typed("privacy", "documents", "--out", `${terminal.folder}/nowhere`);
  expect(nowhere.stderr).toContain("cannot write");
});

test(`an authority is found by country ${proves("H53")}`, async () => {
  expect((await typed("privacy", "authorities", "us-ca")).stdout).toContain(
    "California Privacy Protection Agency",
  );
  expect((await typed("privacy", "authorities", "nowhere")).code).not.toBe(0);
});

test(`the yearly look is signed, and says when it is due again ${proves("U25")}`, async () => {
  const signed = await typed("privacy", "review", "--sign", "--json");
  const { data } = JSON.parse(signed.stdout);
  expect(data).toMatchObject({ overdue: false, ofThisMap: true });
  const again = await typed("privacy", "review", "--json");
  expect(JSON.parse(again.stdout).data).toEqual(data);
});
