import type { AirAdvertisement, Station } from "./advertisement.ts";
import { AdvertisingSet } from "./advertising-set.ts";
import type { Air } from "./air.ts";
import { type DeviceAddress, sameAddress } from "./device-address.ts";
import {
  type ConnectionParameters,
  completedPackets,
  connectionComplete,
  connectionFailed,
  connectionUpdated,
  dataLengthChange,
  disconnectionComplete,
  encryptionChange,
  encryptionKeyRefresh,
  longTermKeyRequest,
} from "./hci-events.ts";
import { aclPacket } from "./hci-packet.ts";
import { fragmentsOf } from "./l2cap-frame.ts";
import { Link, type LinkEnd, type LinkListener } from "./link.ts";
import { Scanner } from "./scanner.ts";
import { status } from "./status.ts";

/** Whom a controller wants to connect to. */
export interface Initiating {
  /** Undefined: whoever is in the filter accept list. */
  readonly peer: DeviceAddress | undefined;
  readonly own: DeviceAddress;
  readonly parameters: ConnectionParameters;
}

/** The key of the one advertising set that is not an extended one. */
const legacySet = -1;
const firstHandle = 0x40;
/** Subevents a host hears of unless it asks for more (Core Specification, Vol 4 Part E, 7.8.1). */
const usualSubevents = 0x1fn;
const enhancedConnection = 1n << 9n;

/** The radio of one controller: what it advertises, what it listens for, its links. What it has to tell goes to `emit`. */
export class LinkLayer implements Station {
  readonly address: DeviceAddress;
  readonly air: Air;
  readonly mostLinks: number;
  readonly scanner = new Scanner();
  readonly sets = new Map<number, AdvertisingSet>();
  readonly accepted: DeviceAddress[] = [];
  readonly #links = new Map<number, LinkEnd>();
  readonly #emit: (event: Buffer) => void;
  randomAddress: DeviceAddress;
  subevents = usualSubevents;
  initiating: Initiating | undefined;

  constructor(air: Air, address: DeviceAddress, mostLinks: number, emit: (event: Buffer) => void) {
    this.air = air;
    this.address = address;
    this.randomAddress = { address: "00:00:00:00:00:00", type: "random" };
    this.mostLinks = mostLinks;
    this.#emit = emit;
  }

  get links(): readonly LinkEnd[] {
    return [...this.#links.values()];
  }

  /** The set that is advertised by the commands from before version 5. */
  get legacy(): AdvertisingSet {
    return this.set(legacySet);
  }

  set(number: number): AdvertisingSet {
    const set = this.sets.get(number) ?? new AdvertisingSet();
    this.sets.set(number, set);
    return set;
  }

  /** As after HCI_Reset; the peers of its links wait for it in vain. */
  reset(): void {
    for (const set of this.sets.values()) set.stop();
    for (const end of this.#links.values()) end.vanish();
    this.sets.clear();
    this.#links.clear();
    this.accepted.length = 0;
    this.scanner.stop();
    this.initiating = undefined;
    this.subevents = usualSubevents;
  }

  recheck(): void {
    for (const end of this.#links.values()) end.link.recheck();
  }

  end(handle: number): LinkEnd | undefined {
    return this.#links.get(handle);
  }

  own(isRandom: boolean): DeviceAddress {
    return isRandom ? this.randomAddress : this.address;
  }

  advertise(set: AdvertisingSet): void {
    set.start(this.air.clock, this.air.random, () => {
      this.air.advertise(this, this.#advertisement(set));
    });
  }

  hear(heard: AirAdvertisement, rssi: number): void {
    for (const report of this.scanner.reports(heard, rssi)) this.#emit(report);
    if (heard.isConnectable && this.#wants(heard.sender)) this.#connect(heard);
  }

  cancelInitiating(): void {
    this.initiating = undefined;
    this.#emit(connectionFailed(status.unknownConnection, this.#isEnhanced));
  }

  isConnectedTo(peer: DeviceAddress): boolean {
    return this.links.some((end) => sameAddress(end.peer.address, peer));
  }

  get isFull(): boolean {
    return this.#links.size >= this.mostLinks;
  }

  get #isEnhanced(): boolean {
    return (this.subevents & enhancedConnection) !== 0n;
  }

  #wants(sender: DeviceAddress): boolean {
    if (this.initiating === undefined) return false;
    const { peer } = this.initiating;
    return (peer === undefined ? this.accepted : [peer]).some((each) => sameAddress(each, sender));
  }

  #connect(heard: AirAdvertisement): void {
    const { initiating } = this;
    if (initiating === undefined) return;
    const end = heard.connect(initiating.own, initiating.parameters);
    if (end === undefined) return;
    this.initiating = undefined;
    this.#hold(end, 0);
  }

  #advertisement(set: AdvertisingSet): AirAdvertisement {
    const { isConnectable, isScannable, isRandomAddress } = set.parameters;
    const number = [...this.sets].find(([, each]) => each === set)?.[0] ?? legacySet;
    const sender: DeviceAddress =
      set.randomAddress === undefined || !isRandomAddress
        ? this.own(isRandomAddress)
        : { address: set.randomAddress, type: "random" };
    return {
      sender,
      isConnectable,
      isScannable,
      ...(number === legacySet ? {} : { set: number }),
      data: set.data,
      scanResponse: set.scanResponse,
      connect: (central, parameters) => {
        if (this.isFull) return undefined;
        set.stop();
        const link = new Link(this.air, central, sender, parameters);
        this.#hold(link.peripheral, 1);
        return link.central;
      },
    };
  }

  #hold(end: LinkEnd, role: number): void {
    const handle = this.#freeHandle();
    this.#links.set(handle, end);
    end.listener = this.#listener(handle, end);
    const { parameters } = end.link;
    this.#emit(connectionComplete({ handle, role, peer: end.peer.address, ...parameters }, this.#isEnhanced));
    end.link.recheck();
  }

  #freeHandle(): number {
    let handle = firstHandle;
    while (this.#links.has(handle)) handle += 1;
    return handle;
  }

  #listener(handle: number, end: LinkEnd): LinkListener {
    return {
      received: (frame) => {
        for (const [index, part] of fragmentsOf(frame, end.link.octets).entries())
          this.#emit(aclPacket(handle, index === 0, part));
      },
      sent: () => this.#emit(completedPackets(handle, 1)),
      ended: (reason) => {
        this.#links.delete(handle);
        this.#emit(disconnectionComplete(handle, reason));
      },
      updated: () => this.#emit(connectionUpdated(handle, end.link.parameters)),
      dataLength: () => this.#emit(dataLengthChange(handle, end.link.octets)),
      keyAsked: (random, diversifier) => this.#emit(longTermKeyRequest(handle, random, diversifier)),
      encrypted: (code, isRefresh) =>
        this.#emit(isRefresh ? encryptionKeyRefresh(handle, code) : encryptionChange(handle, code)),
    };
  }
}
