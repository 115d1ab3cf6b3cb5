import type { BleTrouble } from "../../../domain/ble-trouble.ts";
import type { BleState } from "../../../ports/ble.ts";

const states: Readonly<Record<BleTrouble, BleState>> = {
  "no-adapter": "absent",
  "no-support": "absent",
  "no-software": "absent",
  "no-bluez": "denied",
  "no-service": "denied",
  "no-group": "denied",
  "powered-off": "off",
  blocked: "denied",
  "switched-off": "denied",
  taken: "denied",
  "no-right": "denied",
  "no-answer": "denied",
  crashed: "off",
};

/** What a radio is called while that keeps it from working. */
export const stateOfTrouble = (trouble: BleTrouble): BleState => states[trouble];
