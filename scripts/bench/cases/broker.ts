import { beside, type Case, type Conditions, contest, measured, rowOf, withServers } from "../case.ts";
import type { Throughput } from "../loads/job.ts";
import { startMosquitto, startOwn } from "../peers.ts";
import { Generator } from "../process.ts";
import { judge, type Promised, type Row } from "../row.ts";

const names = ["ours", "mosquitto", "aedes"];

type Shape = Pick<Throughput, "publishers" | "subscribers" | "qos" | "window" | "messages">;

interface Flow {
  readonly promised: Promised;
  readonly shape: Shape;
}

const flow = (id: string, what: string, gate: number, goal: number, shape: Shape): Flow => ({
  promised: {
    id,
    case: "broker",
    what,
    unit: "messages/s",
    peer: "mosquitto",
    better: "more",
    judged: "ratio",
    gate,
    goal,
  },
  shape,
});

const one = { publishers: 1, subscribers: 1, window: 500 };
const many = { publishers: 1_000, subscribers: 1, window: 500 };

const flows: readonly Flow[] = [
  flow("P1", "1 to 1, QoS 0", 1.5, 3, { ...one, qos: 0, messages: 200_000 }),
  flow("P2", "1 to 1, QoS 1", 1.5, 3, { ...one, qos: 1, messages: 80_000 }),
  flow("P3", "1 to 1,000, QoS 0", 1.8, 4, {
    publishers: 1,
    subscribers: 1_000,
    qos: 0,
    window: 20,
    messages: 400,
  }),
  flow("P4a", "1,000 to 1, QoS 0", 0.6, 1, { ...many, qos: 0, messages: 60_000 }),
  flow("P4b", "1,000 to 1, QoS 1", 0.5, 1, { ...many, qos: 1, messages: 40_000 }),
];

/** Digest of the password and narrow grants, against none and one grant for everything. */
const checks: Promised = {
  id: "P7",
  case: "broker",
  what: "processor time per delivery with all checks",
  unit: "us",
  peer: "ours without",
  better: "less",
  judged: "ratio",
  gate: 1.1,
  goal: 1.05,
};

/** A check is a tenth of a microsecond: many short loads, so close to each other that what disturbs one disturbs its pair. */
const checkedMessages = 100_000;
const roundsOfChecks = 8;

const runFlow = async (
  { promised, shape }: Flow,
  conditions: Conditions,
  measure: (name: string, shape: Shape) => ReturnType<Generator["run"]>,
): Promise<Row> => {
  conditions.say(`${promised.id} ${promised.what}`);
  const messages = conditions.quick ? Math.ceil(shape.messages / 10) : shape.messages;
  const contestants = names.map((name) => ({ name, measure: () => measure(name, { ...shape, messages }) }));
  const series = await contest(contestants, conditions);
  return rowOf(promised, () => {
    const notes = [
      ...beside(series, "perSecond", "aedes", "mosquitto"),
      ...beside(series, "cpuMicros", "ours", "mosquitto").map(
        (note) => `processor time per delivery, ${note}`,
      ),
    ];
    return judge(promised, measured(series, "perSecond", "ours", "mosquitto", notes));
  });
};

/** How much goes through the broker: 64 bytes of payload, closed loop, nothing lost. */
export const broker: Case = {
  name: "broker",
  promises: [...flows.map(({ promised }) => promised), checks],
  run: async (conditions) => {
    const generator = new Generator();
    const starts = {
      ours: () => startOwn("broker"),
      // Apart from "ours": what a process has been through shows in its figures.
      checked: () => startOwn("broker"),
      unchecked: () => startOwn("broker", ["--open"]),
      mosquitto: startMosquitto,
      aedes: () => startOwn("aedes"),
    };
    return await withServers(starts, generator, async (servers) => {
      const rows: Row[] = [];
      const measure = (name: string, shape: Shape) =>
        generator.run({
          load: "throughput",
          target: targetOf(servers.get(name)),
          payloadBytes: 64,
          ...shape,
        });
      // Once unmeasured: compilers warm up, heaps grow.
      for (const name of [...names, "checked", "unchecked"]) {
        await measure(name, { ...one, qos: 0, messages: 20_000 }).catch(() => undefined);
      }
      for (const each of flows) rows.push(await runFlow(each, conditions, measure));
      conditions.say(`${checks.id} ${checks.what}`);
      const messages = conditions.quick ? 20_000 : checkedMessages;
      const contestants = ["checked", "unchecked"].map((name) => ({
        name,
        measure: () => measure(name, { ...one, qos: 0, messages }),
      }));
      const rounds = conditions.quick ? conditions.rounds : conditions.rounds * roundsOfChecks;
      const series = await contest(contestants, { ...conditions, rounds });
      rows.push(rowOf(checks, () => judge(checks, measured(series, "cpuMicros", "checked", "unchecked"))));
      return rows;
    });
  },
};

const targetOf = ({ pid, port }: { readonly pid: number; readonly port: number }) => ({ pid, port });
