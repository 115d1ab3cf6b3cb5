/** Why this machine's Bluetooth cannot be used. */
export const bleTroubles = [
  "no-adapter",
  "no-support",
  "no-software",
  "no-bluez",
  "no-service",
  "no-group",
  "powered-off",
  "blocked",
  "switched-off",
  "taken",
  "no-right",
  "no-answer",
  "crashed",
] as const;
export type BleTrouble = (typeof bleTroubles)[number];

export interface BleRepair {
  /** What was found. */
  readonly found: string;
  /** The one next step. */
  readonly repair: string;
}

/** What is said of each, and the one step that repairs it. */
export const bleRepairs: Readonly<Record<BleTrouble, BleRepair>> = {
  "no-adapter": { found: "no Bluetooth adapter", repair: "plug one in" },
  "no-support": { found: "this system has no Bluetooth", repair: "sudo modprobe btusb" },
  "no-software": { found: "noble is not installed", repair: "npm install @stoprocent/noble" },
  "no-bluez": { found: "the Bluetooth service is not installed", repair: "sudo apt install bluez" },
  "no-service": {
    found: "the Bluetooth service does not run",
    repair: "sudo systemctl enable --now bluetooth",
  },
  "no-group": {
    found: "the hub may not speak with the Bluetooth service: its user is not in the group bluetooth",
    repair: 'sudo usermod -aG bluetooth "$USER"',
  },
  "powered-off": { found: "the adapter is switched off", repair: "bluetoothctl power on" },
  blocked: { found: "Bluetooth is switched off by software", repair: "sudo rfkill unblock bluetooth" },
  "switched-off": {
    found: "Bluetooth is switched off by a switch of the device",
    repair: "turn the switch on",
  },
  taken: { found: "another program holds the adapter", repair: "sudo systemctl stop bluetooth" },
  "no-right": {
    found: "the hub may not open the adapter",
    repair: 'sudo setcap cap_net_admin+eip "$(readlink -f "$(command -v node)")"',
  },
  "no-answer": { found: "the adapter does not answer", repair: "unplug it and plug it in again" },
  crashed: {
    found: "the Bluetooth software failed, and is started again by itself",
    repair: "unplug the adapter and plug it in again, if it goes on",
  },
};
