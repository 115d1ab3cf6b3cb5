/** Result codes of the attribute protocol (Core Specification, Vol 3 Part F, 3.4.1.1). */
export const attErrors = {
  readNotPermitted: 0x02,
  writeNotPermitted: 0x03,
  invalidLength: 0x0d,
  insufficientEncryption: 0x0f,
  unlikely: 0x0e,
} as const;

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

export interface PeripheralService {
  readonly uuid: string;
  readonly characteristics: readonly PeripheralCharacteristic[];
}

/**
 * A device as its firmware gives it to a radio: what it advertises and its table of attributes. It knows no link layer; a
 * simulated air carries it, whichever.
 */
export interface BlePeripheral {
  /** `a4:c1:38:02:83:f4` */
  readonly address: string;
  readonly addressType: "public" | "random";
  /** `just-works`: pairs with whoever asks while `isPairable`, and keeps the keys. */
  readonly bonding: "none" | "just-works";
  readonly isPairable: boolean;
  /** AD structures, at most 31 bytes each; asked anew for each packet. */
  advertisement(): { readonly data: Uint8Array; readonly scanResponse?: Uint8Array };
  readonly connectable: boolean;
  /** True: it is not on the air at all, as without mains. Absent: it always is. */
  readonly isSilent?: boolean;
  readonly services: readonly PeripheralService[];
  /** A central has connected: `hangUp` ends the link from the device's side. */
  connected?(hangUp: () => void): void;
  disconnected?(): void;
}
