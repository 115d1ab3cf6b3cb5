import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { type Case, contest, measured, rowOf } from "../case.ts";
import { freshFolder, type RunningHub, startHub } from "../hub.ts";
import { Generator } from "../process.ts";
import { rssKiB } from "../process-meter.ts";
import { judge, type Promised } from "../row.ts";

const first: Promised = {
  id: "P21",
  case: "start",
  what: "from the start of the process to the first command confirmed, 100 lamps, existing data",
  unit: "ms",
  peer: "empty node",
  better: "less",
  judged: "ratio",
  gate: 8,
  goal: 4,
};
const memory: Promised = {
  ...first,
  id: "P22",
  what: "memory after the start, 100 lamps",
  unit: "MiB",
  peer: "none",
  judged: "figure",
  gate: 120,
  goal: 80,
};

const lamps = 100;
const settleMs = 2_000;

/** Node that does nothing: what no program in JavaScript can undercut. */
const emptyNode = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, ["--input-type=module", "--eval", ""], { stdio: "ignore" });
    child.once("error", reject);
    child.once("exit", () => resolve(performance.now() - startedAt));
  });

const firstCommand = async (generator: Generator, hub: RunningHub): Promise<number> => {
  const { figures } = await generator.run({
    load: "commands",
    target: hub,
    dialect: "hub",
    commands: 1,
    window: 1,
    perSecond: 0,
  });
  if (figures["lost"] !== 0) throw new Error("the first command was not confirmed");
  return (figures["p50"] ?? Number.NaN) / 1_000;
};

/** A home that was set up before starts again: the encrypted store is opened, every lamp reports, a command is obeyed. */
export const start: Case = {
  name: "start",
  promises: [first, memory],
  run: async (conditions) => {
    const data = freshFolder();
    const generator = new Generator();
    const ours = async () => {
      const hub = await startHub({ lamps, data });
      try {
        const firstMs = await firstCommand(generator, hub);
        await new Promise((resolve) => setTimeout(resolve, settleMs));
        const rssMiB = rssKiB(hub.pid) / 1_024;
        return { figures: { ms: hub.readyMs + firstMs, rssMiB }, generatorShare: 0 };
      } finally {
        await hub.stop();
      }
    };
    const empty = async () => ({ figures: { ms: await emptyNode() }, generatorShare: 0 });
    try {
      await ours();
      const contestants = [
        { name: "ours", measure: ours },
        { name: "empty node", measure: empty },
      ];
      const series = await contest(contestants, conditions);
      return [
        rowOf(first, () => judge(first, measured(series, "ms", "ours", "empty node"))),
        rowOf(memory, () => judge(memory, measured(series, "rssMiB", "ours", undefined))),
      ];
    } finally {
      await generator.close();
      rmSync(data, { recursive: true, force: true });
    }
  },
};
