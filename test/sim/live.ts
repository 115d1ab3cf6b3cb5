import { Hours, Minutes } from "../../hub/domain/units.ts";
import { invariants } from "./invariants.ts";
import { Workload } from "./workload.ts";
import { type Plant, World } from "./world.ts";

/** What became of one world. */
export interface Life {
  readonly seed: number;
  readonly digest: string;
  readonly events: number;
  /** Invariants that do not hold, and how. */
  readonly broken: ReadonlyMap<string, readonly string[]>;
  readonly newest: readonly string[];
}

/**
 * One hour with people and faults at work, then ten quiet minutes, then the reckoning. The same seed always gives the
 * same life; any error that comes out is a broken invariant too.
 */
export const live = async (seed: number, plant: Plant = {}): Promise<Life> => {
  const world = await World.open(seed, plant);
  const broken = new Map<string, readonly string[]>();
  const workload = new Workload(world);
  workload.start();
  await world.live(Hours(1));
  workload.stop();
  await world.live(Minutes(12));
  for (const [name, check] of Object.entries(invariants)) {
    const wrong = check(world);
    if (wrong.length > 0) broken.set(name, wrong);
  }
  const { hands } = world;
  await world.close();
  await world.live(Minutes(1));
  if ((hands?.armed ?? 0) > 0) broken.set("nothing-left-behind", [`${hands?.armed} timers`]);
  return {
    seed,
    digest: world.trace.digest(),
    events: world.trace.count,
    broken,
    newest: world.trace.newest,
  };
};
