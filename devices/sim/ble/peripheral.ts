import type { PeripheralRole } from "../../../hub/ports/ble-peripheral.ts";

export type {
  PeripheralCharacteristic,
  PeripheralProperty,
  PeripheralService,
} from "../../../hub/ports/ble-peripheral.ts";

/** Result codes of the attribute protocol (Core Specification, Vol 3 Part F, 3.4.1.1). */
export const attErrors = {
  readNotPermitted: 0x02,
  writeNotPermitted: 0x03,
  invalidLength: 0x0d,
  insufficientEncryption: 0x0f,
  unlikely: 0x0e,
} as const;

/**
 * A device as its firmware gives it to a radio: what it advertises and its table of attributes. It knows no link layer; a
 * simulated air carries it, whichever.
 */
export interface BlePeripheral extends PeripheralRole {
  /** `a4:c1:38:02:83:f4` */
  readonly address: string;
  readonly addressType: "public" | "random";
  /** True: it is not on the air at all, as without mains. Absent: it always is. */
  readonly isSilent?: boolean;
}
