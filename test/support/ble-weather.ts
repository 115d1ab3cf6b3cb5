import { BleError } from "../../hub/domain/ble-errors.ts";
import type { VirtualFaults } from "../../hub/platform/sim/ble/virtual-faults.ts";
import type { Random } from "../../hub/ports/random.ts";

/** Whatever can go wrong at a call, by chance. */
export const bleWeather =
  (random: Random): VirtualFaults =>
  ({ kind }) => {
    if (random.next() > 0.06 || kind === "close") return undefined;
    const draw = random.next();
    if (draw < 0.4) return "hang";
    if (draw < 0.6) return "lost";
    if (draw < 0.7 && (kind === "read" || kind === "notification")) return Uint8Array.of(0xff, 1, 2);
    return new BleError("the weather", { reason: draw < 0.85 ? "refused" : "stack" });
  };
