import { type Case, type Conditions, contest, measured, rowOf } from "../case.ts";
import { startOwn } from "../peers.ts";
import { judge, type Promised, type Row } from "../row.ts";

const firing: Promised = {
  id: "P19a",
  case: "schedules",
  what: "100,000 schedules: processor time of a firing",
  unit: "ns",
  peer: "a look at every one each minute",
  better: "less",
  judged: "figure",
  gate: 2_000,
  goal: 300,
};
const emptyMinute: Promised = {
  ...firing,
  id: "P19b",
  what: "100,000 schedules: processor time of a minute in which nothing is due",
  peer: "none",
  gate: 50_000,
  goal: 1_000,
};

const runSchedules = async (conditions: Conditions): Promise<Row[]> => {
  conditions.say("P19 a hundred thousand schedules");
  const many = conditions.quick ? "10000" : "100000";
  const measure = (mode: string) => async () => {
    const { said, stop } = await startOwn("plan", [mode, many]);
    await stop();
    return { figures: { nanos: Number(said["nanos"]) }, generatorShare: 0 };
  };
  const series = await contest(
    ["schedules", "scan", "empty"].map((name) => ({ name, measure: measure(name) })),
    conditions,
  );
  const notes = conditions.quick ? ["quick: 10,000 schedules"] : [];
  return [
    rowOf(firing, () => judge(firing, measured(series, "nanos", "schedules", "scan", notes))),
    rowOf(emptyMinute, () => judge(emptyMinute, measured(series, "nanos", "empty", undefined, notes))),
  ];
};

/** What it costs to wait. */
export const schedules: Case = { name: "schedules", promises: [firing, emptyMinute], run: runSchedules };
