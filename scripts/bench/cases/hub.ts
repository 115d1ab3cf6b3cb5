import { type Case, type Conditions, contest, measured, rowOf, withServers } from "../case.ts";
import { type RunningHub, startHub } from "../hub.ts";
import { startOwn } from "../peers.ts";
import { Generator } from "../process.ts";
import { judge, type Promised, type Row } from "../row.ts";

const answer: Promised = {
  id: "P6",
  case: "hub",
  what: "command to confirmed state over MQTT at 50/s, p50",
  unit: "us",
  peer: "bare aedes, there and back",
  better: "less",
  judged: "ratio",
  gate: 2,
  goal: 1.2,
};
const speed: Promised = {
  id: "P14a",
  case: "hub",
  what: "commands a second, 1,000 lamps",
  unit: "commands/s",
  peer: "Hue bridge (published)",
  better: "more",
  judged: "ratio",
  gate: 500,
  goal: 5_000,
};
const burst: Promised = {
  id: "P16b",
  case: "hub",
  what: "10,000 commands at once: longest another client waits",
  unit: "ms",
  peer: "none",
  better: "less",
  judged: "figure",
  gate: 500,
  goal: 50,
};

/** developers.meethue.com, quoted in home-assistant/core#9267: about ten light commands a second; faster ones are dropped. */
const hueCommandsPerSecond = 10;
const lamps = 1_000;

const latencyRow = async (hub: RunningHub, conditions: Conditions): Promise<Row> => {
  conditions.say("P6 command to state at 50/s");
  const generator = new Generator();
  const commands = conditions.quick ? 75 : 400;
  return await withServers({ aedes: () => startOwn("aedes") }, generator, async (servers) => {
    const aedes = servers.get("aedes");
    const target = { pid: aedes.pid, port: aedes.port };
    const ours = (count: number, perSecond: number, window: number) =>
      generator.run({ load: "commands", target: hub, dialect: "hub", commands: count, window, perSecond });
    const theirs = (messages: number, perSecond: number) =>
      generator.run({ load: "round-trip", target, messages, perSecond, qos: 0, echo: true });
    await ours(10_000, 0, 100);
    await theirs(10_000, 0);
    const series = await contest(
      [
        { name: "ours", measure: () => ours(commands, 50, 1) },
        { name: "aedes", measure: () => theirs(commands, 50) },
      ],
      conditions,
    );
    return rowOf(answer, () => judge(answer, measured(series, "p50", "ours", "aedes")));
  });
};

const speedRow = async (hub: RunningHub, conditions: Conditions): Promise<Row> => {
  conditions.say("P14 commands a second");
  const generator = new Generator();
  const measure = () =>
    generator.run({
      load: "commands",
      target: hub,
      dialect: "hub",
      commands: conditions.quick ? 5_000 : 40_000,
      window: 100,
      perSecond: 0,
    });
  const series = await contest([{ name: "ours", measure }], conditions).finally(() => generator.close());
  return rowOf(speed, () => {
    const { ours, notes = [] } = measured(series, "perSecond", "ours", undefined);
    return judge(speed, { ours, peers: ours.map(() => hueCommandsPerSecond), notes });
  });
};

const burstRow = async (hub: RunningHub, conditions: Conditions): Promise<Row> => {
  conditions.say("P16 commands at once");
  const generator = new Generator();
  const measure = () => generator.run({ load: "command-burst", target: hub, commands: 10_000 });
  const series = await contest([{ name: "ours", measure }], conditions).finally(() => generator.close());
  const notes = ["every lamp ended as it was asked last"];
  return rowOf(burst, () => judge(burst, measured(series, "stallMs", "ours", undefined, notes)));
};

/** The whole hub with its checks, causes and sealed store: commands over MQTT until the lamp's own report is out. */
export const hub: Case = {
  name: "hub",
  promises: [answer, speed, burst],
  run: async (conditions) => {
    const running = await startHub({ lamps });
    try {
      return [
        await latencyRow(running, conditions),
        await speedRow(running, conditions),
        await burstRow(running, conditions),
      ];
    } finally {
      await running.stop();
    }
  },
};
