import { type DeviceScopes, unlimited } from "../domain/device-scope.ts";
import type { EventBus } from "../domain/event.ts";
import type { Device } from "../domain/home.ts";
import { type DeviceId, isId, type SensorId } from "../domain/ids.ts";
import type { Frame, Profile, SensorReport } from "../domain/profile.ts";
import type { SensorReading } from "../domain/sensor.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";

/** Frames that come from devices; filled by the roof. */
export interface FrameSource {
  onFrame(listener: (address: string, frame: Frame) => void): void;
}

/** What is believed of what is said in a device's name. */
export interface FrameGate {
  /** As the profile reads it; undefined: heard before, or not to be believed. */
  admit(device: Device, frame: Frame): Frame | undefined;
}

/** The part of the inventory that sensors need. */
export interface SensorDirectory {
  device(id: DeviceId): Device | undefined;
  devices(): readonly Device[];
  profile(id: string): Profile | undefined;
}

/** The newest a sensor has said. `action` is never kept: it is an event, not a state. */
export interface SensorView {
  readonly id: SensorId;
  readonly name: string;
  readonly room: Device["room"];
  readonly profile: string;
  readonly reachable: boolean;
  readonly senses: readonly (keyof SensorReading)[];
  readonly reading: SensorReading;
  readonly at: Instant | null;
}

interface Sensed {
  reachable: boolean;
  reading: SensorReading;
  at: Instant | null;
}

/** Keeps the last reading of every sensor and tells the home of each new one. */
export class SensorService {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"automation">;
  readonly #directory: SensorDirectory;
  readonly #source: FrameSource;
  readonly #gate: FrameGate;
  readonly #scopes: DeviceScopes;
  readonly #sensed = new Map<SensorId, Sensed>();
  /** Sensors only: most of what is heard comes from lamps, of which there may be ten thousand. */
  readonly #byAddress = new Map<string, SensorId>();

  constructor(
    clock: Clock,
    bus: EventBus,
    store: PurposeStore<"automation">,
    directory: SensorDirectory,
    source: FrameSource,
    gate: FrameGate,
    scopes = unlimited,
  ) {
    this.#clock = clock;
    this.#bus = bus;
    this.#store = store;
    this.#directory = directory;
    this.#source = source;
    this.#gate = gate;
    this.#scopes = scopes;
  }

  start(): void {
    for (const [id, kept] of this.#store.collection("sensor-readings").entries()) {
      if (isId("sensor", id)) this.#sensed.set(id, { reachable: false, reading: kept.reading, at: kept.at });
    }
    for (const { id, address } of this.#directory.devices())
      if (isId("sensor", id)) this.#byAddress.set(address, id);
    this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what !== "device" || !isId("sensor", id)) return;
      if (change === "removed") this.#drop(id);
      else this.#took(id);
    });
    this.#scopes.onChange((device) => {
      if (isId("sensor", device) && !this.#scopes.allows(device, "state")) this.#forgetReading(device);
    });
    this.#source.onFrame((address, frame) => this.#receive(address, frame));
  }

  list(): readonly SensorView[] {
    return this.#directory.devices().flatMap((device) => this.#viewOf(device) ?? []);
  }

  get(id: SensorId): SensorView | undefined {
    const device = this.#directory.device(id);
    return device === undefined ? undefined : this.#viewOf(device);
  }

  #receive(address: string, frame: Frame): void {
    const id = this.#byAddress.get(address);
    const device = id === undefined ? undefined : this.#directory.device(id);
    if (id === undefined || device === undefined) return;
    const profile = this.#directory.profile(device.profile);
    if (profile?.kind !== "sensor") return;
    const admitted = this.#gate.admit(device, frame);
    const report = admitted && profile.decode(admitted);
    if (report !== undefined) this.#learn(id, report);
  }

  #took(id: SensorId): void {
    const device = this.#directory.device(id);
    if (device !== undefined) this.#byAddress.set(device.address, id);
  }

  #learn(id: SensorId, report: SensorReport): void {
    const sensed = this.#sensed.get(id) ?? { reachable: false, reading: {}, at: null };
    this.#sensed.set(id, sensed);
    const online = report.online ?? true;
    if (online !== sensed.reachable) {
      sensed.reachable = online;
      this.#bus.publish({ kind: "device.availability-changed", device: id, online, at: this.#clock.now() });
    }
    if (report.reading !== undefined) this.#read(id, sensed, report.reading);
  }

  /** What is out of the sensor's scope is dropped here, and is nowhere behind this door. */
  #read(id: SensorId, sensed: Sensed, reading: SensorReading): void {
    const { action, ...state } = reading;
    const at = this.#clock.now();
    const keepsState = this.#scopes.allows(id, "state");
    if (keepsState) {
      sensed.reading = { ...sensed.reading, ...state };
      sensed.at = at;
      this.#store.collection("sensor-readings").put(id, { id, reading: sensed.reading, at });
    }
    if (!this.#scopes.allows(id, "events")) return;
    const told = keepsState ? reading : action === undefined ? undefined : { action };
    if (told !== undefined) this.#bus.publish({ kind: "sensor.reported", sensor: id, reading: told, at });
  }

  #forgetReading(id: SensorId): void {
    const sensed = this.#sensed.get(id);
    if (sensed !== undefined) this.#sensed.set(id, { reachable: sensed.reachable, reading: {}, at: null });
    this.#store.collection("sensor-readings").remove(id);
  }

  #drop(id: SensorId): void {
    this.#sensed.delete(id);
    for (const [address, of] of this.#byAddress) if (of === id) this.#byAddress.delete(address);
    this.#store.collection("sensor-readings").remove(id);
  }

  #viewOf(device: Device): SensorView | undefined {
    const profile = this.#directory.profile(device.profile);
    if (profile?.kind !== "sensor" || !isId("sensor", device.id)) return undefined;
    const sensed = this.#sensed.get(device.id);
    return {
      id: device.id,
      name: device.name,
      room: device.room,
      profile: device.profile,
      reachable: sensed?.reachable ?? false,
      senses: profile.senses,
      reading: sensed?.reading ?? {},
      at: sensed?.at ?? null,
    };
  }
}
