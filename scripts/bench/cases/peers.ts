import { type Case, type Conditions, type Contestant, contest, measured, rowOf } from "../case.ts";
import { type RunningHub, startHub } from "../hub.ts";
import type { Dialect, HttpCommands, HubTarget } from "../loads/job.ts";
import { startHomebridge, startNodeRed } from "../peer-homes.ts";
import { Generator } from "../process.ts";
import { judge, type Promised, type Row } from "../row.ts";

const shared: Promised = {
  id: "P13a",
  case: "peers",
  what: "commands a second, 1,000 lamps, against one shared flow",
  unit: "commands/s",
  peer: "Node-RED, shared flow",
  better: "more",
  judged: "ratio",
  gate: 1,
  goal: 4,
};
const perLamp: Promised = {
  ...shared,
  id: "P13b",
  what: "the same against a flow per lamp",
  peer: "Node-RED, flow per lamp",
  gate: 10,
  goal: 80,
};
const http: Promised = {
  ...shared,
  id: "P13c",
  what: "HTTP commands a second, 100 lamps",
  peer: "Homebridge",
  gate: 0.5,
  goal: 1.5,
};

const lamps = 1_000;
const httpLamps = 100;
/** Runs of each before the first that counts, in turns: for so long their compilers are at work. */
const httpWarmUps = 10;

interface Stoppable {
  stop(): Promise<void>;
}

/** Starts what is compared, in order; the first that does not start ends the comparison with its reason. */
const running = async <Home extends Stoppable, Result>(
  starts: readonly (() => Promise<Home>)[],
  use: (homes: readonly Home[], generator: Generator) => Promise<Result>,
): Promise<Result> => {
  const homes: Home[] = [];
  const generator = new Generator();
  try {
    for (const start of starts) homes.push(await start());
    return await use(homes, generator);
  } finally {
    await generator.close();
    for (const home of homes) await home.stop();
  }
};

const ourHome = async (): Promise<Stoppable & { readonly target: HubTarget }> => {
  const hub = await startHub({ lamps });
  return { target: hub, stop: () => hub.stop() };
};

const overMqtt =
  (promised: Promised, isShared: boolean) =>
  async (conditions: Conditions): Promise<Row> => {
    conditions.say(`${promised.id} ${promised.what}`);
    return await running([ourHome, () => startNodeRed(lamps, isShared)], async ([ours, peer], generator) => {
      const contestant = (
        name: string,
        dialect: Dialect,
        target: HubTarget | undefined,
        commands: number,
      ): Contestant => ({
        name,
        measure: () => {
          if (target === undefined) throw new Error(`${name} was not started`);
          return generator.run({ load: "commands", target, dialect, commands, window: 100, perSecond: 0 });
        },
      });
      const share = conditions.quick ? 0.1 : 1;
      const theirs = isShared ? 20_000 : 1_000;
      const contestants = [
        contestant("ours", "hub", ours?.target, 30_000 * share),
        contestant("Node-RED", "bulb", peer?.target, Math.max(200, theirs * share)),
      ];
      for (const { measure } of contestants) await measure();
      const series = await contest(contestants, conditions);
      return rowOf(promised, () => judge(promised, measured(series, "perSecond", "ours", "Node-RED")));
    });
  };

const ourRequests = (hub: RunningHub): HttpCommands["requests"] =>
  hub.lamps.map((lamp) => ({
    url: `${hub.api}/lights/${lamp}/state?wait=reported`,
    body: '{"on":true,"brightness":{level},"transition":0}',
  }));

const overHttp = async (conditions: Conditions): Promise<Row> => {
  conditions.say(`${http.id} ${http.what}`);
  const ourHttpHome = async () => {
    const hub = await startHub({ lamps: httpLamps });
    const headers = { authorization: `Bearer ${hub.token}` };
    return { pid: hub.pid, requests: ourRequests(hub), headers, stop: () => hub.stop() };
  };
  return await running([ourHttpHome, () => startHomebridge(httpLamps)], async ([ours, peer], generator) => {
    const commands = conditions.quick ? 500 : 5_000;
    const contestant = (name: string, home: typeof ours): Contestant => ({
      name,
      measure: () => {
        if (home === undefined) throw new Error(`${name} was not started`);
        const { pid, requests, headers } = home;
        return generator.run({ load: "http-commands", pid, commands, window: 8, requests, headers });
      },
    });
    const contestants = [contestant("ours", ours), contestant("Homebridge", peer)];
    for (let run = 0; run < httpWarmUps; run++) for (const { measure } of contestants) await measure();
    const series = await contest(contestants, conditions);
    return rowOf(http, () => judge(http, measured(series, "perSecond", "ours", "Homebridge")));
  });
};

const parts: readonly (readonly [Promised, (conditions: Conditions) => Promise<Row>])[] = [
  [shared, overMqtt(shared, true)],
  [perLamp, overMqtt(perLamp, false)],
  [http, overHttp],
];

/** Programs that people keep their lamps in today, on the same work: a command, and the state that answers it. */
export const peers: Case = {
  name: "peers",
  promises: parts.map(([promised]) => promised),
  run: async (conditions) => {
    const rows: Row[] = [];
    for (const [promised, measure] of parts) {
      const row = await measure(conditions).catch((error: unknown) =>
        rowOf(promised, () => {
          throw error;
        }),
      );
      rows.push(row);
    }
    return rows;
  },
};
