import { type DeviceScopes, unlimited } from "../../domain/device-scope.ts";
import { InvalidInput } from "../../domain/errors.ts";
import type { EventBus } from "../../domain/event.ts";
import { isDeviceId, isId } from "../../domain/ids.ts";
import { Seconds } from "../../domain/units.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import type { SensorService } from "../../inventory/sensor-service.ts";
import type { LightService } from "../../lights/light-service.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import { kept, type Topics } from "../mqtt/topics.ts";
import { type DevicePayload, type HubCard, hubPayload, lampPayload, sensorPayload } from "./payload.ts";

/** The rooms that know the devices; filled by the roof. */
export interface DiscoveryRooms {
  readonly lights: Pick<LightService, "list" | "get">;
  readonly sensors: Pick<SensorService, "list" | "get">;
  readonly home: Pick<Inventory, "room" | "devices">;
  /** Absent: every device may be shown. */
  readonly scopes?: DeviceScopes;
}

export interface DiscoveryOptions extends HubCard {
  /** Home Assistant's discovery prefix; its default is `homeassistant`. */
  readonly prefix: string;
}

/** Home Assistant restarts for a whole house at once: what it asks of everybody is answered spread over this time. */
const spread = Seconds(3);

/**
 * Tells Home Assistant of every device, on the owner's external broker and only when switched on. Retained, and said
 * again whenever Home Assistant comes up.
 */
export class HomeAssistantDiscovery {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #bus: EventBus;
  readonly #topics: Topics;
  readonly #rooms: DiscoveryRooms;
  readonly #options: DiscoveryOptions;
  readonly #scopes: DeviceScopes;
  #ends: (() => void)[] = [];
  #again: Timer | undefined;

  constructor(
    clock: Clock,
    random: Random,
    bus: EventBus,
    topics: Topics,
    rooms: DiscoveryRooms,
    options: DiscoveryOptions,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#bus = bus;
    this.#topics = topics;
    this.#rooms = rooms;
    this.#options = options;
    this.#scopes = rooms.scopes ?? unlimited;
  }

  /** @throws InvalidInput when states and discovery would share their topics */
  start(): void {
    const { base, prefix } = this.#options;
    if (base === prefix) throw new InvalidInput("the base topic must differ from the discovery prefix");
    this.#ends = [
      this.#topics.subscribe(`${prefix}/status`, ({ payload, retain }) => {
        // A retained birth is old news: the start has just announced everything.
        if (!retain && Buffer.from(payload).toString() === "online") this.#announceSoon();
      }),
      this.#bus.subscribe("home.changed", ({ what, id, change }) => {
        if (what === "room") this.#announceRoom(id);
        if (what !== "device") return;
        if (change === "removed") this.#publish(id, undefined);
        else this.#announce(id);
      }),
    ];
    this.announce();
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#again?.cancel();
  }

  /** Takes every device away from Home Assistant: for an owner who switches this off. */
  withdraw(): void {
    for (const { id } of this.#rooms.home.devices()) this.#publish(id, undefined);
    this.#publish(this.#options.id, undefined);
  }

  announce(): void {
    this.#publish(this.#options.id, hubPayload(this.#options));
    for (const { id } of this.#rooms.home.devices()) this.#announce(id);
  }

  #announceSoon(): void {
    this.#again?.cancel();
    this.#again = this.#clock.after(Seconds((spread / 1_000) * this.#random.next()), () => this.announce());
  }

  /** A room's name stands in the messages of its devices. */
  #announceRoom(room: string): void {
    for (const device of this.#rooms.home.devices()) if (device.room === room) this.#announce(device.id);
  }

  #announce(id: string): void {
    if (isDeviceId(id) && !this.#scopes.allows(id, "sharing")) {
      this.#publish(id, undefined);
      return;
    }
    const payload = this.#payloadOf(id);
    if (payload !== undefined) this.#publish(id, payload);
  }

  #payloadOf(id: string): DevicePayload | undefined {
    const light = isId("lamp", id) ? this.#rooms.lights.get(id) : undefined;
    if (light !== undefined) return lampPayload(light, this.#roomName(light), this.#options);
    const sensor = isId("sensor", id) ? this.#rooms.sensors.get(id) : undefined;
    return sensor === undefined ? undefined : sensorPayload(sensor, this.#roomName(sensor), this.#options);
  }

  #roomName({ room }: { readonly room: Parameters<Inventory["room"]>[0] | null }): string | undefined {
    return room === null ? undefined : this.#rooms.home.room(room)?.name;
  }

  /** Nothing takes the device away. */
  #publish(id: string, payload: DevicePayload | undefined): void {
    const text = payload === undefined ? "" : JSON.stringify(payload);
    this.#topics.publish(`${this.#options.prefix}/device/${id}/config`, text, kept);
  }
}
