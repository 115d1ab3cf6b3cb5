import { BleLamp } from "../devices/sim/ble/lamps/ble-lamp.ts";
import type { DeviceFaults } from "../devices/sim/faults.ts";
import type { SimHouse } from "../devices/sim/house.ts";
import { SimLamp } from "../devices/sim/sim-lamp.ts";
import type { SimSensor } from "../devices/sim/sim-sensor.ts";
import type {
  SimAccessPoint,
  SimControl,
  SimDeviceView,
  SimImprovPhone,
  SimPanelControl,
  SimPeople,
  SimServices,
  SimShelf,
} from "./api/traits.ts";
import { InvalidInput, NotFound } from "./domain/errors.ts";
import type { DeviceId, LampId, SensorId } from "./domain/ids.ts";
import type { SensorReading } from "./domain/sensor.ts";
import type { Duration } from "./domain/units.ts";
import type { PacedClock } from "./platform/sim/paced-clock.ts";
import type { SimAir } from "./sim-air.ts";
import type { SimBleHome } from "./sim-ble-home.ts";
import type { SimSecondRadios } from "./sim-second-radios.ts";

/** Ways to misbehave that can be asked for by name; several at once add up. */
const misbehaviours: Readonly<Record<string, DeviceFaults>> = {
  slow: { delayMs: [500, 4_000] },
  lossy: { drop: 0.3 },
  twice: { duplicate: 1 },
  deaf: { ignore: 1 },
  liar: { wrongState: true },
  offline: { offline: true },
  "far-from-wifi": { signal: -86 },
  reboots: { rebootAfterMs: 2_000 },
  "wipes-shallowly": { wipesShallowly: true },
};

/** The strings by which tests and the app move the simulated world. */
export class SimControls implements SimControl {
  readonly misbehaviours: readonly string[] = Object.keys(misbehaviours);
  readonly #clock: PacedClock;
  readonly #house: SimHouse;
  readonly #misbehaving = new Map<DeviceId, readonly string[]>();

  readonly accessPoint: SimAccessPoint;
  readonly panel: SimPanelControl;
  readonly phone: SimImprovPhone;
  readonly shelf: SimShelf;
  readonly people: SimPeople | undefined;
  readonly services: SimServices | undefined;
  readonly #air: SimAir["lamps"];
  readonly #bleHome: SimBleHome | undefined;
  readonly #secondRadios: SimSecondRadios | undefined;

  constructor(
    clock: PacedClock,
    house: SimHouse,
    around: {
      readonly air: Pick<SimAir, "accessPoint" | "lamps" | "shelf">;
      readonly panel: SimPanelControl;
      readonly phone: SimImprovPhone;
      readonly services?: SimServices;
    },
    people?: SimPeople,
    bleHome?: SimBleHome,
    secondRadios?: SimSecondRadios,
  ) {
    this.#clock = clock;
    this.#house = house;
    this.accessPoint = around.air.accessPoint;
    this.shelf = around.air.shelf;
    this.#air = around.air.lamps;
    this.panel = around.panel;
    this.phone = around.phone;
    this.services = around.services;
    this.people = people;
    this.#bleHome = bleHome;
    this.#secondRadios = secondRadios;
  }

  clock() {
    return { now: this.#clock.now(), paused: this.#clock.isPaused, speed: this.#clock.speed };
  }

  pause(): void {
    this.#clock.pause();
  }

  resume(): void {
    this.#clock.resume();
  }

  advance(by: Duration): Promise<void> {
    return this.#clock.advance(by);
  }

  jump(byMs: number): void {
    this.#clock.jump(byMs);
  }

  devices(): readonly SimDeviceView[] {
    const house = this.#house.ids.map((id) => ({
      id: id as DeviceId,
      plugged: this.#house.get(id)?.isPowered === true,
      misbehaviours: this.#misbehaving.get(id as DeviceId) ?? [],
      ...labelled(this.#air.labelOf(this.#house.get(id)?.address ?? "")),
    }));
    const ble = (this.#bleHome?.ids ?? []).map((id) => ({
      id,
      plugged: this.#bleHome?.lamp(id)?.isSilent === false,
      misbehaviours: [],
    }));
    return [...house, ...ble];
  }

  unplug(id: DeviceId): void {
    (this.#secondRadios?.lamp(id) ?? this.#device(id)).unplug();
  }

  plug(id: DeviceId): void {
    (this.#secondRadios?.lamp(id) ?? this.#device(id)).plugIn();
  }

  misbehave(id: DeviceId, names: readonly string[]): void {
    const device = this.#device(id);
    if (device instanceof BleLamp)
      throw new InvalidInput("a lamp over Bluetooth knows none of these", { path: "misbehaviours" });
    const unknown = names.find((name) => !Object.hasOwn(misbehaviours, name));
    if (unknown !== undefined) {
      throw new InvalidInput(`a device can be ${this.misbehaviours.join(", ")}`, { path: "misbehaviours" });
    }
    device.misbehave(Object.assign({}, ...names.map((name) => misbehaviours[name])));
    this.#misbehaving.set(id, names);
  }

  touch(id: LampId, { on, brightness }: { readonly on?: boolean; readonly brightness?: number }): void {
    const lamp = this.#device(id);
    if (!(lamp instanceof SimLamp || lamp instanceof BleLamp)) throw new NotFound("no such simulated lamp");
    const level = brightness === undefined ? undefined : (brightness / 100) * lamp.model.limits.full;
    lamp.touch({ on, level });
  }

  press(id: SensorId, action: string): void {
    const sensor = this.#house.sensor(id);
    if (sensor === undefined) throw new NotFound("no such simulated sensor");
    sensor.press(action);
  }

  sense(id: SensorId, reading: SensorReading): void {
    const sensor = this.#house.sensor(id);
    if (sensor === undefined) throw new NotFound("no such simulated sensor");
    sensor.sense(reading);
  }

  #device(id: DeviceId): SimLamp | SimSensor | BleLamp {
    const device = this.#house.get(id) ?? this.#bleHome?.lamp(id);
    if (device === undefined) throw new NotFound("no such simulated device");
    return device;
  }
}

const labelled = (label: string | undefined) => (label === undefined ? {} : { label });
