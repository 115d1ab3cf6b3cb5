import { rmSync } from "node:fs";
import { type Case, type Conditions, contest, measured, rowOf } from "../case.ts";
import { freshFolder, type RunningHub, request, startHub } from "../hub.ts";
import { startOwn } from "../peers.ts";
import { Generator } from "../process.ts";
import { rssKiB } from "../process-meter.ts";
import { judge, type Promised, type Row } from "../row.ts";

const figure = {
  case: "lamps",
  peer: "none",
  better: "less",
  judged: "figure",
} as const;
const weight: Promised = {
  ...figure,
  id: "P10a",
  what: "an in-process lamp, of 10,000",
  unit: "KiB",
  gate: 8,
  goal: 2,
};
const start: Promised = {
  ...figure,
  id: "P10b",
  what: "10,000 in-process lamps: start, beyond that of the hub",
  unit: "ms",
  gate: 3_000,
  goal: 300,
};
const whole: Promised = {
  ...figure,
  id: "P10c",
  what: "one message to 10,000 in-process lamps, until all are confirmed",
  unit: "ms",
  peer: "direct calls",
  judged: "ratio",
  gate: 12,
  goal: 3,
};
const spread: Promised = {
  ...figure,
  id: "P11",
  what: "one message to 1,000 in-process lamps, first to last",
  unit: "ms",
  gate: 20,
  goal: 3,
};
const many: Promised = {
  id: "P14b",
  case: "lamps",
  what: "lamps on one hub",
  unit: "lamps",
  peer: "Hue bridge (published)",
  better: "more",
  judged: "ratio",
  gate: 200,
  goal: 200,
};

/** The official limit of the Hue bridge (hueblog.com/?p=18379). */
const hueLamps = 50;
const settleMs = 3_000;
/** A new zone is told to its lamps, and a Tasmota restarts when it joins. */
const joinMs = 6_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Memory is read when the start is over. */
const settledRss = async ({ pid }: RunningHub): Promise<number> => {
  await pause(settleMs);
  return rssKiB(pid);
};

const zoneOf = async (hub: RunningHub): Promise<string> => {
  const zone = await request(hub, "POST", "/zones", { name: "Everything", members: hub.lamps });
  return (zone as { id: string }).id;
};

const direct = async (lamps: number) => {
  const server = await startOwn("reference", [String(lamps), "5"]);
  return { figures: { allMs: Number(server.said["houseMs"]) }, generatorShare: 0 };
};

/** One home of that size, started once before: what it weighs, how long it starts, how fast a whole house is. */
const measureHome = async (lamps: number, repeats: number) => {
  const data = freshFolder();
  try {
    await (await startHub({ lamps, data })).stop();
    return await measureAgain(lamps, repeats, data);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
};

const measureAgain = async (lamps: number, repeats: number, data: string) => {
  const running = await startHub({ lamps, data });
  const generator = new Generator();
  try {
    const memory = await settledRss(running);
    const zone = await zoneOf(running);
    await pause(joinMs);
    const outcome = await generator.run({ load: "whole-house", target: running, zone, repeats });
    const { readyMs } = running;
    return { ...outcome, figures: { ...outcome.figures, memory, readyMs, lamps: running.count } };
  } finally {
    await generator.close();
    await running.stop();
  }
};

/** Starting ten thousand lamps takes long: three rounds say enough. */
const roundsOf = (conditions: Conditions): Conditions => ({
  ...conditions,
  rounds: Math.min(3, conditions.rounds),
});

/** Lamps as objects behind the hub's own broker, with every check a real one passes. */
export const lamps: Case = {
  name: "lamps",
  promises: [weight, start, whole, spread, many],
  run: async (conditions) => {
    conditions.say("P10, P11 lamps in the hub's process");
    const [few, more, most] = conditions.quick ? [20, 200, 1_000] : [100, 1_000, 10_000];
    const series = await contest(
      [
        { name: "few", measure: () => measureHome(few ?? 0, 3) },
        { name: "more", measure: () => measureHome(more ?? 0, conditions.quick ? 3 : 15) },
        { name: "most", measure: () => measureHome(most ?? 0, conditions.quick ? 2 : 5) },
        { name: "direct", measure: () => direct(most ?? 0) },
      ],
      roundsOf(conditions),
    );
    const notes = conditions.quick ? ["quick: 1,000 lamps instead of 10,000"] : [];
    const beyond = (key: string): number[] => {
      const { ours, peers } = measured(series, key, "most", "few");
      return ours.map((value, round) => value - (peers[round] ?? Number.NaN));
    };
    const added = (most ?? 0) - (few ?? 0);
    const row = (promised: Promised, make: () => Row): Row => rowOf(promised, make);
    return [
      row(weight, () =>
        judge(weight, { ours: beyond("memory").map((kib) => kib / added), peers: [], notes }),
      ),
      row(start, () => judge(start, { ours: beyond("readyMs"), peers: [], notes })),
      row(whole, () => judge(whole, measured(series, "allMs", "most", "direct", notes))),
      row(spread, () => judge(spread, measured(series, "spreadMs", "more", undefined, notes))),
      row(many, () => {
        const { ours } = measured(series, "lamps", "most", undefined);
        return judge(many, { ours, peers: ours.map(() => hueLamps), notes });
      }),
    ];
  },
};
