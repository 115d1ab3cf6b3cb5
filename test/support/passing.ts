import { Millis } from "../../hub/domain/units.ts";
import type { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";

/** What `work` gives, while time passes. */
export const passing = async <Result>(clock: VirtualClock, work: Promise<Result>): Promise<Result> => {
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  work.then(end, end);
  while (!isDone) await clock.advance(Millis(1_000));
  return await work;
};
