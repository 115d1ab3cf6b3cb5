import type { BleLampModel } from "./lamps/ble-lamp.ts";
import { elkLights } from "./lamps/elk.ts";
import { goveeLights } from "./lamps/govee.ts";
import { hueBulbs } from "./lamps/hue.ts";
import { lednetwfLights } from "./lamps/lednetwf.ts";
import { playbulbs } from "./lamps/playbulb.ts";
import { trionesBulbs } from "./lamps/triones.ts";
import { yeelights } from "./lamps/yeelight.ts";

/** Every BLE lamp the simulator can build, by the name of the product. */
export const bleLampModels: ReadonlyMap<string, BleLampModel> = new Map(
  [hueBulbs, elkLights, trionesBulbs, lednetwfLights, goveeLights, playbulbs, yeelights]
    .flat()
    .map((model) => [model.id, model]),
);
