import { type BleTrouble, bleRepairs } from "../domain/ble-trouble.ts";
import type { StartCheck } from "../domain/start-check.ts";
import type { BleState } from "../ports/ble.ts";

/** Where the radio says no more than its state. */
const repairs: Readonly<Record<Exclude<BleState, "on">, string>> = {
  absent: "plug in a Bluetooth adapter",
  off: "bluetoothctl power on",
  denied: "rfkill unblock bluetooth",
};

/** How the radio is. The hub runs without it; lamps that are reached by it do not. */
export const radioCheck = (state: BleState, trouble: BleTrouble | undefined): StartCheck => {
  if (state === "on") return { check: "bluetooth", state: "ok", found: "on" };
  const { found, repair } =
    trouble === undefined ? { found: state, repair: repairs[state] } : bleRepairs[trouble];
  return { check: "bluetooth", state: "warn", found, repair };
};
