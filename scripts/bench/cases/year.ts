import { type Case, type Conditions, contest, measured, rowOf } from "../case.ts";
import { startOwn } from "../peers.ts";
import { figure } from "../report.ts";
import { judge, type Promised, type Row } from "../row.ts";
import { spreadOf } from "../statistics.ts";

const home: Promised = {
  id: "P17a",
  case: "year",
  what: "one home-year of 20 schedules, planned: processor time",
  unit: "ms",
  peer: "luxon and suncalc at each firing",
  better: "less",
  judged: "figure",
  gate: 60,
  goal: 10,
};
const whole: Promised = {
  ...home,
  id: "P17b",
  what: "one year of the whole hub in simulation, 20 lamps, 4 people",
  unit: "s",
  peer: "none",
  gate: 5,
  goal: 2,
};
const homes: Promised = {
  ...home,
  id: "P18",
  what: "1,000 home-years of 20 schedules, planned: processor time",
  unit: "s",
  peer: "none",
  gate: 60,
  goal: 10,
};

/** One measurement by a process of its own, which does it once and says what it took. @param per how much of it is one */
const once = (server: string, args: readonly string[], per: number) => async () => {
  const { said, stop } = await startOwn(server, args);
  await stop();
  const wall = Number(said["wallMs"] ?? 0) / per;
  return { figures: { figure: Number(said["ms"]) / per, wall }, generatorShare: 0 };
};

const runYear = async (conditions: Conditions): Promise<Row[]> => {
  conditions.say("P17, P18 a year of schedules");
  const { days, many, few } = conditions.quick
    ? { days: 20, many: 20, few: 1 }
    : { days: 365, many: 1_000, few: 20 };
  const series = await contest(
    [
      { name: "home", measure: once("plan", ["year", `${few}`], few) },
      { name: "libraries", measure: once("plan", ["libraries", "1"], 1) },
      { name: "whole", measure: once("home-year", [`${days}`], 1_000) },
      { name: "homes", measure: once("plan", ["year", `${many}`], 1_000) },
    ],
    { ...conditions, rounds: Math.min(3, conditions.rounds) },
  );
  const notes = conditions.quick ? ["quick: 20 homes, and 20 days of the whole hub"] : [];
  const processorTime = (): string =>
    `processor time ${figure(spreadOf(measured(series, "figure", "whole", undefined).ours).median)} s`;
  return [
    rowOf(home, () => judge(home, measured(series, "figure", "home", "libraries"))),
    rowOf(whole, () =>
      judge(whole, measured(series, "wall", "whole", undefined, [processorTime(), ...notes])),
    ),
    rowOf(homes, () => judge(homes, measured(series, "figure", "homes", undefined, notes))),
  ];
};

/** What it costs to know when. */
export const year: Case = { name: "year", promises: [home, whole, homes], run: runYear };
