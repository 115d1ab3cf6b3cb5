import type { PersonId } from "../../hub/domain/ids.ts";
import type { Purpose } from "../../hub/domain/purpose.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import type { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import type { Clock, Timer } from "../../hub/ports/clock.ts";
import { AuditedLog } from "../../hub/privacy/audited-log.ts";
import { chainNames } from "../../hub/privacy/declared.ts";
import type { Chains } from "../../hub/privacy-layer.ts";
import { BelievedTime } from "../../hub/rights/believed-time.ts";
import type { Books } from "../../hub/rights/chain-books.ts";
import { LegalHolds } from "../../hub/rights/legal-holds.ts";
import { chainItems, collectionItems } from "../../hub/rights/retention-items.ts";
import { type RetentionParts, RetentionService } from "../../hub/rights/retention-service.ts";
import { WithheldRecords } from "../../hub/rights/withheld-records.ts";
import { memoryChains } from "./memory-chain.ts";
import { MemoryGuardedStore } from "./memory-guarded-store.ts";
import { MemorySecretShelf } from "./memory-secret-shelf.ts";

/** Every book of the data map, so that none is added of which retention would not know. */
const booksOf = (chain: Chains): Books =>
  Object.fromEntries(chainNames.map((name) => [name, chain(name)])) as Books;

/** What lasts when a hub is started again. */
export class RetainedDisk {
  readonly store = new MemoryGuardedStore();
  readonly shelf = new MemorySecretShelf();
  readonly books: Books = booksOf(memoryChains());
}

/** A clock of which nothing is heard any more once its hub is gone. */
const mortal = (clock: VirtualClock) => {
  const timers: Timer[] = [];
  const kept = (timer: Timer): Timer => {
    timers.push(timer);
    return timer;
  };
  const own: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    trust: () => clock.trust(),
    onShift: (call) => kept(clock.onShift(call)),
    after: (delay, call) => kept(clock.after(delay, call)),
    every: (period, call) => kept(clock.every(period, call)),
    sleep: (delay, signal) => clock.sleep(delay, signal),
  };
  const end = (): void => {
    for (const timer of timers) timer.cancel();
  };
  return { own, end };
};

/** Retention on a disk, as a hub has it while it runs. */
export const startRetained = (
  world: VirtualClock,
  disk: RetainedDisk,
  parts: Partial<RetentionParts> & { readonly unwanted?: ReadonlySet<Purpose> } = {},
) => {
  const { store, shelf, books } = disk;
  const { own: clock, end } = mortal(world);
  const alarms: number[] = [];
  const log = new AuditedLog(new MemoryLog());
  const time = new BelievedTime(clock, log, store, (off) => alarms.push(off));
  const items = new Set<string>([...collectionItems, ...chainItems].map(({ name }) => name));
  const holds = new LegalHolds(
    clock,
    new SeededEntropy(new SeededRandom(clock.monotonic() + 1)),
    store,
    items,
  );
  const withheld = new WithheldRecords(shelf);
  const retention = new RetentionService(clock, log, store, {
    time,
    holds,
    withheld,
    books,
    owners: {},
    wants: (purpose: Purpose, _person?: PersonId) => parts.unwanted?.has(purpose) !== true,
    anonymiser: () => undefined,
    ...parts,
  });
  store.watch({
    isFor: (name) => name === "tokens" || holds.isOn(name),
    describe: (changes) => {
      retention.noteChanges(changes);
      return [];
    },
    book: books.changes,
  });
  time.start();
  retention.start();
  return {
    time,
    holds,
    withheld,
    retention,
    alarms,
    /** The power is gone. */
    crash: end,
    close: () => {
      retention.close();
      time.close();
    },
  };
};
