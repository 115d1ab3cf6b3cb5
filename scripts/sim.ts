import { parseArgs } from "node:util";
import { live } from "../test/sim/live.ts";
import { plants } from "../test/sim/plants.ts";

/**
 * `npm run sim`: lives through simulated homes, one a seed, and says which seeds broke an invariant.
 * `--seeds N` the first N seeds (default 20); `--seed N` one seed, with its newest events; `--plant NAME` plants a known
 * fault; `--twice` lives every life twice and compares the traces.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    seed: { type: "string" },
    plant: { type: "string" },
    twice: { type: "boolean", default: false },
  },
});

const plant = values.plant === undefined ? undefined : plants[values.plant]?.plant;
if (values.plant !== undefined && plant === undefined) {
  console.error(`there is no plant "${values.plant}"; there are: ${Object.keys(plants).join(", ")}`);
  process.exit(2);
}
const seeds =
  values.seed === undefined
    ? Array.from({ length: Number(values.seeds) }, (_, at) => at + 1)
    : [Number(values.seed)];

const replay = (seed: number): string =>
  `npm run sim -- --seed ${seed}${values.plant === undefined ? "" : ` --plant ${values.plant}`}`;

let failed = 0;
let events = 0;
const started = performance.now();
for (const seed of seeds) {
  const life = await live(seed, plant);
  events += life.events;
  const again = values.twice ? await live(seed, plant) : life;
  const broken = new Map(life.broken);
  if (again.digest !== life.digest)
    broken.set("same-seed-same-trace", [`${life.digest} and ${again.digest}`]);
  if (broken.size > 0) {
    failed++;
    for (const [name, how] of broken) console.log(`seed ${seed}: ${name}: ${how.join("; ")}`);
    console.log(`  replay: ${replay(seed)}`);
  }
  if (values.seed !== undefined) console.log([...life.newest, `trace ${life.digest}`].join("\n"));
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${seeds.length} homes, ${events} events, ${failed} failed, ${seconds} s`);
process.exitCode = failed === 0 ? 0 : 1;
