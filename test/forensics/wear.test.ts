import { readFileSync, rmSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { size } from "../support/size.ts";
import { filesUnder, resetProgram } from "./support/after-reset.ts";
import { everyday } from "./support/everyday-counts.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { FolderLog } from "./support/folder-log.ts";
import { traced } from "./support/traced.ts";

/**
 * What a hub writes: every write of a home that is lived in day by day, counted by the bytes and by the blocks of the file
 * system that they fall into, against what docs/security.md tells people.
 */

const program = fileURLToPath(new URL("support/everyday.ts", import.meta.url));
/** Of the file system, and of SQLite. */
const blockBytes = 4_096;

/** Writes between two marks. */
class Wear {
  bytes = 0;
  syncs = 0;
  /** How often each block of each file was written. */
  readonly blocks = new Map<string, number>();

  write(file: string, at: number, bytes: number): void {
    this.bytes += bytes;
    const last = Math.floor((at + Math.max(0, bytes - 1)) / blockBytes);
    for (let block = Math.floor(at / blockBytes); block <= last; block++) {
      const place = `${file} ${block}`;
      this.blocks.set(place, (this.blocks.get(place) ?? 0) + 1);
    }
  }

  get mostWritten(): number {
    return Math.max(0, ...this.blocks.values());
  }
}

/** Runs a program and counts its writes, from each mark to the next. The log is emptied as it is read: it would hold a year. */
const wearOf = async (file: string, folder: string, args: readonly string[]) => {
  const log = new FolderLog(folder);
  const names = new Map<number, string>();
  const spans = new Map<string, Wear>([["start", new Wear()]]);
  let now = spans.get("start") as Wear;
  const { code, unread } = await traced(file, args, (call) => {
    log.see(call);
    for (const change of log.changes.splice(0)) {
      if (change.kind === "make") names.set(change.file, relative(folder, change.path));
      if (change.kind === "write") now.write(names.get(change.file) ?? "", change.at, change.bytes.length);
      if (change.kind === "sync" || change.kind === "sync-folder") now.syncs++;
      if (change.kind === "mark")
        for (const mark of change.text.trim().split("\n")) {
          now = new Wear();
          spans.set(mark, now);
        }
    }
  });
  expect({ code, unread }).toEqual({ code: 0, unread: 0 });
  return spans;
};

const page = readFileSync("docs/security.md", "utf8").replace(/\s+/g, " ");
/** A figure that the page tells. */
const told = (pattern: RegExp): number => {
  const found = pattern.exec(page)?.[1];
  if (found === undefined) throw new RangeError(`the page does not tell ${pattern}`);
  return Number(found.replaceAll(",", ""));
};

const days = size(8, 365);

describe("what wears the medium", { timeout: size(240_000, 3_600_000) }, () => {
  let folder: string;
  let spans: ReadonlyMap<string, Wear>;
  beforeAll(
    async () => {
      requireProgram("strace");
      folder = fastFolder();
      spans = await wearOf(program, folder, [folder, `${days}`]);
    },
    size(240_000, 3_600_000),
  );
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The first day has what moving in has left to write. */
  const usual = (): readonly Wear[] =>
    [...spans].flatMap(([mark, wear]) => (/^day [1-9]/.test(mark) ? [wear] : []));
  const mean = (of: (wear: Wear) => number): number =>
    usual().reduce((sum, wear) => sum + of(wear), 0) / usual().length;

  test(`is as much as is told: bytes a year, the block that is written most, how often the medium is waited for ${proves("M19")}`, () => {
    expect(usual()).toHaveLength(days - 1);
    const perYear = (365 * mean(({ bytes }) => bytes)) / 1e9;
    const stated = told(/([\d.]+) GB a year/);
    // Told too high is not honest either.
    expect(perYear).toBeLessThanOrEqual(stated);
    expect(perYear).toBeGreaterThan(0.6 * stated);
    expect(mean(({ mostWritten }) => mostWritten)).toBeLessThanOrEqual(told(/some ([\d,]+) times a day/));
    expect(mean(({ syncs }) => syncs)).toBeLessThanOrEqual(
      told(/([\d,]+) times a day that the medium has it is waited/),
    );
  });

  test(`is for the home that is told, and the life of the card is worked out as is told ${proves("M19")}`, () => {
    expect([told(/(\d+) lamps/), told(/(\d+) people/), told(/(\d+) commands/)]).toEqual([
      everyday.lamps,
      everyday.people,
      everyday.commands,
    ]);
    const [gigabytes, erasures, amplified] = [
      told(/one card of (\d+) GB/),
      told(/([\d,]+) erasures/),
      told(/(\d+) times as much/),
    ];
    const years = (gigabytes * erasures) / (amplified * told(/([\d.]+) GB a year/));
    expect(Math.floor(years)).toBe(told(/lasts (\d+) years/));
  });

  test(`a reset adds no more than is told ${proves("M19")}`, async () => {
    const held = filesUnder(folder).reduce((sum, file) => sum + readFileSync(`${folder}/${file}`).length, 0);
    const before = [...spans.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    expect(before).toBeGreaterThan(held);
    const wear = await wearOf(resetProgram, folder, [folder, "{}", "factory", `${Date.UTC(2028, 0, 1)}`]);
    const bytes = ["begin", "closed"].reduce((sum, mark) => sum + (wear.get(mark)?.bytes ?? 0), 0);
    expect(bytes).toBeGreaterThan(held);
    expect(bytes).toBeLessThanOrEqual(told(/A reset adds at most (\d+) MB/) * 1e6);
  });
});
