/** Whether there is a radio and why not. */
export type BleState = "absent" | "blocked" | "off" | "ready";

/** The Bluetooth central of the device. Scanning and links come with the BLE rooms; the hub starts without a radio. */
export interface BleCentral {
  state(): BleState;
}
