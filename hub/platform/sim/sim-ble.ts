import type { BleCentral, BleState } from "../../ports/ble.ts";

/** A home without a radio. */
export class SimBle implements BleCentral {
  state(): BleState {
    return "absent";
  }
}
