import type { BleError } from "../domain/ble-errors.ts";
import type { BleSubscription } from "./ble.ts";

/** What may be done with a characteristic, as its device lists it. */
export type PeripheralProperty = "read" | "write" | "write-command" | "notify" | "indicate";

/** A characteristic of a device, as its firmware fills it. */
export interface PeripheralCharacteristic {
  /** Lower case without dashes; four digits where the Bluetooth SIG assigned it. */
  readonly uuid: string;
  readonly properties: readonly PeripheralProperty[];
  /** Read and written over an encrypted link only: who is not paired is refused. */
  readonly encrypted?: boolean;
  /** The value, or the code of an error. */
  readonly read?: () => Uint8Array | number;
  /** @returns 0, or the code of an error; of a command nobody hears it */
  readonly write?: (value: Uint8Array, withResponse: boolean) => number;
  /** @param notify until the subscription ends. @returns ends it */
  readonly subscribe?: (notify: (value: Uint8Array) => void) => () => void;
}

/** Characteristics that belong together. */
export interface PeripheralService {
  readonly uuid: string;
  readonly characteristics: readonly PeripheralCharacteristic[];
}

/** A device as its firmware gives it to a radio, but for the address, which is the radio's: what it advertises and its table of attributes. */
export interface PeripheralRole {
  /** `just-works`: pairs with whoever asks while `isPairable`, and keeps the keys. */
  readonly bonding: "none" | "just-works";
  readonly isPairable: boolean;
  /** AD structures, at most 31 bytes each; asked anew for each packet. */
  advertisement(): { readonly data: Uint8Array; readonly scanResponse?: Uint8Array };
  readonly connectable: boolean;
  readonly services: readonly PeripheralService[];
  /** A central has connected: `hangUp` ends the link from the device's side. */
  connected?(hangUp: () => void): void;
  disconnected?(): void;
}

/** The other half of the radio: the hub as a device that others connect to, one at a time. */
export interface BlePeripheralRadio {
  /**
   * Advertises and serves until it is cancelled, which also ends the link there is.
   * @param failed it turned out that it cannot, or that it cannot any more; called once at most, and not before this returns
   * @throws BleError: it cannot, as is known already
   */
  offer(role: PeripheralRole, failed: (error: BleError) => void): BleSubscription;
}
