import { FadeLoop } from "../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../devices/sim/behaviours/flash.ts";
import { furnishBle } from "../devices/sim/ble/furnish-ble.ts";
import { BleLamp } from "../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../devices/sim/ble/models.ts";
import type { Hub } from "./compose.ts";
import { bleDeviceAddress } from "./domain/ble-address.ts";
import type { DeviceId } from "./domain/ids.ts";
import type { Ether } from "./platform/sim/ble/ether.ts";
import type { Platform } from "./ports/platform.ts";

/** Simulated BLE lamps go by number. */
const addressOf = (number: number): string => {
  const [high, low] = [number >> 8, number & 0xff].map((byte) => byte.toString(16).padStart(2, "0"));
  return `a4:c1:38:5b:${high}:${low}`;
};

/** How many have moved in already. */
const knownIn = ({ inventory }: Hub): number => {
  let known = 0;
  while (inventory.deviceAt(addressOf(known).replaceAll(":", "")) !== undefined) known++;
  return known;
};

/**
 * Lamps within reach of a simulated radio, that have moved into a hub. Started again, the same come back, under the names they have
 * by then; as bought, but for that.
 */
export class SimBleHome {
  readonly #ether: Ether;
  readonly #lamps = new Map<DeviceId, BleLamp>();

  /** @param lamps how many there are at least */
  constructor(hub: Hub, { clock, random }: Pick<Platform, "clock" | "random">, ether: Ether, lamps: number) {
    this.#ether = ether;
    const world = { clock, random, fades: new FadeLoop(clock), flashes: new FlashLoop(clock) };
    for (const [number, { room, name, profile }] of furnishBle(Math.max(lamps, knownIn(hub))).entries()) {
      const model = bleLampModels.get(profile);
      if (model === undefined) continue;
      const lamp = new BleLamp(world, addressOf(number), model);
      const { inventory } = hub;
      const known = inventory.deviceAt(bleDeviceAddress(lamp));
      const roomId = () =>
        (inventory.rooms().find((each) => each.name === room) ?? inventory.addRoom(room)).id;
      const { id } = known ?? inventory.addDevice({ profile, name, address: lamp.address, room: roomId() });
      this.#lamps.set(id, lamp);
    }
  }

  get ids(): readonly DeviceId[] {
    return [...this.#lamps.keys()];
  }

  lamp(id: DeviceId): BleLamp | undefined {
    return this.#lamps.get(id);
  }

  start(): void {
    for (const lamp of this.#lamps.values()) {
      this.#ether.place(lamp);
      lamp.plugIn();
    }
  }

  close(): void {
    for (const lamp of this.#lamps.values()) {
      lamp.unplug();
      this.#ether.take(lamp.address);
    }
  }
}
