import { Instant, Seconds } from "../../../hub/domain/units.ts";
import type { VeilLevel } from "../../../hub/domain/veil.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import type { Case } from "../case.ts";
import { judge, type Promised, type Row } from "../row.ts";
import { ObservedHome } from "../veil/observed-home.ts";
import { randomHomes, type Study, study, type Watched } from "../veil/study.ts";

const figure = { case: "veil", peer: "none", judged: "figure" } as const;

const fit: Promised = {
  ...figure,
  id: "V1",
  what: "veil coarse: the attack's fit, from the decoy, the worst",
  unit: "km",
  better: "less",
  gate: 5,
  goal: 1,
};
const away: Promised = {
  ...figure,
  id: "V2",
  what: "veil coarse: the attack's fit, from the home, median",
  unit: "km",
  better: "more",
  gate: 80,
  goal: 95,
};
const off: Promised = {
  ...figure,
  id: "V3",
  what: "veil coarse: how far lamps are off, mean",
  unit: "min",
  better: "less",
  gate: 4,
  goal: 3,
};
const bare: Promised = {
  ...figure,
  id: "V4",
  what: "veil off, place to a second: the attack's fit, from the home, the worst",
  unit: "km",
  better: "less",
  gate: 1,
  goal: 0.5,
};

const from = Instant(Date.UTC(2026, 2, 1));
const seed = 20_261_123;

/** Each home is a whole hub with a sun rule, and what it says in so many days. */
const watch = async (count: number, days: number, level: VeilLevel): Promise<Study> => {
  const watched: Watched[] = [];
  for (const [index, position] of randomHomes(count, new SeededRandom(seed)).entries()) {
    const fine = level === "off" ? { tolerance: Seconds(1) } : {};
    const home = await ObservedHome.open({ position, from, seed: seed + index, level, ...fine });
    await home.live(days);
    watched.push(home.watched());
    await home.close();
  }
  return study(watched);
};

/**
 * Where a stranger finds a hundred homes who has only seen when their lamps follow the sun: on MQTT, on the event stream
 * and over the API. Times do not depend on the machine, so one round says all.
 */
export const veil: Case = {
  name: "veil",
  promises: [fit, away, off, bare],
  run: async ({ quick, say }): Promise<Row[]> => {
    const [homes, days] = quick ? [100, 3] : [100, 365];
    say(`V1-V4 ${homes} homes, ${days} days each`);
    const veiled = await watch(homes, days, "coarse");
    const open = await watch(Math.ceil(homes / 10), Math.min(days, 60), "off");
    const notes = [
      `${homes} homes, ${days} days, ${veiled.found.length} fits: MQTT, event stream and API of each`,
    ];
    const row = (promised: Promised, value: number, note = notes): Row =>
      judge(promised, { ours: [value], peers: [], notes: note });
    return [
      row(fit, veiled.worstFitKm),
      row(away, veiled.medianFromHomeKm, []),
      row(off, veiled.meanMinutes, []),
      row(bare, Math.max(...open.found.map(({ fromHomeKm }) => fromHomeKm)), [
        `${open.count} homes, ${Math.min(days, 60)} days`,
      ]),
    ];
  },
};
