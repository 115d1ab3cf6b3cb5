import type { BleTrouble } from "../../../hub/domain/ble-trouble.ts";
import { type Duration, Instant, Millis, Seconds } from "../../../hub/domain/units.ts";
import { BluezCentral } from "../../../hub/platform/node/bluez/bluez-central.ts";
import { bluezDefaults } from "../../../hub/platform/node/bluez/bluez-service.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { FakeBluez } from "./fake-bluez.ts";
import { PrivateBus } from "./private-bus.ts";

/** Round trips of the bus in each piece of time, so that time does not run away from messages. */
const tripsPerPiece = 6;
const piece = Millis(50);

/** The hub's BlueZ radio, and a bluetoothd that is none. */
export class BluezRig {
  readonly clock: VirtualClock;
  readonly bluez: FakeBluez;
  readonly central: BluezCentral;
  /** What the kernel says against the adapter. */
  kernel: BleTrouble | undefined;
  readonly #bus: PrivateBus;

  private constructor(clock: VirtualClock, bluez: FakeBluez, bus: PrivateBus) {
    this.clock = clock;
    this.bluez = bluez;
    this.#bus = bus;
    const kernelTrouble = (): BleTrouble | undefined => this.kernel;
    this.central = new BluezCentral(clock, { ...bluezDefaults, busAddress: bus.address, kernelTrouble });
  }

  static async start(): Promise<BluezRig> {
    const bus = await PrivateBus.start();
    const clock = new VirtualClock(Instant(0));
    const bluez = new FakeBluez(clock, bus.address);
    bluez.plug(true);
    await bluez.start();
    return new BluezRig(clock, bluez, bus);
  }

  async live(time: Duration): Promise<void> {
    for (let passed = 0; passed < time; passed += piece) {
      await this.clock.advance(Millis(Math.min(piece, time - passed)));
      for (let trip = 0; trip < tripsPerPiece; trip++) await this.bluez.settled();
    }
  }

  /** Time passes until it is so. */
  async until(isSo: () => boolean): Promise<void> {
    for (let passed = 0; !isSo(); passed += piece) {
      if (passed > Seconds(60)) throw new Error("it never came about");
      await this.live(piece);
    }
  }

  /** Time passes until it has settled. */
  async during<Result>(promise: Promise<Result>): Promise<Result> {
    let isSettled = false;
    promise.then(
      () => {
        isSettled = true;
      },
      () => {
        isSettled = true;
      },
    );
    await this.until(() => isSettled);
    return promise;
  }

  /** Somebody else on the bus, who speaks as bluetoothd does. */
  async impostor(): Promise<FakeBluez> {
    const other = new FakeBluez(this.clock, this.#bus.address);
    await other.connect();
    return other;
  }

  async endBus(): Promise<void> {
    this.bluez.stop();
    await this.#bus[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.during(this.central.close());
    this.bluez.stop();
    await this.#bus[Symbol.asyncDispose]();
  }
}
