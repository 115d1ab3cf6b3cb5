import { mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Canary, drawCanaries, drawRefused } from "./canaries.ts";
import type { PlantName } from "./plants.ts";
import { type QuarterReport, quarters } from "./quarter.ts";
import { traced } from "./traced.ts";
import { WriteWatch } from "./write-watch.ts";

const program = fileURLToPath(new URL("year.ts", import.meta.url));
const seed = 1;

export interface YearWish {
  readonly plant?: PlantName;
  /** How many quarters are lived, from the first one on. */
  readonly quarters?: number;
  /** Days between one event of the script and the next. */
  readonly days?: number;
  /** Where the data lies; absent: a folder of its own that is gone with `dispose`. */
  readonly folder?: string;
}

/** A year in a home, and all that it left: on the disk, in the log, on MQTT. */
export interface YearEvidence {
  readonly folder: string;
  readonly canaries: readonly Canary[];
  /** Numbers of the canaries that were seen to have arrived. */
  readonly arrived: ReadonlySet<number>;
  /** What the hub drew and gave away, or was offered and refused: as secret as a canary. */
  readonly secrets: readonly string[];
  readonly watch: WriteWatch;
  readonly topics: readonly string[];
  readonly log: Buffer;
  /** Lines of the trace that nobody understood. */
  readonly unread: number;
  dispose(): void;
}

/** In memory where there is room: the calls are the same, and nobody waits for a disk. */
export const fastTemporaryFolder = (): string => {
  const memory = "/dev/shm";
  const isThere = statSync(memory, { throwIfNoEntry: false })?.isDirectory() === true;
  return realpathSync(mkdtempSync(join(isThere ? memory : tmpdir(), "lampkeeper-")));
};

/**
 * Rings take writes past every trace. Node makes one to wait for sockets, also when it is told to use none for files;
 * refused it does without.
 */
const withoutRings = { options: ["-e", "inject=io_uring_setup:error=ENOSYS"] };

export const liveYear = async ({
  plant = "none",
  days = 30,
  ...wish
}: YearWish = {}): Promise<YearEvidence> => {
  const folder = wish.folder ?? fastTemporaryFolder();
  const watch = new WriteWatch(folder);
  const [arrived, secrets, topics] = [new Set<number>(), drawRefused(seed).slice(), new Set<string>()];
  const logs: Buffer[] = [];
  let unread = 0;
  for (let quarter = 0; quarter < (wish.quarters ?? quarters); quarter++) {
    const args = [folder, `${quarter}`, `${seed}`, plant, `${days}`];
    const life = await traced(program, args, (call) => watch.see(call), withoutRings);
    for (const line of life.reports) {
      const report = JSON.parse(line) as QuarterReport;
      for (const number of report.arrived) arrived.add(number);
      for (const topic of report.topics) topics.add(topic);
      secrets.push(...report.secrets);
    }
    if (life.reports.length === 0) throw new Error(`quarter ${quarter} ended early:\n${life.log.toString()}`);
    logs.push(life.log);
    unread += life.unread;
  }
  return {
    folder,
    canaries: drawCanaries(seed),
    arrived,
    secrets,
    watch,
    topics: [...topics],
    log: Buffer.concat(logs),
    unread,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
};
