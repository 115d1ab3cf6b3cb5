import { type Duration, Millis } from "../../hub/domain/units.ts";
import type { Clock, Timer } from "../../hub/ports/clock.ts";
import type { Random } from "../../hub/ports/random.ts";
import { type Chance, type DeviceFaults, drawnDelay, happens, noFaults } from "./faults.ts";
import type { DeviceSession, DeviceTransport } from "./transport.ts";

/** What all devices of a house share. */
export interface DeviceWorld {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * A device on the mains with one link. Lean: ten thousand of them live in one process, so it holds no closure and no
 * timer while nothing happens to it.
 */
export abstract class SimDevice<World extends DeviceWorld = DeviceWorld> implements DeviceSession, Chance {
  readonly address: string;
  protected readonly world: World;
  readonly #transport: DeviceTransport;
  #powered = false;
  #isLinked = false;
  #faults: DeviceFaults = noFaults;
  #boot: Timer | undefined;
  #random: Random | undefined;
  #armed: Set<Timer> | undefined;

  constructor(world: World, address: string, transport: DeviceTransport) {
    this.world = world;
    this.address = address;
    this.#transport = transport;
  }

  abstract readonly will: { readonly topic: string; readonly payload: string };
  abstract readonly publishes: readonly string[];
  abstract readonly subscribes: readonly string[];
  /** Says that it is there, and how it stands. */
  protected abstract greet(): void;
  protected abstract hear(topic: string, payload: string | Uint8Array): void;
  /** The firmware runs. @param afterPowerCut the mains was gone: power-on behaviour holds */
  protected abstract wake(afterPowerCut: boolean): void;
  /** The firmware ends. @param powerCut the mains is gone, and with it what is not in flash yet */
  protected abstract lose(powerCut: boolean): void;
  /** How long the firmware takes from mains to link. */
  protected abstract readonly bootTime: Duration;

  get isLinked(): boolean {
    return this.#isLinked;
  }

  get isPowered(): boolean {
    return this.#powered;
  }

  get faults(): DeviceFaults {
    return this.#faults;
  }

  /** Comes up at once and as it was, as in a house that has been lived in: no mains was gone. */
  start(): void {
    if (this.#powered) return;
    this.#powered = true;
    this.wake(false);
    this.#up();
  }

  /** The mains comes (back): the device boots, then links. */
  plugIn(): void {
    if (this.#powered) return;
    this.#powered = true;
    // Light follows the mains at once; the radio needs its boot time.
    this.wake(true);
    this.#boot = this.world.clock.after(this.bootTime, () => this.#up());
  }

  /** The firmware begins anew with the mains on: the light stays, the link comes back when it has booted. */
  restart(): void {
    if (!this.#powered || this.#boot !== undefined) return;
    this.#down(true);
    this.#boot = this.world.clock.after(this.bootTime, () => this.#up());
  }

  /** The mains goes, without a goodbye. */
  unplug(): void {
    if (!this.#powered) return;
    this.#powered = false;
    this.#boot?.cancel();
    this.#boot = undefined;
    this.#down(true);
    this.lose(true);
  }

  /** Says goodbye to its broker and does not come back, whatever happens to its mains. */
  protected retire(): void {
    this.#faults = { ...this.#faults, offline: true };
    this.#down(false);
  }

  /** Ends it politely: nothing is left armed. */
  stop(): void {
    this.#boot?.cancel();
    this.#boot = undefined;
    for (const timer of this.#armed ?? []) timer.cancel();
    this.#armed = undefined;
    if (!this.#powered) return;
    this.#powered = false;
    this.#down(false);
    this.lose(false);
  }

  /** Misbehaves in this way from now on; `{}` ends it. */
  misbehave(faults: DeviceFaults): void {
    const wasOffline = this.#faults.offline === true;
    this.#faults = faults;
    if (faults.rebootAfterMs !== undefined) this.#rebootAfter(faults.rebootAfterMs);
    if (!this.#powered || this.#boot !== undefined) return;
    if (faults.offline === true && !wasOffline) this.#down(true);
    else if (faults.offline !== true && wasOffline) this.#transport.open(this);
  }

  linked(): void {
    this.#isLinked = true;
    this.greet();
  }

  unlinked(): void {
    this.#isLinked = false;
  }

  received(topic: string, payload: string | Uint8Array): void {
    if (!this.#powered || happens(this, this.#faults.drop)) return;
    if (happens(this, this.#faults.ignore)) return;
    this.hear(topic, payload);
  }

  /** It listens to other topics now. */
  protected relisten(before: readonly string[]): void {
    const now = this.subscribes;
    this.#transport.resubscribe(
      now.filter((filter) => !before.includes(filter)),
      before.filter((filter) => !now.includes(filter)),
    );
  }

  /** Publishes, as well as its faults let it. */
  protected say(topic: string, payload: string, retain = false): void {
    if (!this.#isLinked) return;
    const faults = this.#faults;
    if (faults === noFaults) {
      this.#transport.publish(topic, payload, retain);
      return;
    }
    if (happens(this, faults.drop)) return;
    this.#sayLater(topic, payload, retain);
    if (happens(this, faults.duplicate)) this.#sayLater(topic, payload, retain);
  }

  /** This device's own chance: the same for the same seed, whatever the others draw. */
  draw(): number {
    this.#random ??= this.world.random.fork(this.address);
    return this.#random.next();
  }

  #sayLater(topic: string, payload: string, retain: boolean): void {
    const delay = drawnDelay(this, this.#faults);
    if (delay === undefined) {
      this.#transport.publish(topic, payload, retain);
      return;
    }
    this.#later(delay, () => {
      if (this.#isLinked) this.#transport.publish(topic, payload, retain);
    });
  }

  #rebootAfter(delayMs: number): void {
    this.#later(delayMs, () => {
      if (!this.#powered) return;
      this.unplug();
      this.plugIn();
    });
  }

  /** Only a misbehaving device arms timers; they are remembered so that stopping leaves none. */
  #later(delayMs: number, call: () => void): void {
    this.#armed ??= new Set();
    const armed = this.#armed;
    const timer = this.world.clock.after(Millis(delayMs), () => {
      armed.delete(timer);
      call();
    });
    armed.add(timer);
  }

  #up(): void {
    this.#boot = undefined;
    if (this.#faults.offline !== true) this.#transport.open(this);
  }

  #down(abrupt: boolean): void {
    this.#transport.close(abrupt);
    this.#isLinked = false;
  }
}
