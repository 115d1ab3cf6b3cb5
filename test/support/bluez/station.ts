import type { BlePeripheral } from "../../../devices/sim/ble/peripheral.ts";

/** How a device that has lost its keys meets one that has not: the link is dropped, or nothing is given over it. */
type Forgetting = "drops" | "refuses";

interface Session {
  isEncrypted: boolean;
  readonly subscriptions: Map<string, () => void>;
}

/** A device within reach of the adapter, or not. */
export interface Station {
  readonly peripheral: BlePeripheral;
  isPresent: boolean;
  /** It keeps the keys of a pairing. */
  isBonded: boolean;
  forgetting: Forgetting;
  session: Session | undefined;
  /** A Connect that waits for it to be heard. */
  awaited: (() => void) | undefined;
}

export const isReachable = ({ isPresent, peripheral }: Station): boolean =>
  isPresent && peripheral.connectable && peripheral.isSilent !== true;
