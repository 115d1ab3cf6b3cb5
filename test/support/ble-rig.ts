import { GuardedCentral } from "../../hub/ble/guarded-central.ts";
import { Instant } from "../../hub/domain/units.ts";
import { Ether } from "../../hub/platform/sim/ble/ether.ts";
import { VirtualCentral } from "../../hub/platform/sim/ble/virtual-central.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import type { BleCapabilities } from "../../hub/ports/ble.ts";

/** A simulated radio, with its guard and its ether, on a clock that moves when told. */
export const bleRig = (seed = 1, capabilities: Partial<BleCapabilities> = {}) => {
  const clock = new VirtualClock(Instant(0));
  const random = new SeededRandom(seed);
  const ether = new Ether(clock, random.fork("ether"));
  const raw = new VirtualCentral(clock, random.fork("radio"), ether, capabilities);
  const log = new MemoryLog();
  const central = new GuardedCentral(clock, random.fork("guard"), log, raw);
  return { clock, random, ether, raw, log, central };
};
