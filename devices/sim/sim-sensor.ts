import type { SensorReading } from "../../hub/domain/sensor.ts";
import type { Duration } from "../../hub/domain/units.ts";
import { type BootRange, bootTime } from "./behaviours/boot.ts";
import { type DeviceWorld, SimDevice } from "./sim-device.ts";
import type { DeviceTransport } from "./transport.ts";

/** How a sensor's firmware speaks. */
export interface SensorDialect {
  will(address: string): { readonly topic: string; readonly payload: string };
  publishes(address: string, hasButtons: boolean): readonly string[];
  greet(sensor: SimSensor): void;
  /** Tells what it senses now. */
  tell(sensor: SimSensor): void;
  /** Tells that a button was used; this is an event, not a state. */
  tellAction(sensor: SimSensor, action: string): void;
}

/** One product. `fresh` holds every key it senses. */
export interface SensorModel {
  readonly id: string;
  readonly dialect: SensorDialect;
  readonly fresh: SensorReading;
  /** What its buttons can do; empty when it has none. */
  readonly actions: readonly string[];
  readonly boot: BootRange;
}

/** A sensor, switch or button. It knows what it was last made to sense and says so in its dialect. */
export class SimSensor extends SimDevice<DeviceWorld> {
  readonly model: SensorModel;
  #reading: SensorReading;

  constructor(world: DeviceWorld, address: string, model: SensorModel, transport: DeviceTransport) {
    super(world, address, transport);
    this.model = model;
    this.#reading = model.fresh;
  }

  readonly subscribes: readonly string[] = [];

  get will() {
    return this.model.dialect.will(this.address);
  }

  get publishes(): readonly string[] {
    return this.model.dialect.publishes(this.address, this.model.actions.length > 0);
  }

  get reading(): SensorReading {
    return this.#reading;
  }

  /** The world around it changes; keys it does not sense are lost on it. */
  sense(reading: SensorReading): void {
    const { fresh } = this.model;
    const felt = Object.entries(reading).filter(([key]) => key in fresh);
    if (felt.length === 0) return;
    this.#reading = { ...this.#reading, ...Object.fromEntries(felt) };
    this.model.dialect.tell(this);
  }

  /** Somebody uses a button; an action it does not have is not felt. */
  press(action: string): void {
    if (this.isPowered && this.model.actions.includes(action)) this.model.dialect.tellAction(this, action);
  }

  /** Publishes, for its dialect. */
  publish(topic: string, payload: string, retain = false): void {
    this.say(topic, payload, retain);
  }

  protected override get bootTime(): Duration {
    return bootTime(this.model.boot, this);
  }

  protected override greet(): void {
    this.model.dialect.greet(this);
  }

  protected override hear(): void {
    // Battery sensors listen to nobody.
  }

  protected override wake(): void {
    this.#reading = { ...this.model.fresh, ...this.#reading };
  }

  protected override lose(): void {
    this.#reading = this.model.fresh;
  }
}
