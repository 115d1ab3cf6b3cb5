import type { BleError } from "../../../domain/ble-errors.ts";

/** Something a radio is asked to do, or does. */
export interface VirtualCall {
  readonly kind:
    | "connect"
    | "entries"
    | "read"
    | "write"
    | "notify"
    | "notification"
    | "rssi"
    | "close"
    | "forget";
  readonly address: string;
}

/**
 * What becomes of it. `hang`: nobody ever answers. `lost`: it happens, and nobody hears of it. An error: that is the
 * answer. Bytes: they are what is read or notified, whatever it was.
 */
export type VirtualFault = "hang" | "lost" | BleError | Uint8Array;

/** Asked at each call; undefined: all goes well. */
export type VirtualFaults = (call: VirtualCall) => VirtualFault | undefined;
