import { InvalidInput } from "../../hub/domain/errors.ts";
import { Millis, Minutes } from "../../hub/domain/units.ts";
import type { Clock, Timer } from "../../hub/ports/clock.ts";
import type { Random } from "../../hub/ports/random.ts";
import { FadeLoop } from "./behaviours/fade.ts";
import { LampFirmwares } from "./behaviours/firmware.ts";
import { FlashLoop } from "./behaviours/flash.ts";
import { noticed } from "./behaviours/routine.ts";
import type { HousePlan, PlannedDevice } from "./furnish.ts";
import { lampModels } from "./models/lamps.ts";
import { sensorModels } from "./models/sensors.ts";
import { type LampWorld, SimLamp } from "./sim-lamp.ts";
import { SimSensor } from "./sim-sensor.ts";
import type { DeviceTransport, Flash, LampFlash } from "./transport.ts";

/** What the hub gives a device when it takes it in. */
export interface Enrolment {
  /** The hub's id of the device. */
  readonly id: string;
  readonly address: string;
  /** Absent where the device's broker asks for none. */
  readonly username?: string | undefined;
  readonly password?: Buffer | undefined;
}

/** What a house needs from outside. */
export interface HouseSupplies {
  /** Takes a device into the hub's home. */
  enrol(device: PlannedDevice): Enrolment;
  /** A link for it. Called once per device. */
  transport(enrolment: Enrolment, device: PlannedDevice): DeviceTransport;
  /** Flash that outlives this process; absent: the device keeps its own in memory. */
  flash?(enrolment: Enrolment, device: PlannedDevice): LampFlash | undefined;
  /** For the firmwares of all lamps together. */
  firmwareFlash?(): Flash;
}

/** Devices that start in one turn of the event loop; the rest follows in the next. */
const startsPerTurn = 500;
const meterEvery = Minutes(1);

/** A furnished home: builds every device of a plan, runs them, and gives access to each. */
export class SimHouse {
  readonly #clock: Clock;
  readonly #supplies: HouseSupplies;
  readonly #world: LampWorld;
  readonly #devices = new Map<string, SimLamp | SimSensor>();
  readonly #metering = new Set<SimLamp>();
  readonly #timers: Timer[] = [];
  #running = false;
  #minute = 0;

  constructor(clock: Clock, random: Random, plan: HousePlan, supplies: HouseSupplies) {
    this.#clock = clock;
    this.#supplies = supplies;
    this.#world = {
      clock,
      random,
      fades: new FadeLoop(clock),
      flashes: new FlashLoop(clock),
      firmwares: new LampFirmwares(clock, supplies.firmwareFlash?.()),
    };
    for (const device of plan.devices) this.add(device);
  }

  /** By the hub's id. */
  get(id: string): SimLamp | SimSensor | undefined {
    return this.#devices.get(id);
  }

  lamp(id: string): SimLamp | undefined {
    const device = this.#devices.get(id);
    return device instanceof SimLamp ? device : undefined;
  }

  sensor(id: string): SimSensor | undefined {
    const device = this.#devices.get(id);
    return device instanceof SimSensor ? device : undefined;
  }

  /** The hub's ids of all devices, in the order in which they came. */
  get ids(): readonly string[] {
    return [...this.#devices.keys()];
  }

  get lamps(): readonly SimLamp[] {
    return [...this.#devices.values()].filter((device) => device instanceof SimLamp);
  }

  get sensors(): readonly SimSensor[] {
    return [...this.#devices.values()].filter((device) => device instanceof SimSensor);
  }

  /** A new device comes into the home; in a running one it boots. @throws InvalidInput for an unknown product */
  add(planned: PlannedDevice): Enrolment {
    const enrolment = this.#supplies.enrol(planned);
    const device = this.#build(planned, enrolment);
    this.#devices.set(enrolment.id, device);
    if (device instanceof SimLamp && device.model.load !== undefined) this.#metering.add(device);
    if (this.#running) device.plugIn();
    return enrolment;
  }

  /** The device is thrown away. */
  remove(id: string): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    device.stop();
    this.#devices.delete(id);
    if (device instanceof SimLamp) this.#metering.delete(device);
  }

  /** Everything comes up, a part of it per turn of the event loop; life in the home begins. */
  start(): void {
    this.#running = true;
    this.#startFrom([...this.#devices.values()], 0);
    this.#timers.push(
      this.#clock.every(Minutes(1), () => this.#live()),
      this.#clock.every(meterEvery, () => this.#meter()),
    );
  }

  /** Ends every device politely; nothing is left armed. */
  close(): void {
    this.#running = false;
    for (const timer of this.#timers.splice(0)) timer.cancel();
    for (const device of this.#devices.values()) device.stop();
  }

  #startFrom(devices: readonly (SimLamp | SimSensor)[], from: number): void {
    if (!this.#running) return;
    const end = from + startsPerTurn;
    for (const device of devices.slice(from, end)) device.start();
    if (end < devices.length) this.#clock.after(Millis(0), () => this.#startFrom(devices, end));
  }

  #build(planned: PlannedDevice, enrolment: Enrolment): SimLamp | SimSensor {
    const transport = this.#supplies.transport(enrolment, planned);
    const { address, username, password } = enrolment;
    const lamp = lampModels.get(planned.profile);
    if (lamp !== undefined) {
      const flash = this.#supplies.flash?.(enrolment, planned);
      const told = { name: planned.name, username, password };
      return new SimLamp(this.#world, address, lamp, transport, flash, told);
    }
    const sensor = sensorModels.get(planned.profile);
    if (sensor !== undefined) return new SimSensor(this.#world, address, sensor, transport);
    throw new InvalidInput("the simulator does not build this product", { profile: planned.profile });
  }

  #meter(): void {
    for (const lamp of this.#metering) lamp.tellMeter();
  }

  #live(): void {
    const minute = this.#minute++;
    const at = this.#clock.now();
    for (const device of this.#devices.values()) {
      if (!(device instanceof SimSensor) || !device.isPowered) continue;
      const reading = noticed(device.reading, at, minute, device);
      if (reading !== undefined) device.sense(reading);
    }
  }
}
