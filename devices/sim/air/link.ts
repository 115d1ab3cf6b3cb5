import { Millis } from "../../../hub/domain/units.ts";
import type { Timer } from "../../../hub/ports/clock.ts";
import type { DeviceAddress } from "./device-address.ts";
import type { ConnectionParameters } from "./hci-events.ts";
import { channelOf, FrameAssembly, frameOf, payloadOf } from "./l2cap-frame.ts";
import type { Medium } from "./medium.ts";
import { status } from "./status.ts";

/** What one end of a link tells its controller. */
export interface LinkListener {
  /** A whole frame of L2CAP. */
  received(frame: Buffer): void;
  /** A fragment has left its buffer. */
  sent(): void;
  ended(reason: number): void;
  updated(): void;
  dataLength(): void;
  /** The central wants to encrypt; `random` and `diversifier` name the key. */
  keyAsked(random: Buffer, diversifier: Buffer): void;
  encrypted(status: number, isRefresh: boolean): void;
}

interface Fragment {
  readonly data: Buffer;
  readonly isFirst: boolean;
}

/** Bytes of a packet on the air before its length is changed (Core Specification, Vol 6 Part B, 4.5.10). */
const leastOctets = 27;

/** A connection between two controllers: in order and without loss, until it is out of range for too long. */
export class Link {
  readonly central: LinkEnd;
  readonly peripheral: LinkEnd;
  readonly medium: Medium;
  parameters: ConnectionParameters;
  octets = leastOctets;
  /** The key it is encrypted with. */
  key: Buffer | undefined;
  #keyOffered: Buffer | undefined;
  #supervision: Timer | undefined;
  #isOver = false;

  constructor(
    medium: Medium,
    central: DeviceAddress,
    peripheral: DeviceAddress,
    parameters: ConnectionParameters,
  ) {
    this.medium = medium;
    this.parameters = parameters;
    this.central = new LinkEnd(this, central);
    this.peripheral = new LinkEnd(this, peripheral);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  other(end: LinkEnd): LinkEnd {
    return end === this.central ? this.peripheral : this.central;
  }

  /** Whether both ends hear each other; from the moment they do not the supervision timeout runs (Vol 6 Part B, 4.5.2). */
  isHeard(): boolean {
    if (this.#isOver) return false;
    const { central, peripheral, medium } = this;
    const isHeard =
      !central.isGone &&
      !peripheral.isGone &&
      medium.strength(central.address, peripheral.address) !== undefined &&
      medium.strength(peripheral.address, central.address) !== undefined;
    if (isHeard) this.#calm();
    else this.#supervise();
    return isHeard;
  }

  /** Goes on, where it stood still out of range. */
  recheck(): void {
    if (!this.isHeard()) return;
    this.central.move();
    this.peripheral.move();
  }

  over(reasonAtCentral: number, reasonAtPeripheral: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#calm();
    this.central.listener?.ended(reasonAtCentral);
    this.peripheral.listener?.ended(reasonAtPeripheral);
  }

  update(parameters: ConnectionParameters): void {
    this.parameters = parameters;
    this.central.listener?.updated();
    this.peripheral.listener?.updated();
  }

  lengthen(octets: number): void {
    if (octets === this.octets) return;
    this.octets = octets;
    this.central.listener?.dataLength();
    this.peripheral.listener?.dataLength();
  }

  offerKey(key: Buffer, random: Buffer, diversifier: Buffer): void {
    this.#keyOffered = key;
    this.peripheral.listener?.keyAsked(random, diversifier);
  }

  /** Real radios find out by the first packet that neither can decipher. */
  answerKey(key: Buffer | undefined): void {
    const offered = this.#keyOffered;
    this.#keyOffered = undefined;
    if (offered === undefined) return;
    if (key === undefined) {
      this.central.listener?.encrypted(status.keyMissing, this.key !== undefined);
      return;
    }
    if (!offered.equals(key)) {
      this.over(status.micFailure, status.micFailure);
      return;
    }
    const isRefresh = this.key !== undefined;
    this.key = key;
    this.peripheral.listener?.encrypted(status.success, isRefresh);
    this.central.listener?.encrypted(status.success, isRefresh);
  }

  #supervise(): void {
    const timeout = Millis(this.parameters.timeout * 10);
    this.#supervision ??= this.medium.clock.after(timeout, () => {
      this.over(status.connectionTimeout, status.connectionTimeout);
    });
  }

  #calm(): void {
    this.#supervision?.cancel();
    this.#supervision = undefined;
  }
}

export class LinkEnd {
  readonly link: Link;
  readonly address: DeviceAddress;
  listener: LinkListener | undefined;
  #isGone = false;
  #isMoving = false;
  readonly #queue: Fragment[] = [];
  readonly #assembly = new FrameAssembly();

  constructor(link: Link, address: DeviceAddress) {
    this.link = link;
    this.address = address;
  }

  get peer(): LinkEnd {
    return this.link.other(this);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Fragments in the buffers of its controller. */
  get waiting(): number {
    return this.#queue.length;
  }

  send(data: Buffer, isFirst: boolean): void {
    this.#queue.push({ data, isFirst });
    this.move();
  }

  /** Carries what waits, one fragment after the other. */
  move(): void {
    if (this.#isMoving || this.#queue.length === 0 || !this.link.isHeard()) return;
    this.#isMoving = true;
    this.#afterHop(() => {
      this.#isMoving = false;
      if (!this.link.isHeard()) return;
      const fragment = this.#queue.shift();
      if (fragment === undefined) return;
      this.listener?.sent();
      this.peer.#arrive(fragment);
      this.move();
    });
  }

  /** Ends the link from this side; the other side hears the reason, if it hears anything. */
  end(reason: number): void {
    const { link } = this;
    if (!link.isHeard()) return;
    this.#afterHop(() => {
      const isCentral = this === link.central;
      link.over(isCentral ? status.localEnded : reason, isCentral ? reason : status.localEnded);
    });
  }

  /** The controller is no more; its host hears nothing, and the other end finds out by waiting. */
  vanish(): void {
    this.#isGone = true;
    this.listener = undefined;
    this.link.isHeard();
  }

  #arrive({ data, isFirst }: Fragment): void {
    const frame = this.#assembly.add(data, isFirst);
    if (frame === undefined) return;
    const channel = channelOf(frame);
    const carried = this.link.medium.carry({
      from: this.peer.address,
      to: this.address,
      channel,
      payload: payloadOf(frame),
    });
    if (carried !== undefined) this.listener?.received(frameOf(channel, carried));
  }

  #afterHop(call: () => void): void {
    const { medium, parameters } = this.link;
    const isLost = medium.loss > 0 && medium.random.next() < medium.loss;
    const delay = medium.hop + (isLost ? parameters.interval * 1.25 : 0);
    if (delay === 0) queueMicrotask(call);
    else medium.clock.after(Millis(delay), call);
  }
}
