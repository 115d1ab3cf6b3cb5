import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Case, type Conditions, contest, measured, rowOf } from "../case.ts";
import { freshFolder, type RunningHub, startHub } from "../hub.ts";
import { startOwn } from "../peers.ts";
import { Generator } from "../process.ts";
import { judge, type Promised, type Row } from "../row.ts";

const change: Promised = {
  id: "P20a",
  case: "store",
  what: "a change, safe on the disk (batches of 500, every commit synced)",
  unit: "us",
  peer: "fdatasync of one page",
  better: "less",
  judged: "figure",
  gate: 10,
  goal: 5,
};
const encryption: Promised = {
  ...change,
  id: "P20b",
  what: "the same statements, encrypted against plain",
  peer: "plain SQLite of the same module",
  judged: "ratio",
  gate: 1.6,
  goal: 1.3,
};
const commands: Promised = {
  ...encryption,
  id: "P20c",
  what: "command to confirmed state at 100/s, p99, store on disk",
  peer: "store in memory",
  gate: 1.5,
  goal: 1.1,
};

const runStore = async (conditions: Conditions): Promise<Row[]> => {
  conditions.say("P20 the store alone");
  const count = conditions.quick ? 5_000 : 50_000;
  const measure = (mode: string) => async () => {
    const folder = freshFolder();
    try {
      const server = await startOwn("store", [mode, folder, String(count)]);
      await server.stop();
      return { figures: { micros: Number(server.said["micros"]) }, generatorShare: 0 };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const names = ["product", "encrypted", "plain", "disk"];
  const series = await contest(
    names.map((name) => ({ name, measure: measure(name) })),
    conditions,
  );
  return [
    rowOf(change, () => judge(change, measured(series, "micros", "product", "disk"))),
    rowOf(encryption, () => judge(encryption, measured(series, "micros", "encrypted", "plain"))),
  ];
};

/** Where files cost no disk on Linux. */
const memoryFolder = join("/", "dev", "shm");

/** Two hubs with the same house; only where their data lies differs. */
const runCommands = async (conditions: Conditions): Promise<Row> => {
  conditions.say("P20c commands while the store writes");
  if (!existsSync(memoryFolder)) throw new Error("this system has no file system in memory to compare with");
  const generator = new Generator();
  const hubs = new Map<string, RunningHub>();
  try {
    hubs.set("disk", await startHub({ lamps: 100 }));
    hubs.set("memory", await startHub({ lamps: 100, under: memoryFolder }));
    const measure = (name: string, count: number, perSecond: number) => {
      const target = hubs.get(name);
      if (target === undefined) throw new Error(`${name} was not started`);
      return generator.run({
        load: "commands",
        target,
        dialect: "hub",
        commands: count,
        window: 50,
        perSecond,
      });
    };
    for (const name of hubs.keys()) await measure(name, conditions.quick ? 1_000 : 10_000, 0);
    const count = conditions.quick ? 150 : 800;
    const contestants = [...hubs.keys()].map((name) => ({ name, measure: () => measure(name, count, 100) }));
    const series = await contest(contestants, conditions);
    return rowOf(commands, () => judge(commands, measured(series, "p99", "disk", "memory")));
  } finally {
    await generator.close();
    for (const hub of hubs.values()) await hub.stop();
  }
};

/** What it costs to forget nothing. */
export const store: Case = {
  name: "store",
  promises: [change, encryption, commands],
  run: async (conditions) => [...(await runStore(conditions)), await runCommands(conditions)],
};
