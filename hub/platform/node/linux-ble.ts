import { existsSync } from "node:fs";
import type { BleState } from "../../ports/ble.ts";
import { NoRadio } from "../no-radio.ts";

/** What the kernel says of Bluetooth: an adapter appears as a folder here. */
const adapters = "/sys/class/bluetooth";

/** Whether this machine has a Bluetooth adapter at all. */
export class LinuxBle extends NoRadio {
  override state(): BleState {
    return existsSync(`${adapters}/hci0`) ? "off" : "absent";
  }
}
