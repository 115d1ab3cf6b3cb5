import { type Case, contest, measured, rowOf, withServers } from "../case.ts";
import { startOwn } from "../peers.ts";
import { Generator } from "../process.ts";
import { judge, type Promised } from "../row.ts";

const through: Promised = {
  id: "P16a",
  case: "burst",
  what: "10,000 messages at once: longest another client waits",
  unit: "ms",
  peer: "none",
  better: "less",
  judged: "figure",
  gate: 500,
  goal: 50,
};

/** Everything at once: nothing is lost, nobody waits long, and the broker lives. */
export const burst: Case = {
  name: "burst",
  promises: [through],
  run: async (conditions) => {
    const generator = new Generator();
    return await withServers({ ours: () => startOwn("broker") }, generator, async (servers) => {
      const measure = () => {
        const { pid, port } = servers.get("ours");
        return generator.run({ load: "burst", target: { pid, port }, messages: 10_000 });
      };
      const series = await contest([{ name: "ours", measure }], conditions);
      return [
        rowOf(through, () => judge(through, measured(series, "stallMs", "ours", undefined, ["lost 0"]))),
      ];
    });
  },
};
