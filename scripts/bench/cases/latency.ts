import { beside, type Case, type Conditions, contest, measured, rowOf, withServers } from "../case.ts";
import { startMosquitto, startOwn } from "../peers.ts";
import { Generator, type Server } from "../process.ts";
import { judge, type Promised, type Row } from "../row.ts";

const names = ["ours", "mosquitto", "aedes"];
/** What Node itself costs for the same bytes: the bound under every broker in JavaScript. */
const floor = "node relay";

const less = {
  case: "latency",
  unit: "us",
  peer: "mosquitto",
  better: "less",
  judged: "ratio",
} as const;

const pacedP50: Promised = { ...less, id: "P5a", what: "round trip at 50/s, p50", gate: 1.7, goal: 1.2 };
const pacedCpu: Promised = {
  ...less,
  id: "P5b",
  what: "processor time per message at 50/s",
  gate: 4,
  goal: 2,
};
const busyP50: Promised = {
  ...less,
  id: "P15a",
  what: "command to 1 of 1,000 lamps reporting at 1 Hz, p50",
  gate: 2.2,
  goal: 1.5,
};
const busyP99: Promised = { ...busyP50, id: "P15b", what: "the same, p99", gate: 4, goal: 2 };
const busyCpu: Promised = {
  ...busyP50,
  id: "P15c",
  what: "processor while 1,000 lamps report at 1 Hz",
  unit: "% of a core",
  judged: "figure",
  gate: 20,
  goal: 4,
};

const lamps = 1_000;

const target = ({ pid, port }: Server) => ({ pid, port });

const paced = async (
  generator: Generator,
  get: (name: string) => Server,
  conditions: Conditions,
): Promise<Row[]> => {
  conditions.say("P5 paced at 50/s");
  const messages = conditions.quick ? 75 : 400;
  const shape = { load: "round-trip", qos: 0, echo: false } as const;
  // What passes in a few minutes of a home's life, unmeasured: compilers warm up.
  for (const name of [...names, floor]) {
    const warmUp = { ...shape, messages: 10_000, perSecond: 0 };
    await Promise.resolve()
      .then(() => generator.run({ ...warmUp, target: target(get(name)) }))
      .catch(() => undefined);
  }
  const series = await contest(
    [...names, floor].map((name) => ({
      name,
      measure: () => generator.run({ ...shape, target: target(get(name)), messages, perSecond: 50 }),
    })),
    conditions,
  );
  return [
    [pacedP50, "p50"],
    [pacedCpu, "cpuMicros"],
  ].map(([promised, key]) => {
    const [row, figure] = [promised as Promised, key as string];
    const notes = ["aedes", floor].flatMap((name) => beside(series, figure, name, "mosquitto"));
    return rowOf(row, () => judge(row, measured(series, figure, "ours", "mosquitto", notes)));
  });
};

/** One server at a time has its fleet: the lamps of the others would only be in the way. */
const busy = async (
  generator: Generator,
  get: (name: string) => Server,
  conditions: Conditions,
): Promise<Row[]> => {
  conditions.say("P15 with 1,000 lamps at 1 Hz");
  const messages = conditions.quick ? 200 : 600;
  const series = await contest(
    names.map((name) => ({
      name,
      measure: async () => {
        const fleet = new Generator();
        try {
          await fleet.run({ load: "fleet", target: target(get(name)), lamps });
          return await generator.run({
            load: "command",
            target: target(get(name)),
            lamps,
            messages,
            perSecond: 95,
          });
        } finally {
          await fleet.close();
        }
      },
    })),
    conditions,
  );
  const rows: readonly (readonly [Promised, string])[] = [
    [busyP50, "p50"],
    [busyP99, "p99"],
    [busyCpu, "cpuPercent"],
  ];
  return rows.map(([promised, key]) => {
    const notes = beside(series, key, "aedes", "mosquitto");
    return rowOf(promised, () => judge(promised, measured(series, key, "ours", "mosquitto", notes)));
  });
};

/** How long a message takes through the broker, alone and with a house full of lamps reporting. */
export const latency: Case = {
  name: "latency",
  promises: [pacedP50, pacedCpu, busyP50, busyP99, busyCpu],
  run: async (conditions) => {
    const generator = new Generator();
    const starts = {
      ours: () => startOwn("broker"),
      mosquitto: startMosquitto,
      aedes: () => startOwn("aedes"),
      [floor]: () => startOwn("relay"),
    };
    return await withServers(starts, generator, async (servers) => {
      const get = (name: string): Server => servers.get(name);
      return [...(await paced(generator, get, conditions)), ...(await busy(generator, get, conditions))];
    });
  },
};
