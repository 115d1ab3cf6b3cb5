import type { EventBus } from "../domain/event.ts";
import { type DeviceId, isDeviceId } from "../domain/ids.ts";
import type { PowerOnBehaviour } from "../domain/light.ts";
import type { FrameSender } from "./lamp-writer.ts";
import type { LampDirectory } from "./light-service.ts";

/**
 * Tells lamps what their owner chose for the return of their mains: when the choice changes, and again whenever a lamp
 * comes back, as it may have been reset, replaced or away when it was told. Each keeps it in its own flash.
 */
export class PowerOnService {
  readonly #bus: EventBus;
  readonly #directory: LampDirectory;
  readonly #sender: FrameSender;
  readonly #chosen = new Map<DeviceId, PowerOnBehaviour>();

  constructor(bus: EventBus, directory: LampDirectory, sender: FrameSender) {
    this.#bus = bus;
    this.#directory = directory;
    this.#sender = sender;
  }

  start(): void {
    for (const { id, powerOn } of this.#directory.devices()) {
      if (powerOn !== undefined) this.#chosen.set(id, powerOn);
    }
    this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what !== "device" || !isDeviceId(id)) return;
      if (change === "removed") this.#chosen.delete(id);
      else if (this.#directory.device(id)?.powerOn !== this.#chosen.get(id)) this.#tell(id);
    });
    this.#bus.subscribe("device.availability-changed", ({ device, online }) => {
      if (online && this.#chosen.has(device)) this.#tell(device);
    });
    // It is told over the network alone.
    this.#bus.subscribe("device.link-changed", ({ device, link }) => {
      if (link === "mqtt" && this.#chosen.has(device)) this.#tell(device);
    });
  }

  #tell(id: DeviceId): void {
    const device = this.#directory.device(id);
    const profile = device === undefined ? undefined : this.#directory.profile(device.profile);
    if (device?.powerOn === undefined || profile?.kind !== "lamp") return;
    this.#chosen.set(id, device.powerOn);
    this.#sender.send(device.address, profile.powerOn?.(device.powerOn) ?? []);
  }
}
