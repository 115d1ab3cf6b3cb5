import type { BleTrouble } from "../domain/ble-trouble.ts";
import type { Monotonic } from "../domain/units.ts";

/**
 * `absent`: no adapter, or it was pulled out. `denied`: there is one, and it may not be used: blocked by a switch, taken
 * by somebody else, or a right is missing. `off`: it can be used and is not powered. `on`: it works.
 */
export const bleStates = ["on", "off", "absent", "denied"] as const;
export type BleState = (typeof bleStates)[number];

/** What a radio, with the software that drives it, can do. */
export interface BleCapabilities {
  /** Keys of a pairing outlive the link. */
  readonly bonding: boolean;
  /** Every advertisement as it was on the air; false: a digest, and not of each. */
  readonly rawAdvertisements: boolean;
  /** Links it holds at once. */
  readonly maxLinks: number;
}

export interface BlePeer {
  /** As printed: `a4:c1:38:02:83:f4`, lower case. */
  readonly address: string;
  readonly addressType: "public" | "random";
}

/** One packet of an advertiser, from anyone in range: any length, any content. */
export interface Advertisement extends BlePeer {
  readonly at: Monotonic;
  /** dBm; absent: the radio does not say. */
  readonly rssi?: number;
  readonly connectable: boolean;
  /** It answers a scan request: what else it has to say. */
  readonly isScanResponse: boolean;
  /** AD structures (Core Specification Supplement, Part A), unchecked. */
  readonly data: Uint8Array;
  /** Remembered by the stack, not heard now: no sign that anybody is there. */
  readonly cached: boolean;
}

/** UUIDs in lower case without dashes; those of the Bluetooth SIG as their four digits: `fff3`. */
export interface GattCharacteristicId {
  readonly service: string;
  readonly characteristic: string;
}

/** How a write goes out. `request`: answered by the peer. `command`: not answered; accepted is all one knows. */
export type WriteMode = "request" | "command";

export type GattProperty = "read" | "write" | "write-command" | "notify" | "indicate";

/** A characteristic as the peer lists it. */
export interface GattEntry extends GattCharacteristicId {
  readonly properties: readonly GattProperty[];
}

export interface BleSubscription {
  cancel(): void;
}

/**
 * A connection to a peer. Every call settles: with the result, or with a `BleError`. Nothing is read that was not
 * there: what the peer refuses is an error and never an empty value.
 */
export interface GattLink {
  readonly peer: BlePeer;
  /** Bytes of a packet: three of them are its head. 23 to 517. */
  readonly mtu: number;
  /** Settles once, whoever ended it. */
  readonly closed: Promise<{ readonly reason: LinkEnd }>;
  /** What the peer has to offer. */
  entries(): Promise<readonly GattEntry[]>;
  read(id: GattCharacteristicId): Promise<Uint8Array>;
  write(id: GattCharacteristicId, value: Uint8Array, mode: WriteMode): Promise<void>;
  notify(id: GattCharacteristicId, listener: (value: Uint8Array) => void): Promise<BleSubscription>;
  /** dBm; undefined: the radio does not say. */
  rssi(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Why a link is no more. */
export const linkEnds = ["asked", "peer", "lost", "security", "adapter", "stuck"] as const;
export type LinkEnd = (typeof linkEnds)[number];

export interface ConnectOptions {
  /** Cuts a connection that is not wanted any more; whoever waits for it gets an error. */
  readonly signal?: AbortSignal;
  /** `if-needed`: pairs where the peer asks for it and keeps the keys; refused by a radio without `bonding`. */
  readonly bond: "never" | "if-needed";
}

/** The Bluetooth Low Energy central of the device. */
export interface BleCentral {
  state(): BleState;
  readonly capabilities: BleCapabilities;
  /** Why it is not `on`, where the radio knows. */
  trouble?(): BleTrouble | undefined;
  onState(listener: (state: BleState) => void): BleSubscription;
  /**
   * Advertisements from now on, also while links are made, until it is cancelled or the radio goes; it goes on when the radio is back.
   * @param active scan responses are asked for
   */
  scan(sink: (advertisement: Advertisement) => void, options: { readonly active: boolean }): BleSubscription;
  /** @throws BleError */
  connect(peer: BlePeer, options: ConnectOptions): Promise<GattLink>;
  /** The keys of a bond are gone; none: nothing happens. */
  forget(peer: BlePeer): Promise<void>;
  /** Ends the software that drives the radio and starts it anew; links end with `adapter`. Absent: there is none to start. */
  restart?(): Promise<void>;
  close(): Promise<void>;
}
