import type { StartCheck } from "../domain/start-check.ts";
import type { BleState } from "../ports/ble.ts";

const repairs: Readonly<Record<Exclude<BleState, "on">, string>> = {
  absent: "plug in a Bluetooth adapter",
  off: "bluetoothctl power on",
  denied: "rfkill unblock bluetooth",
};

/** How the radio is. The hub runs without it; lamps that are reached by it do not. */
export const radioCheck = (state: BleState): StartCheck =>
  state === "on"
    ? { check: "bluetooth", state: "ok", found: "on" }
    : { check: "bluetooth", state: "warn", found: state, repair: repairs[state] };
