import type { Profile } from "../hub/domain/profile.ts";
import { bthomeSensors } from "./profiles/bthome.ts";
import { elkLamps } from "./profiles/elk.ts";
import { esphomeLamps } from "./profiles/esphome.ts";
import { goveeLamps } from "./profiles/govee.ts";
import { lampkeeperLamps, lampkeeperSensors } from "./profiles/lampkeeper.ts";
import { lednetwfLamps } from "./profiles/lednetwf.ts";
import { mipowLamps } from "./profiles/mipow.ts";
import { hueLamps } from "./profiles/philips-hue.ts";
import { shellyLamps } from "./profiles/shelly-gen2.ts";
import { tasmotaLamps } from "./profiles/tasmota.ts";
import { trionesLamps } from "./profiles/triones.ts";
import { wledLamps } from "./profiles/wled.ts";
import { xiaomiSensors } from "./profiles/xiaomi.ts";
import { yeelightLamps } from "./profiles/yeelight.ts";
import { zigbee2mqttLamps, zigbee2mqttSensors } from "./profiles/zigbee2mqtt.ts";

/** Every device this hub knows how to drive: the only list to edit when a lamp is added. */
export const profiles: readonly Profile[] = [
  ...lampkeeperLamps,
  ...lampkeeperSensors,
  ...tasmotaLamps,
  ...zigbee2mqttLamps,
  ...zigbee2mqttSensors,
  ...esphomeLamps,
  ...wledLamps,
  ...shellyLamps,
  ...hueLamps,
  ...elkLamps,
  ...trionesLamps,
  ...lednetwfLamps,
  ...goveeLamps,
  ...mipowLamps,
  ...yeelightLamps,
  ...bthomeSensors,
  ...xiaomiSensors,
];

const byId = new Map(profiles.map((profile) => [profile.id, profile]));

export const profileById = (id: string): Profile | undefined => byId.get(id);
