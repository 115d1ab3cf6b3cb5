import type { DeviceSession, DeviceTransport } from "../../devices/sim/transport.ts";
import { grantOf } from "../../hub/broker/device-link.ts";
import type { EmbeddedBroker } from "../../hub/broker/embedded-broker.ts";
import type { BrokerSession } from "../../hub/broker/local-session.ts";
import type { AccessGrant, Joins } from "../../hub/broker/mqtt-bus.ts";
import { topicMatches } from "../../hub/broker/topic.ts";
import type { MqttLink } from "../../hub/domain/profile.ts";
import { Millis } from "../../hub/domain/units.ts";
import type { Clock, Timer } from "../../hub/ports/clock.ts";
import type { Random } from "../../hub/ports/random.ts";

/** How bad the air is. Shares are 0..1. */
export interface AirFaults {
  /** Longest delay of a message, milliseconds; the shortest is a tenth of it. */
  readonly slowestMs: number;
  readonly loss: number;
  readonly duplication: number;
}

export const clearAir: AirFaults = { slowestMs: 20, loss: 0, duplication: 0 };

/** Whoever watches what passes through the air. */
export interface AirWatch {
  heard(address: string, topic: string, payload: Uint8Array): void;
}

/**
 * The air between the devices and the hub's broker. Every other device has a link as over TCP: slow, but in order and
 * whole as long as it stands. The rest sit behind a mesh, where a message may get lost, come twice or overtake another;
 * whether such a device is there its bridge says, over its own cable. Links come back by themselves when the hub does.
 */
export class Radio {
  faults: AirFaults = clearAir;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #chance: (() => number) | undefined;
  readonly #watch: AirWatch;
  readonly #links = new Map<string, AirLink>();
  #broker: EmbeddedBroker | undefined;

  /** @param chance in place of the seed's, to show that a world without it is noticed */
  constructor(clock: Clock, random: Random, chance: (() => number) | undefined, watch: AirWatch) {
    this.#clock = clock;
    this.#random = random;
    this.#chance = chance;
    this.#watch = watch;
  }

  draw(random: Random): number {
    return this.#chance?.() ?? random.next();
  }

  /** @param wide plants a grant that lets the device hear everything */
  transport(address: string, link: MqttLink, joins: Joins, wide: boolean): DeviceTransport {
    const narrow = grantOf(link, address, joins);
    const grant = wide ? { ...narrow, subscribes: ["#"] } : narrow;
    const air = new AirLink(this, this.#clock, this.#random.fork(address), grant, this.#links.size % 2 === 0);
    this.#links.set(address, air);
    return air;
  }

  get broker(): EmbeddedBroker | undefined {
    return this.#broker;
  }

  /** The hub is up: every device that wants to comes back, each in its own time. */
  up(broker: EmbeddedBroker): void {
    this.#broker = broker;
    for (const link of this.#links.values()) link.linkSoon();
  }

  down(): void {
    this.#broker = undefined;
    for (const link of this.#links.values()) link.lost();
  }

  /** The link of one device breaks; it comes back by itself. */
  cut(address: string): void {
    this.#links.get(address)?.cut();
  }

  heard(address: string, topic: string, payload: Uint8Array): void {
    this.#watch.heard(address, topic, payload);
  }
}

class AirLink implements DeviceTransport {
  readonly #radio: Radio;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #grant: AccessGrant;
  readonly #isOrdered: boolean;
  #session: DeviceSession | undefined;
  #hosted: BrokerSession | undefined;
  #retry: Timer | undefined;
  /** When the last message of each direction arrives; an ordered link delivers nothing before it. */
  #lastUp = 0;
  #lastDown = 0;

  constructor(radio: Radio, clock: Clock, random: Random, grant: AccessGrant, isOrdered: boolean) {
    this.#radio = radio;
    this.#clock = clock;
    this.#random = random;
    this.#grant = grant;
    this.#isOrdered = isOrdered;
  }

  open(session: DeviceSession): void {
    this.#session = session;
    this.linkSoon();
  }

  resubscribe(added: readonly string[], removed: readonly string[]): void {
    for (const filter of removed) this.#hosted?.unsubscribe(filter);
    for (const filter of added) this.#hosted?.subscribe(filter);
  }

  publish(topic: string, payload: string, retain: boolean): void {
    const hosted = this.#hosted;
    const isBridges = topic.endsWith("/availability");
    this.#lastUp = this.#carry(this.#lastUp, this.#isOrdered || isBridges, () => {
      if (hosted === this.#hosted) hosted?.publish(topic, payload, { retain });
    });
  }

  close(abrupt: boolean): void {
    this.#session = undefined;
    this.#retry?.cancel();
    this.#retry = undefined;
    const hosted = this.#hosted;
    this.#hosted = undefined;
    if (abrupt) hosted?.drop();
    else hosted?.close();
  }

  linkSoon(): void {
    if (this.#session === undefined || this.#hosted !== undefined || this.#retry !== undefined) return;
    this.#retry = this.#clock.after(Millis(200 + this.#random.below(2_800)), () => {
      this.#retry = undefined;
      this.#link();
    });
  }

  /** The hub is gone: the device only notices that nothing works. */
  lost(): void {
    this.#hosted = undefined;
    this.#session?.unlinked();
  }

  cut(): void {
    const hosted = this.#hosted;
    if (hosted === undefined) return;
    this.lost();
    hosted.drop();
    this.linkSoon();
  }

  #link(): void {
    const session = this.#session;
    const broker = this.#radio.broker;
    if (session === undefined || broker === undefined) return;
    const hosted: BrokerSession = broker.attach(this.#grant, {
      will: { ...session.will, retain: true },
      onMessage: ({ topic, payload }) => this.#hear(hosted, topic, payload),
    });
    this.#hosted = hosted;
    // Every device also tries to listen in on the others.
    for (const filter of [...session.subscribes, "#"]) hosted.subscribe(filter);
    session.linked();
  }

  #hear(hosted: BrokerSession, topic: string, payload: Uint8Array): void {
    this.#lastDown = this.#carry(this.#lastDown, this.#isOrdered, () => {
      if (hosted !== this.#hosted) return;
      this.#radio.heard(this.#grant.id, topic, payload);
      // Firmware knows its own topics; what else it hears it can only repeat elsewhere.
      if (this.#session?.subscribes.some((filter) => topicMatches(filter, topic))) {
        this.#session.received(topic, payload);
      }
    });
  }

  /** @param isSure in order, and never lost or doubled @returns when it arrives */
  #carry(last: number, isSure: boolean, deliver: () => void): number {
    const { slowestMs, loss, duplication } = this.#radio.faults;
    const delay = slowestMs * (0.1 + 0.9 * this.#radio.draw(this.#random));
    const isLost = this.#random.next() < loss;
    const isDoubled = this.#random.next() < duplication;
    const now = this.#clock.monotonic();
    const arrives = isSure ? Math.max(last, now + delay) : now + delay;
    if (isSure || !isLost) this.#clock.after(Millis(arrives - now), deliver);
    if (!isSure && isDoubled) this.#clock.after(Millis(arrives - now + delay), deliver);
    return Math.max(last, arrives);
  }
}
