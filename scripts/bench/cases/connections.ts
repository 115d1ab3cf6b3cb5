import { beside, type Case, type Conditions, contest, measured, rowOf, withServers } from "../case.ts";
import { certificate, startMosquitto, startOwn } from "../peers.ts";
import { Generator, type Server } from "../process.ts";
import { judge, missed, type Promised, type Row } from "../row.ts";

const plain: Promised = {
  id: "P8a",
  case: "connections",
  what: "connects a second",
  unit: "connects/s",
  peer: "mosquitto",
  better: "more",
  judged: "ratio",
  gate: 0.5,
  goal: 0.9,
};
const tls: Promised = {
  ...plain,
  id: "P8b",
  what: "TLS connects a second",
  peer: "aedes",
  gate: 0.8,
  goal: 0.95,
};
const marginal: Promised = {
  ...plain,
  id: "P9a",
  what: "an idle connection, between 5,000 and 10,000",
  unit: "KiB",
  better: "less",
  judged: "figure",
  gate: 16,
  goal: 5,
};
const total: Promised = {
  ...marginal,
  id: "P9b",
  what: "10,000 idle connections, memory in all",
  unit: "MiB",
  gate: 450,
  goal: 150,
};
const cpu: Promised = {
  ...marginal,
  id: "P9c",
  what: "10,000 idle connections, processor",
  unit: "% of a core",
  gate: 1.5,
  goal: 1,
};

const runConnects = async (
  generator: Generator,
  get: (name: string) => Server,
  conditions: Conditions,
): Promise<Row[]> => {
  const run = async (names: readonly string[], secure: boolean, connections: number) => {
    conditions.say(secure ? "P8b TLS connects" : "P8a connects");
    const contestants = names.map((name) => ({
      name,
      measure: () => {
        const { pid, port, tlsPort } = get(name);
        const target = { pid, port: secure ? tlsPort : port, tls: secure };
        return generator.run({ load: "connects", target, connections, atOnce: 32 });
      },
    }));
    // Once unmeasured: compilers warm up.
    for (const { measure } of contestants) await measure().catch(() => undefined);
    return await contest(contestants, conditions);
  };
  const open = await run(["ours", "mosquitto", "aedes"], false, conditions.quick ? 500 : 3_000);
  const secured = await run(["ours", "aedes"], true, conditions.quick ? 100 : 600);
  const notes = [
    ...beside(open, "perSecond", "aedes", "mosquitto"),
    ...beside(open, "cpuMicros", "ours", "mosquitto").map((note) => `processor time per connect, ${note}`),
  ];
  return [
    rowOf(plain, () => judge(plain, measured(open, "perSecond", "ours", "mosquitto", notes))),
    rowOf(tls, () => judge(tls, measured(secured, "perSecond", "ours", "aedes"))),
  ];
};

/** A broker of its own each time: memory once taken is seldom given back. */
const runIdle = async (conditions: Conditions): Promise<Row[]> => {
  const starts = { ours: () => startOwn("broker"), mosquitto: startMosquitto };
  const steps = conditions.quick ? [500, 1_000] : [1_000, 5_000, 10_000];
  const contestants = Object.entries(starts).map(([name, start]) => ({
    name,
    measure: async () => {
      const generator = new Generator();
      return await withServers({ [name]: start }, generator, (servers) => {
        const { pid, port } = servers.get(name);
        return generator.run({
          load: "idle",
          target: { pid, port },
          steps,
          watchMs: conditions.quick ? 1_000 : 8_000,
        });
      });
    },
  }));
  conditions.say("P9 idle connections");
  const series = await contest(contestants, conditions);
  const died = (series.get("ours")?.rounds ?? []).reduce((sum, { died = 0 }) => sum + died, 0);
  const notes = [`${died} connections died`, ...(conditions.quick ? ["quick: 1,000 connections only"] : [])];
  const rows: readonly (readonly [Promised, string])[] = [
    [marginal, "marginalKiB"],
    [total, "totalMiB"],
    [cpu, "cpuPercent"],
  ];
  return rows.map(([promised, key]) =>
    died > 0
      ? missed(promised, `${died} connections died`)
      : rowOf(promised, () => judge(promised, measured(series, key, "ours", "mosquitto", notes))),
  );
};

/** How fast clients come in, and what they cost while they do nothing. */
export const connections: Case = {
  name: "connections",
  promises: [plain, tls, marginal, total, cpu],
  run: async (conditions) => {
    const identity = certificate();
    const files = identity === undefined ? [] : [identity.certificate, identity.key];
    const starts = {
      ours: () => startOwn("broker", files),
      mosquitto: startMosquitto,
      aedes: () => startOwn("aedes", files),
    };
    const generator = new Generator();
    try {
      const rows = await withServers(starts, generator, (servers) =>
        runConnects(generator, (name) => servers.get(name), conditions),
      );
      return [...rows, ...(await runIdle(conditions))];
    } finally {
      identity?.remove();
    }
  },
};
