import { existsSync } from "node:fs";
import type { BleCentral, BleState } from "../../ports/ble.ts";

/** What the kernel says of Bluetooth: an adapter appears as a folder here. */
const adapters = "/sys/class/bluetooth";

/** Whether this machine has a Bluetooth adapter at all. */
export class LinuxBle implements BleCentral {
  state(): BleState {
    return existsSync(`${adapters}/hci0`) ? "off" : "absent";
  }
}
