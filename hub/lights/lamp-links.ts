import type { EventBus } from "../domain/event.ts";
import type { Device } from "../domain/home.ts";
import {
  chooseLink,
  firstChoice,
  type LinkChoice,
  type LinkKind,
  type LinkSigns,
  otherLink,
  settle,
} from "../domain/link-choice.ts";
import type { LampReport, Profile } from "../domain/profile.ts";
import { smoothed } from "../domain/signal.ts";
import { type Instant, type Monotonic, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { type Lamp, type LampLink, readsBack, type TwoLinks } from "./lamp.ts";
import type { LampWriting } from "./lamp-writer.ts";

/** What the radio knows of its lamps; filled by the roof. Absent: there is none. */
export interface RadioSigns {
  /** How a lamp can be reached over Bluetooth now; undefined: it cannot. */
  signs?(address: string): LinkSigns | undefined;
  /** What waits for a lamp there is not sent any more. */
  drop?(address: string): void;
}

/** The driver of a second link; filled by the roof. */
interface Drivers {
  profile(id: string): Profile | undefined;
}

/** A link of a lamp as others see it. */
export interface LinkView extends LinkSigns {
  readonly link: LinkKind;
  readonly profile: string;
  readonly address: string;
}

export interface LinksView {
  readonly inUse: LinkKind;
  readonly reason: LinkChoice["reason"];
  readonly since: Instant;
  readonly links: readonly LinkView[];
}

type Two = Lamp & { two: TwoLinks };

const looksEvery = Seconds(1);
const unheard: LinkSigns = { isUp: false };

/**
 * By which of its two links each lamp that has two is spoken to: looked at every second, and at once where a link says that it is
 * gone, or leaves a write unanswered. A lamp has one writer and one state, whichever link is in use: `address` and `profile` of
 * the lamp are those of the link, and a change takes what is under way along.
 */
export class LampLinks {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #radio: RadioSigns;
  readonly #writer: LampWriting;
  readonly #drivers: Drivers;
  readonly #byAddress: Map<string, Lamp>;
  /** Each with when it came. */
  readonly #lamps = new Map<Two, Monotonic>();
  #looking: Timer | undefined;

  /** @param byAddress where lamps are found that something is heard of; those of second links are added here */
  constructor(
    clock: Clock,
    bus: EventBus,
    radio: RadioSigns,
    writer: LampWriting,
    drivers: Drivers,
    byAddress: Map<string, Lamp>,
  ) {
    this.#clock = clock;
    this.#bus = bus;
    this.#radio = radio;
    this.#writer = writer;
    this.#drivers = drivers;
    this.#byAddress = byAddress;
  }

  /** It has a second link now, or has it no more; or nothing has changed. */
  rewire(lamp: Lamp, { bluetooth }: Device): void {
    if (hasTwo(lamp) && lamp.two.ble.address === bluetooth?.address) return;
    if (hasTwo(lamp) && lamp.two.choice.link === "ble") this.#take(lamp, { link: "mqtt", reason: "lost" });
    this.remove(lamp);
    const profile = bluetooth === undefined ? undefined : this.#drivers.profile(bluetooth.profile);
    if (bluetooth !== undefined && profile?.kind === "lamp")
      this.#add(lamp, { address: bluetooth.address, profile });
  }

  #add(lamp: Lamp, ble: LampLink): void {
    const { address, profile, reachable } = lamp;
    const isOnline = reachable ? true : undefined;
    const two = { mqtt: { address, profile }, ble, choice: firstChoice, since: this.#clock.now(), isOnline };
    this.#lamps.set(Object.assign(lamp, { two }), this.#clock.monotonic());
    this.#byAddress.set(ble.address, lamp);
    this.#looking ??= this.#clock.every(looksEvery, () => {
      for (const each of this.#lamps.keys()) this.#look(each);
    });
  }

  /** It leaves the home, or has one link from now on: the first. */
  remove(lamp: Lamp): void {
    if (!hasTwo(lamp)) return;
    const { mqtt, ble } = lamp.two;
    this.#byAddress.delete(ble.address);
    this.#lamps.delete(lamp);
    Object.assign(lamp, mqtt, { two: undefined });
    if (this.#lamps.size === 0) this.close();
  }

  close(): void {
    this.#looking?.cancel();
    this.#looking = undefined;
    this.#lamps.clear();
  }

  /** Undefined: it has one link. */
  view(lamp: Lamp): LinksView | undefined {
    if (!hasTwo(lamp)) return undefined;
    const { choice, since, mqtt, ble } = lamp.two;
    const signs = this.#signsOf(lamp);
    const viewOf = (link: LinkKind, { profile, address }: LampLink): LinkView => ({
      ...signs[link],
      link,
      profile: profile.id,
      address,
    });
    return {
      inUse: choice.link,
      reason: choice.reason,
      since,
      links: [viewOf("mqtt", mqtt), viewOf("ble", ble)],
    };
  }

  /** What a lamp says by either link is said of the one lamp; that it is there, or is gone, only of the link. */
  report(lamp: Lamp, address: string, { online, signal, ...said }: LampReport): void {
    if (!hasTwo(lamp)) return;
    const { two } = lamp;
    const by = address === two.ble.address ? two.ble : two.mqtt;
    if (signal !== undefined) two.signal = smoothed(two.signal, signal, this.#clock.monotonic());
    const isThere = online ?? (said.state === undefined ? undefined : true);
    if (by === two.mqtt && isThere !== undefined) this.#heardOnMqtt(lamp, isThere);
    this.#look(lamp);
    this.#writer.report(lamp, said, by.profile.capabilities);
  }

  /** Something has become of the link that is not in use. */
  looked(lamp: Lamp): void {
    if (hasTwo(lamp)) this.#look(lamp);
  }

  /** The link in use leaves what is sent unanswered. @returns whether the lamp goes on by the other one */
  failed(lamp: Lamp): boolean {
    if (!hasTwo(lamp)) return false;
    const { link } = lamp.two.choice;
    const signs = this.#signsOf(lamp);
    if (!signs[otherLink(link)].isUp) return false;
    if (link === "mqtt") lamp.two.isOnline = false;
    this.#choose(lamp, { ...signs, [link]: unheard });
    return true;
  }

  /** It was given up on the link in use. */
  gone(lamp: Lamp): void {
    if (hasTwo(lamp) && lamp.two.choice.link === "mqtt") lamp.two.isOnline = false;
  }

  #heardOnMqtt(lamp: Two, online: boolean): void {
    const { two } = lamp;
    const isBack = online && two.isOnline === false;
    two.isOnline = online;
    // It may have begun anew, or done by now what was said to it before it went: it is told again what is desired.
    if (isBack && two.choice.link === "ble" && lamp.reachable) this.#writer.rerouted(lamp);
  }

  #look(lamp: Two): void {
    const signs = this.#signsOf(lamp);
    if (this.#mayStillCome(lamp)) return;
    this.#choose(lamp, signs);
    this.#writer.online(lamp, signs[lamp.two.choice.link].isUp);
  }

  /** After a start a lamp is heard by the radio before it has found the broker: that is no reason to leave the network. */
  #mayStillCome(lamp: Two): boolean {
    const cameAt = this.#lamps.get(lamp) ?? 0;
    return lamp.two.isOnline === undefined && this.#clock.monotonic() - cameAt < settle;
  }

  #choose(lamp: Two, signs: Readonly<Record<LinkKind, LinkSigns>>): void {
    const { two } = lamp;
    const before = two.choice;
    two.choice = chooseLink(before, signs, this.#clock.monotonic());
    if (two.choice.link !== before.link) this.#take(lamp, two.choice);
  }

  #take(lamp: Two, { link, reason }: LinkChoice): void {
    const { two } = lamp;
    two.since = this.#clock.now();
    // What still waits on the link before must not land behind what is said by this one.
    if (link === "mqtt") this.#radio.drop?.(two.ble.address);
    lamp.address = two[link].address;
    lamp.profile = two[link].profile;
    if (!readsBack(lamp)) lamp.reported = null;
    this.#bus.publish({ kind: "device.link-changed", device: lamp.id, link, reason, at: two.since });
    this.#writer.rerouted(lamp);
  }

  #signsOf({ two }: Two): Readonly<Record<LinkKind, LinkSigns>> {
    return {
      mqtt: { isUp: two.isOnline === true, signal: two.signal?.level },
      ble: this.#radio.signs?.(two.ble.address) ?? unheard,
    };
  }
}

const hasTwo = (lamp: Lamp): lamp is Two => lamp.two !== undefined;
