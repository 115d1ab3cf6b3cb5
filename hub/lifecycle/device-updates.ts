import { CallerError, Conflict, NotCapable, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import type { Device } from "../domain/home.ts";
import { type DeviceId, isDeviceId } from "../domain/ids.ts";
import type { FirmwareReport, Frame, Profile } from "../domain/profile.ts";

/** What updates need of the home; filled by the roof. */
export interface UpdatableDevices {
  device(id: DeviceId): Device | undefined;
  profile(id: string): Profile | undefined;
  isReachable(id: DeviceId): boolean;
  send(address: string, frames: readonly Frame[]): void;
}

/** `sent`: an image was handed over, and the device has not said anything since. */
export interface DeviceFirmware {
  readonly device: DeviceId;
  /** Undefined: it has not said. */
  readonly version: string | undefined;
  readonly update: FirmwareReport["update"] | "sent" | "unknown";
  readonly reason?: string;
}

/**
 * Firmware of devices: the hub carries an image to the device, which decides by itself whether it is its maker's, tries
 * it, and goes back when it is no good. What it says of that is remembered until the hub restarts.
 */
export class DeviceUpdates {
  readonly #bus: EventBus;
  readonly #devices: UpdatableDevices;
  readonly #known = new Map<DeviceId, DeviceFirmware>();

  constructor(bus: EventBus, devices: UpdatableDevices) {
    this.#bus = bus;
    this.#devices = devices;
  }

  start(): void {
    this.#bus.subscribe("device.firmware", ({ device, version, update, reason }) => {
      this.#known.set(device, { device, version, update, ...(reason === undefined ? {} : { reason }) });
    });
    this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "device" && change === "removed" && isDeviceId(id)) this.#known.delete(id);
    });
  }

  /** Another device stands where this one stood. */
  forget(id: DeviceId): void {
    this.#known.delete(id);
  }

  /** @throws NotFound */
  status(id: DeviceId): DeviceFirmware {
    this.#device(id);
    return this.#known.get(id) ?? { device: id, version: undefined, update: "unknown" };
  }

  /** Hands the image over. @throws NotFound, NotCapable, Conflict while the device is away, EmptyImage */
  update(id: DeviceId, image: Uint8Array): DeviceFirmware {
    const device = this.#device(id);
    const profile = this.#devices.profile(device.profile);
    const frames = profile?.kind === "lamp" ? profile.update : undefined;
    if (frames === undefined) throw new NotCapable("this device is not updated over its link");
    if (image.length === 0) throw new EmptyImage("there is nothing in the image");
    if (!this.#devices.isReachable(id)) throw new Conflict("the device is not reachable; plug it in first");
    const sent = { device: id, version: this.#known.get(id)?.version, update: "sent" } as const;
    this.#known.set(id, sent);
    this.#devices.send(device.address, frames(Buffer.from(image).toString("base64")));
    return sent;
  }

  #device(id: DeviceId): Device {
    const device = this.#devices.device(id);
    if (device === undefined) throw new NotFound("no such device");
    return device;
  }
}

/** Nothing was sent. */
export class EmptyImage extends CallerError {
  override readonly code = "empty_image";
}
