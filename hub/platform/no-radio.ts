import { BleError } from "../domain/ble-errors.ts";
import type { BleCapabilities, BleCentral, BleState, BleSubscription, GattLink } from "../ports/ble.ts";

const nothing: BleSubscription = { cancel: () => {} };

/** A machine without Bluetooth. */
export class NoRadio implements BleCentral {
  readonly capabilities: BleCapabilities = { bonding: false, rawAdvertisements: false, maxLinks: 0 };

  state(): BleState {
    return "absent";
  }

  onState(): BleSubscription {
    return nothing;
  }

  scan(): BleSubscription {
    return nothing;
  }

  connect(): Promise<GattLink> {
    return Promise.reject(new BleError("this machine has no Bluetooth", { reason: "no-radio" }));
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
