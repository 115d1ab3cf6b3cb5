import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import type { ResetLevel } from "../../hub/domain/reset.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { isLong, size } from "../support/size.ts";
import { type AfterCut, afterReset, resetProgram, startedAfter } from "./support/after-reset.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { type Change, FolderLog } from "./support/folder-log.ts";
import { afterPowerCut, layOut, type Unsynced, withoutSyncs } from "./support/power-cut.ts";
import { traced } from "./support/traced.ts";

/**
 * The writes of a reset of each level, from its confirmation to its end, cut off after every one of them: `npm test`
 * takes a sample of the cuts, `npm run test:long` all.
 */
const samples: Readonly<Record<ResetLevel, number>> = { network: 10, "hand-over": 40, factory: 40 };

const random = new SeededRandom(20_261_128);

/** A home that was reset while every change of its folder was recorded. */
class RecordedReset {
  readonly #root = fastFolder();
  readonly #level: ResetLevel;
  changes: readonly Change[] = [];

  constructor(level: ResetLevel) {
    this.#level = level;
  }

  async record(): Promise<void> {
    const folder = this.#traced;
    mkdirSync(folder);
    const log = new FolderLog(folder);
    const args = [folder, "{}", this.#level];
    const { code, unread } = await traced(resetProgram, args, (call) => log.see(call));
    expect({ code, unread }).toEqual({ code: 0, unread: 0 });
    ({ changes: this.changes } = log);
  }

  /** Place of the moment that the program has marked with this word. */
  markAt(word: string, changes = this.changes): number {
    return changes.findIndex((change) => change.kind === "mark" && change.text.trim() === word);
  }

  /** What a start comes to when the power went after so many changes. */
  async after(cut: number, unsynced: Unsynced, changes = this.changes): Promise<AfterCut> {
    const folder = join(this.#root, `${unsynced}-${cut}`);
    mkdirSync(folder);
    const fate = random.fork(`${unsynced} ${cut}`);
    layOut(afterPowerCut(changes, cut, unsynced, fate), this.#traced, folder);
    try {
      return await startedAfter(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Every place in the reset, or a sample of them that has both ends. */
  cuts(): readonly number[] {
    const [begin, end] = [this.markAt("begin"), this.markAt("end") + 1];
    if (isLong) return Array.from({ length: end - begin + 1 }, (_, at) => begin + at);
    const between = Array.from({ length: samples[this.#level] - 2 }, () => begin + random.below(end - begin));
    return [begin, end, ...between];
  }

  dispose(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  get #traced(): string {
    return join(this.#root, "traced");
  }
}

beforeAll(() => void requireProgram("strace"), 300_000);

describe.each<[level: ResetLevel, forgotten: RegExp]>([
  ["network", /\/key-register\.new$/],
  ["hand-over", /\/hand-over\.new$/],
  ["factory", /\/reset-certificate\.new$/],
])("%s", (level, forgotten) => {
  const reset = new RecordedReset(level);
  let allThere: AfterCut;
  let isOver: AfterCut;

  beforeAll(async () => {
    await reset.record();
    allThere = await reset.after(reset.markAt("begin"), "kept");
    isOver = afterReset(level, allThere);
    return () => reset.dispose();
  }, 300_000);

  test("before it all is there", () => {
    const { home, ...rest } = allThere;
    expect(rest).toEqual({ certified: undefined, hasWifi: true, faults: [] });
    expect([home.rooms, home.people, home.devices].map(({ length }) => length)).toEqual([1, 3, 1]);
  });

  test.each<Unsynced>(["kept", "dropped", "torn"])(
    `what was not synced is %s (${isLong ? "every cut" : `${samples[level]} cuts`}): all is there, or the reset is complete`,
    async (unsynced) => {
      const outcomes = new Set<boolean>();
      for (const cut of reset.cuts()) {
        const after = await reset.after(cut, unsynced);
        expect([allThere, isOver], `cut ${cut} of ${reset.changes.length}`).toContainEqual(after);
        outcomes.add(after.hasWifi);
      }
      expect(outcomes).toEqual(new Set([true, false]));
    },
    size(120_000, 1_800_000),
  );

  test(`what was acknowledged is on its way: cut off after the confirmation was answered, it always ends ${proves("M3", "EN303645:5.9-2")}`, async () => {
    for (const unsynced of ["kept", "dropped", "torn"] as const)
      expect(await reset.after(reset.markAt("closed"), unsynced)).toEqual(isOver);
  });

  /** What a start comes to; a start that fails too is neither of what it may. */
  const dropped = async (changes: readonly Change[], cut: number): Promise<AfterCut | Error> =>
    reset.after(cut, "dropped", changes).catch((error: Error) => error);

  test(`a forgotten sync of a file would be found: ${forgotten.source}`, async () => {
    const changes = withoutSyncs(reset.changes, forgotten);
    let isFound = false;
    const begin = reset.markAt("begin", changes);
    for (let cut = changes.length; !isFound && cut > begin; cut--) {
      const after = await dropped(changes, cut);
      isFound = ![allThere, isOver].some((may) => isDeepStrictEqual(after, may));
    }
    expect(isFound).toBe(true);
  });

  test("a forgotten sync of the folder would be found", async () => {
    const changes = reset.changes.filter(({ kind }) => kind !== "sync-folder");
    expect([allThere, isOver]).not.toContainEqual(await dropped(changes, reset.markAt("closed", changes)));
  });
});
