import { beside, type Case, contest, measured, rowOf, withServers } from "../case.ts";
import { startMosquitto, startOwn } from "../peers.ts";
import { Generator } from "../process.ts";
import { judge, type Promised } from "../row.ts";

const spread: Promised = {
  id: "P12a",
  case: "house",
  what: "one message to 1,000 TCP lamps, first to last",
  unit: "ms",
  peer: "mosquitto",
  better: "less",
  judged: "ratio",
  gate: 1.2,
  goal: 1,
};
const all: Promised = {
  ...spread,
  id: "P12b",
  what: "the same, until all have answered",
  gate: 1.6,
  goal: 1,
};

/** A house of real connections: one command to all of them, and their answers. */
export const house: Case = {
  name: "house",
  promises: [spread, all],
  run: async (conditions) => {
    const generator = new Generator();
    const names = ["ours", "mosquitto", "aedes"];
    const starts = {
      ours: () => startOwn("broker"),
      mosquitto: startMosquitto,
      aedes: () => startOwn("aedes"),
    };
    return await withServers(starts, generator, async (servers) => {
      const repeats = conditions.quick ? 5 : 30;
      const contestants = names.map((name) => ({
        name,
        measure: () => {
          const { pid, port } = servers.get(name);
          return generator.run({ load: "house", target: { pid, port }, lamps: 1_000, repeats });
        },
      }));
      const series = await contest(contestants, conditions);
      const row = (promised: Promised, key: string) =>
        rowOf(promised, () => {
          const notes = beside(series, key, "aedes", "mosquitto");
          return judge(promised, measured(series, key, "ours", "mosquitto", notes));
        });
      const each = beside(series, "eachMs", "ours", "mosquitto").map((note) => `one message each, ${note}`);
      const answered = row(all, "groupMs");
      return [row(spread, "spreadMs"), { ...answered, notes: [...answered.notes, ...each] }];
    });
  },
};
