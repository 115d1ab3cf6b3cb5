import type { DeviceAddress } from "./device-address.ts";
import type { ConnectionParameters } from "./hci-events.ts";
import type { LinkEnd } from "./link.ts";

/** One advertising event on the air. */
export interface AirAdvertisement {
  readonly sender: DeviceAddress;
  readonly isConnectable: boolean;
  readonly isScannable: boolean;
  /** Number of an extended advertising set; undefined: an advertisement as before version 5. */
  readonly set?: number;
  readonly data: Buffer;
  readonly scanResponse: Buffer;
  /** The end of the central; undefined: the advertiser holds as many links as it can. */
  connect(central: DeviceAddress, parameters: ConnectionParameters): LinkEnd | undefined;
}

/** A controller that listens. */
export interface Station {
  readonly address: DeviceAddress;
  /** @param rssi dBm */
  hear(advertisement: AirAdvertisement, rssi: number): void;
  /** What is in range may have changed. */
  recheck(): void;
}
