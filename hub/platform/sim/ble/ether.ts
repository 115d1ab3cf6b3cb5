import { type Duration, Millis, type Monotonic, Seconds } from "../../../domain/units.ts";
import type { Advertisement, BlePeer } from "../../../ports/ble.ts";
import type { Clock, Timer } from "../../../ports/clock.ts";
import type { Random } from "../../../ports/random.ts";

type Property = "read" | "write" | "write-command" | "notify" | "indicate";

/** A characteristic of a simulated device. Codes are those of the attribute protocol. */
export interface EtherCharacteristic {
  readonly uuid: string;
  readonly properties: readonly Property[];
  /** For who is paired only. */
  readonly encrypted?: boolean;
  readonly read?: () => Uint8Array | number;
  readonly write?: (value: Uint8Array, withResponse: boolean) => number;
  readonly subscribe?: (notify: (value: Uint8Array) => void) => () => void;
}

/** What the ether carries: a device as its firmware gives it to a radio. */
export interface EtherDevice extends BlePeer {
  readonly bonding: "none" | "just-works";
  readonly isPairable: boolean;
  advertisement(): { readonly data: Uint8Array; readonly scanResponse?: Uint8Array };
  readonly connectable: boolean;
  /** It is not on the air at all. */
  readonly isSilent?: boolean;
  readonly services: readonly {
    readonly uuid: string;
    readonly characteristics: readonly EtherCharacteristic[];
  }[];
  connected?(hangUp: () => void): void;
  disconnected?(): void;
}

/** How a device lies in the room. */
export interface Reception {
  /** dBm; undefined: out of range. */
  readonly rssi: number | undefined;
  /** The share of packets that have to be sent again, and of advertisements that are not heard, 0 <= x < 1. */
  readonly loss: number;
  /** One packet and its answer. */
  readonly latency: Duration;
  /** Between two advertisements. */
  readonly interval: Duration;
}

/** Whoever is connected to a device. */
export interface EtherLink {
  outOfRange(): void;
  drop(): void;
}

/** A device and what the ether knows of it. */
export interface Placed {
  readonly device: EtherDevice;
  reception: Reception;
  link: EtherLink | undefined;
  /** It has the keys of a pairing. */
  isBonded: boolean;
  timer: Timer | undefined;
}

export const goodReception: Reception = {
  rssi: -60,
  loss: 0,
  latency: Millis(20),
  interval: Seconds(1),
};

/** Advertisers shift each packet by up to so much, so that two of them part (Core Specification, Vol 6 Part B, 4.4.2.2.1). */
const advertisingDelay = Millis(10);

type Listener = (advertisement: Advertisement) => void;

/** Simulated radio devices within, or out of, each other's range. Nobody advertises while nobody listens. */
export class Ether {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #placed = new Map<string, Placed>();
  readonly #listeners = new Map<Listener, boolean>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A device comes into the room, or lies elsewhere in it now. */
  place(device: EtherDevice, reception: Partial<Reception> = {}): void {
    this.take(device.address);
    const placed: Placed = {
      device,
      reception: { ...goodReception, ...reception },
      link: undefined,
      isBonded: false,
      timer: undefined,
    };
    this.#placed.set(device.address, placed);
    if (this.#listeners.size > 0) this.#advertiseSoon(placed, this.#random.next());
  }

  /** Its power is cut: whoever is connected finds out by its silence. */
  take(address: string): void {
    const placed = this.#placed.get(address);
    if (placed === undefined) return;
    this.#placed.delete(address);
    placed.timer?.cancel();
    placed.reception = { ...placed.reception, rssi: undefined };
    placed.link?.outOfRange();
  }

  move(address: string, reception: Partial<Reception>): void {
    const placed = this.#placed.get(address);
    if (placed === undefined) return;
    placed.reception = { ...placed.reception, ...reception };
    if (placed.reception.rssi === undefined) placed.link?.outOfRange();
  }

  /** The link to a device is gone at once, without either asking. */
  drop(address: string): void {
    this.#placed.get(address)?.link?.drop();
  }

  /** The device has lost its keys: reset, or paired with somebody else. */
  forgetBond(address: string): void {
    const placed = this.#placed.get(address);
    if (placed !== undefined) placed.isBonded = false;
  }

  /** Undefined: not there, or out of range. */
  reached({ address, addressType }: BlePeer): Placed | undefined {
    const placed = this.#placed.get(address);
    return placed?.device.addressType === addressType && isHeardOf(placed) ? placed : undefined;
  }

  /** @returns ends it */
  listen(listener: Listener, isActive: boolean): () => void {
    if (this.#listeners.size === 0)
      for (const placed of this.#placed.values()) this.#advertiseSoon(placed, this.#random.next());
    this.#listeners.set(listener, isActive);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      for (const placed of this.#placed.values()) placed.timer?.cancel();
    };
  }

  /** @param share of its interval until the next packet */
  #advertiseSoon(placed: Placed, share = 1): void {
    const delay = placed.reception.interval * share + advertisingDelay * this.#random.next();
    placed.timer = this.#clock.after(Millis(delay), () => {
      this.#advertise(placed);
      if (this.#listeners.size > 0) this.#advertiseSoon(placed);
    });
  }

  #advertise(placed: Placed): void {
    const { device, link } = placed;
    const { rssi, loss } = placed.reception;
    const isHeard = isHeardOf(placed) && link === undefined && this.#random.next() >= loss;
    if (rssi === undefined || !isHeard) return;
    const { data, scanResponse } = device.advertisement();
    const heard = {
      address: device.address,
      addressType: device.addressType,
      at: this.#clock.monotonic() as Monotonic,
      rssi: rssi - this.#random.below(4),
      connectable: device.connectable,
      cached: false,
    };
    for (const [listener, isActive] of [...this.#listeners]) {
      listener({ ...heard, data, isScanResponse: false });
      if (isActive && scanResponse !== undefined)
        listener({ ...heard, data: scanResponse, isScanResponse: true });
    }
  }
}

/** Whether anything of it comes here. */
export const isHeardOf = ({ device, reception }: Placed): boolean =>
  reception.rssi !== undefined && device.isSilent !== true;
