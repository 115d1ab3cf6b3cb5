import type { SimSensor } from "../../devices/sim/sim-sensor.ts";
import type { SensorId } from "../../hub/domain/ids.ts";
import type { SensorReading } from "../../hub/domain/sensor.ts";

/** A sensor as a test sees it. */
export class TestSensor {
  readonly id: SensorId;
  readonly #name: () => string;
  readonly #reading: () => SensorReading;
  readonly #device: SimSensor;

  constructor(id: SensorId, name: () => string, reading: () => SensorReading, device: SimSensor) {
    this.id = id;
    this.#name = name;
    this.#reading = reading;
    this.#device = device;
  }

  get name(): string {
    return this.#name();
  }

  /** What the hub last heard from it. */
  get reading(): SensorReading {
    return this.#reading();
  }

  /** Something happens in front of it. */
  sense(reading: SensorReading): void {
    this.#device.sense(reading);
  }

  /** Somebody presses one of its buttons. */
  press(action: string): void {
    this.#device.press(action);
  }

  unplug(): void {
    this.#device.unplug();
  }

  plug(): void {
    this.#device.plugIn();
  }
}
