import { FadeLoop } from "../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../devices/sim/behaviours/flash.ts";
import { BleLamp } from "../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../devices/sim/ble/models.ts";
import type { SimHouse } from "../devices/sim/house.ts";
import type { SimLamp } from "../devices/sim/sim-lamp.ts";
import { TwoRadios } from "../devices/sim/two-radios.ts";
import type { Hub } from "./compose.ts";
import { InvariantBroken } from "./domain/errors.ts";
import type { DeviceId, LampId } from "./domain/ids.ts";
import type { Ether } from "./platform/sim/ble/ether.ts";
import type { Platform } from "./ports/platform.ts";

/** What they are on the network, and what they are on the air. */
const onNetwork = "lampkeeper/color-bulb";
const onAir = "philips-hue/color";

/** Second radios go by number. */
const addressOf = (number: number): string => `a4:c1:38:5b:fe:${number.toString(16).padStart(2, "0")}`;

/**
 * Lamps of a simulated house that have a radio besides, and belong to the hub by both links. Started again, those that had one
 * have one.
 */
export class SimSecondRadios {
  readonly #ether: Ether;
  readonly #lamps = new Map<DeviceId, TwoRadios>();

  /** @param lamps how many have one, at least, as far as there are such lamps */
  constructor(
    { inventory }: Hub,
    { clock, random }: Pick<Platform, "clock" | "random">,
    ether: Ether,
    house: SimHouse,
    lamps: number,
  ) {
    this.#ether = ether;
    const model = bleLampModels.get(onAir);
    if (model === undefined) throw new InvariantBroken("there is no such lamp", { profile: onAir });
    const world = { clock, random, fades: new FadeLoop(clock), flashes: new FlashLoop(clock) };
    const able = house.ids.flatMap((id): [LampId, SimLamp][] => {
      const lamp = house.lamp(id);
      return lamp?.model.id === onNetwork ? [[id as LampId, lamp]] : [];
    });
    for (const [number, [id, lamp]] of able.slice(0, 256).entries()) {
      const address = addressOf(number);
      const has = inventory.device(id)?.bluetooth !== undefined;
      if (!has && number >= lamps) continue;
      if (!has) inventory.addBluetooth(id, { profile: onAir, address });
      this.#lamps.set(id, new TwoRadios(lamp, new BleLamp(world, address, model)));
    }
  }

  lamp(id: DeviceId): TwoRadios | undefined {
    return this.#lamps.get(id);
  }

  /** When the house has: they show what it shows. */
  start(): void {
    for (const lamp of this.#lamps.values()) {
      this.#ether.place(lamp.bluetooth);
      lamp.plugIn();
    }
  }

  close(): void {
    for (const { bluetooth } of this.#lamps.values()) {
      bluetooth.unplug();
      this.#ether.take(bluetooth.address);
    }
  }
}
