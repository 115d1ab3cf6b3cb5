import type { Hub } from "../../hub/compose.ts";
import type { LampId } from "../../hub/domain/ids.ts";
import { type Duration, Millis, Minutes, Seconds } from "../../hub/domain/units.ts";
import { Ether } from "../../hub/platform/sim/ble/ether.ts";
import { VirtualCentral } from "../../hub/platform/sim/ble/virtual-central.ts";
import type { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import type { Clock } from "../../hub/ports/clock.ts";
import type { Random } from "../../hub/ports/random.ts";
import { addressOf } from "../support/ble-home.ts";
import { BleTestLamp, bleTestProfiles } from "../support/ble-test-lamp.ts";
import { bleWeather } from "../support/ble-weather.ts";

const kinds = ["open", "mute", "open"] as const;

/** Asks the hub's door for something, as somebody at home would. */
type Ask = (method: string, path: string, body: object) => Promise<unknown>;

/** The lamps of a home that a radio reaches, what people want of them, and the weather between them and the hub. */
export class BleHouse {
  readonly lamps = new Map<LampId, BleTestLamp>();
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #devices = kinds.map((kind, at) => new BleTestLamp(addressOf(at), kind));
  #ether: Ether;
  #radio: VirtualCentral | undefined;
  #boots = 0;
  #isOver = false;

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#ether = new Ether(clock, random.fork("ether"));
  }

  /** The radio of a hub that boots: of what the one before knew, nothing is left. */
  radioOn(clock: Clock): VirtualCentral {
    this.powerCut();
    const random = this.#random.fork(`boot ${this.#boots++}`);
    this.#ether = new Ether(this.#clock, random.fork("ether"));
    this.#radio = new VirtualCentral(clock, random.fork("radio"), this.#ether);
    for (const device of this.#devices) this.#ether.place(device);
    return this.#radio;
  }

  /** Whoever held the radio hears nothing more. */
  powerCut(): void {
    for (const { address } of this.#devices) this.#ether.take(address);
  }

  /** @returns their names by id */
  moveIn(hub: Hub, name: string): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    for (const [at, device] of this.#devices.entries()) {
      const profile = bleTestProfiles[kinds[at] ?? "open"].id;
      const wanted = { profile, name: `${name} ${at}`, address: device.address };
      const { id } = hub.inventory.addDevice(wanted);
      this.lamps.set(id as LampId, device);
      names.set(id, wanted.name);
    }
    return names;
  }

  start(ask: Ask): void {
    this.#often(this.#random.fork("people"), Seconds(20), (random) => {
      const wish = { on: random.next() < 0.6, brightness: 1 + random.below(100) };
      void ask("PUT", `/lights/${this.#any([...this.lamps.keys()], random)}/state`, wish);
    });
    this.#often(this.#random.fork("weather"), Minutes(1), (random) => this.#weather(random));
  }

  /** The weather is fair again. */
  stop(): void {
    this.#isOver = true;
    this.#calm();
  }

  #weather(random: Random): void {
    const { address } = this.#any(this.#devices, random);
    const draw = random.next();
    if (draw < 0.2) this.#ether.move(address, { rssi: undefined });
    else if (draw < 0.4) this.#ether.move(address, { loss: 0.4 });
    else if (draw < 0.6) this.#ether.drop(address);
    else if (draw < 0.8 && this.#radio !== undefined) this.#radio.fault = bleWeather(random);
    else this.#radio?.become(draw < 0.9 ? "absent" : "denied");
    this.#clock.after(Millis(random.below(60_000)), () => this.#calm());
  }

  #calm(): void {
    for (const { address } of this.#devices) this.#ether.move(address, { rssi: -60, loss: 0 });
    if (this.#radio === undefined) return;
    this.#radio.fault = () => undefined;
    this.#radio.become("on");
  }

  #often(random: Random, mean: Duration, act: (random: Random) => void): void {
    this.#clock.after(Millis(-mean * Math.log(1 - random.next())), () => {
      if (this.#isOver) return;
      act(random);
      this.#often(random, mean, act);
    });
  }

  #any<Each>(from: readonly Each[], random: Random): Each {
    return from[random.below(from.length)] as Each;
  }
}
