import { FadeLoop } from "../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../devices/sim/behaviours/flash.ts";
import { furnishBle } from "../devices/sim/ble/furnish-ble.ts";
import { BleLamp } from "../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../devices/sim/ble/models.ts";
import type { Hub } from "./compose.ts";
import { bleDeviceAddress } from "./domain/ble-address.ts";
import type { Device } from "./domain/home.ts";
import type { DeviceId } from "./domain/ids.ts";
import type { Ether } from "./platform/sim/ble/ether.ts";
import type { Platform } from "./ports/platform.ts";

/** Simulated BLE lamps go by number. */
const addressOf = (number: number): string => {
  const [high, low] = [number >> 8, number & 0xff].map((byte) => byte.toString(16).padStart(2, "0"));
  return `a4:c1:38:5b:${high}:${low}`;
};

/** In reach, and nobody's yet: somebody may pair with it. */
const unpaired = { number: 0xff01, profile: "triones/triones" };

/** How many have moved in already. */
const knownIn = ({ inventory }: Hub): number => {
  let known = 0;
  while (inventory.deviceAt(addressOf(known).replaceAll(":", "")) !== undefined) known++;
  return known;
};

/**
 * Lamps within reach of a simulated radio, that have moved into a hub, and one that has not. Started again, the same come back, under the
 * names they have by then; as bought, but for that.
 */
export class SimBleHome {
  readonly #hub: Hub;
  readonly #ether: Ether;
  readonly #lamps: BleLamp[] = [];

  /** @param lamps how many have moved in, at least; none: there is none to pair with either */
  constructor(hub: Hub, { clock, random }: Pick<Platform, "clock" | "random">, ether: Ether, lamps: number) {
    this.#hub = hub;
    this.#ether = ether;
    const world = { clock, random, fades: new FadeLoop(clock), flashes: new FlashLoop(clock) };
    const built = (number: number, profile: string): BleLamp | undefined => {
      const model = bleLampModels.get(profile);
      const lamp = model && new BleLamp(world, addressOf(number), model);
      if (lamp !== undefined) this.#lamps.push(lamp);
      return lamp;
    };
    const { inventory } = hub;
    const moving = furnishBle(Math.max(lamps, knownIn(hub)));
    for (const [number, { room, name, profile }] of moving.entries()) {
      const lamp = built(number, profile);
      if (lamp === undefined || inventory.deviceAt(bleDeviceAddress(lamp)) !== undefined) continue;
      const { id } = inventory.rooms().find((each) => each.name === room) ?? inventory.addRoom(room);
      inventory.addDevice({ profile, name, address: lamp.address, room: id });
    }
    if (moving.length > 0) built(unpaired.number, unpaired.profile);
  }

  /** Of those that belong to the hub by now. */
  get ids(): readonly DeviceId[] {
    return this.#lamps.flatMap((lamp) => this.#deviceOf(lamp)?.id ?? []);
  }

  lamp(id: DeviceId): BleLamp | undefined {
    return this.#lamps.find((lamp) => this.#deviceOf(lamp)?.id === id);
  }

  #deviceOf(lamp: BleLamp): Device | undefined {
    const device = this.#hub.inventory.deviceAt(bleDeviceAddress(lamp));
    return device?.via === "ble" ? device : undefined;
  }

  start(): void {
    for (const lamp of this.#lamps) {
      this.#ether.place(lamp);
      lamp.plugIn();
    }
  }

  close(): void {
    for (const lamp of this.#lamps) {
      lamp.unplug();
      this.#ether.take(lamp.address);
    }
  }
}
