import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Millis } from "../../domain/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";

const lookEvery = Millis(250);
/** Share of a processor. Busier than that, and somebody would wait for us. */
const quietShare = 0.15;
/** Longer than a simulated lamp waits before it writes its flash, and the store before it writes at all. */
const quietLooks = 4;

/**
 * Once, in the first quiet moment from now: gives back to the system what a start leaves behind. V8 keeps room for as
 * much garbage as there ever was at once, and collects nothing while nothing happens: a hub that idles would hold for
 * hours what it needed for a moment (docs/adr/0013-memory.md).
 *
 * @param processorMs what this process has used so far
 * @returns ends the waiting
 */
export const giveBackWhenQuiet = (
  clock: Clock,
  processorMs = spentMs,
  collect = collectAndKeepCode,
): Timer => {
  let usedMs = processorMs();
  let at = clock.monotonic();
  let looks = 0;
  const timer = clock.every(lookEvery, () => {
    const share = (processorMs() - usedMs) / (clock.monotonic() - at);
    usedMs = processorMs();
    at = clock.monotonic();
    looks = share < quietShare ? looks + 1 : 0;
    if (looks < quietLooks) return;
    timer.cancel();
    collect();
  });
  return timer;
};

const spentMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/**
 * Code is no garbage: V8 throws away what it has compiled of a function that rested for a few collections, and a hub rests nearly
 * always. The first command after a quiet hour would compile all it needs anew. Not sooner: other flags than at the start would
 * make V8 refuse the code that was kept of the program and of Node.
 */
const collectAndKeepCode = (): void => {
  setFlagsFromString("--no-flush-bytecode");
  collectEverything();
};

/** Also overwrites keys that nobody holds any more. The collection that V8 does before it would run out of memory: the only one that gives pages back at once. */
export const collectEverything = (): void => {
  // The function is in contexts that are made from now on, and nowhere else.
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (how: Readonly<Record<string, string>>) => void;
  setFlagsFromString("--no-expose-gc");
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
};
