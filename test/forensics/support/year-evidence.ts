import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Canary, drawCanaries, drawRefused } from "./canaries.ts";
import { fastFolder } from "./fast-folder.ts";
import type { PlantName } from "./plants.ts";
import { type QuarterReport, quarters } from "./quarter.ts";
import { traced } from "./traced.ts";
import { WriteWatch } from "./write-watch.ts";

const program = fileURLToPath(new URL("year.ts", import.meta.url));
const seed = 1;

/** When the year is over, by its hub's clock. */
export const nextYear = Date.UTC(2027, 0, 1);

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
  /** What of the Wi-Fi was in an answer of the API. */
  readonly answered: readonly string[];
  readonly log: Buffer;
  /** Lines of the trace that nobody understood. */
  readonly unread: number;
  dispose(): void;
}

export const liveYear = async ({
  plant = "none",
  days = 30,
  ...wish
}: YearWish = {}): Promise<YearEvidence> => {
  const folder = wish.folder ?? fastFolder();
  const watch = new WriteWatch(folder);
  const [arrived, secrets, topics] = [new Set<number>(), drawRefused(seed).slice(), new Set<string>()];
  const answered = new Set<string>();
  const logs: Buffer[] = [];
  let unread = 0;
  for (let quarter = 0; quarter < (wish.quarters ?? quarters); quarter++) {
    const args = [folder, `${quarter}`, `${seed}`, plant, `${days}`];
    const life = await traced(program, args, (call) => watch.see(call));
    for (const line of life.reports) {
      const report = JSON.parse(line) as QuarterReport;
      for (const number of report.arrived) arrived.add(number);
      for (const topic of report.topics) topics.add(topic);
      for (const what of report.answered) answered.add(what);
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
    answered: [...answered],
    log: Buffer.concat(logs),
    unread,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
};
