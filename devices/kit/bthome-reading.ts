import { type BthomeObject, readBthome } from "../../hub/codec/ble/bthome.ts";
import type { SensorReading } from "../../hub/domain/sensor.ts";
import type { BroadcastReader } from "./broadcast.ts";

const numbers: Readonly<Record<string, keyof SensorReading>> = {
  temperature: "temperature",
  humidity: "humidity",
  illuminance: "illuminance",
  power: "power",
  energy: "energy",
  battery: "battery",
};

/** In clear, what is open is no contact. */
const binaries: Readonly<Record<string, (value: boolean) => SensorReading>> = {
  motion: (value) => ({ occupancy: value }),
  occupancy: (value) => ({ occupancy: value }),
  presence: (value) => ({ occupancy: value }),
  moving: (value) => ({ occupancy: value }),
  opening: (value) => ({ contact: !value }),
  door: (value) => ({ contact: !value }),
  garage_door: (value) => ({ contact: !value }),
  window: (value) => ({ contact: !value }),
};

/** A press in the words of Zigbee2MQTT, which rules know already. */
const actions: Readonly<Record<string, string>> = {
  press: "single",
  double_press: "double",
  triple_press: "triple",
  long_press: "long",
  long_double_press: "long_double",
  long_triple_press: "long_triple",
  hold_press: "hold",
};

/** Of several buttons each has its number in front, from 1: `2_double`. */
const actionOf = (objects: readonly BthomeObject[]): SensorReading => {
  const presses = objects.flatMap((object) => (object.kind === "button" ? [object.press] : []));
  const at = presses.findIndex((press) => press !== undefined);
  const press = presses[at];
  if (press !== undefined) {
    const action = actions[press] ?? press;
    return { action: presses.length > 1 ? `${at + 1}_${action}` : action };
  }
  const turn = objects.flatMap((object) => (object.kind === "dimmer" ? (object.turn ?? []) : []))[0];
  return turn === undefined ? {} : { action: `rotate_${turn}` };
};

const stateOf = (object: BthomeObject): SensorReading => {
  if (object.kind === "binary") return binaries[object.what]?.(object.value) ?? {};
  if (object.kind !== "number") return {};
  const key = numbers[object.what];
  return key === undefined ? {} : { [key]: object.value };
};

/** What BTHome v2 says of a sensor, in the hub's words; of what is said twice the first counts. */
export const bthomeReading: BroadcastReader = (data) => {
  const read = readBthome(data);
  if (read === undefined || read.sealed) return undefined;
  const states = [...read.objects].reverse().map(stateOf);
  return Object.assign({}, ...states, actionOf(read.objects));
};
