import type { Duration } from "../../../hub/domain/units.ts";
import type { Clock } from "../../../hub/ports/clock.ts";
import type { Random } from "../../../hub/ports/random.ts";
import type { DeviceAddress } from "./device-address.ts";

/** A frame of L2CAP on its way from one end of a link to the other. */
export interface Frame {
  readonly from: DeviceAddress;
  readonly to: DeviceAddress;
  /** Channel: 4 attributes, 5 signalling, 6 security. */
  readonly channel: number;
  readonly payload: Buffer;
}

/** What lies between two radios. */
export interface Medium {
  readonly clock: Clock;
  readonly random: Random;
  /** How long a packet takes. */
  readonly hop: Duration;
  /** Chance, 0..1, that a packet is not heard: an advertisement is gone, on a link it is sent again. */
  readonly loss: number;
  /** dBm at the receiver; undefined: out of range. */
  strength(from: DeviceAddress, to: DeviceAddress): number | undefined;
  /** The frame that arrives; undefined: none does. */
  carry(frame: Frame): Buffer | undefined;
}
