import type { PowerOnBehaviour } from "../../hub/domain/light.ts";
import type { Random } from "../../hub/ports/random.ts";

/** A device of a home that does not exist yet: the hub gives it its id and address. */
export interface PlannedDevice {
  readonly kind: "lamp" | "sensor";
  /** Profile the hub drives it by, and model the simulator builds: the name of the product. */
  readonly profile: string;
  readonly name: string;
  /** Index into the plan's rooms. */
  readonly room: number;
  /** What its owner would have it do when the mains comes back; the hub tells it, if it can be told. */
  readonly powerOn: PowerOnBehaviour;
}

export interface HousePlan {
  readonly rooms: readonly string[];
  readonly devices: readonly PlannedDevice[];
}

type Spot = readonly [room: string, name: string, product: string];

/** The first twenty lamps, room by room. All of them show colours: the home one would demonstrate with. */
const lampSpots: readonly Spot[] = [
  ["Living room", "Ceiling", "lampkeeper/color-bulb"],
  ["Living room", "Floor lamp", "lampkeeper/color-bulb"],
  ["Living room", "Shelf strip", "lampkeeper/light-strip"],
  ["Kitchen", "Ceiling", "lampkeeper/color-bulb"],
  ["Bedroom", "Ceiling", "lampkeeper/color-bulb"],
  ["Bedroom", "Bedside left", "lampkeeper/color-bulb"],
  ["Bedroom", "Bedside right", "lampkeeper/color-bulb"],
  ["Hallway", "Ceiling", "lampkeeper/color-bulb"],
  ["Study", "Desk lamp", "esphome/rgbct-light"],
  ["Bathroom", "Mirror", "zigbee2mqtt/color-light"],
  ["Living room", "Window lamp", "tasmota/rgbcct-light"],
  ["Kitchen", "Counter strip", "lampkeeper/light-strip"],
  ["Dining room", "Table lamp", "lampkeeper/color-bulb"],
  ["Living room", "Screen strip", "wled/rgb-strip"],
  ["Study", "Ceiling", "lampkeeper/color-bulb"],
  ["Bathroom", "Ceiling", "lampkeeper/color-bulb"],
  ["Nursery", "Ceiling", "lampkeeper/color-bulb"],
  ["Nursery", "Night light", "tasmota/rgbcct-light"],
  ["Dining room", "Sideboard", "zigbee2mqtt/color-light"],
  ["Balcony", "Wall lamp", "shelly/rgbcct-bulb-g3"],
];

const sensorSpots: readonly Spot[] = [
  ["Hallway", "Motion", "lampkeeper/motion-sensor"],
  ["Living room", "Daylight", "lampkeeper/light-sensor"],
  ["Hallway", "Front door", "lampkeeper/contact-sensor"],
  ["Bedroom", "Climate", "lampkeeper/climate-sensor"],
  ["Living room", "Wall switch", "lampkeeper/wall-switch"],
  ["Bedroom", "Dimmer button", "lampkeeper/dimmer-button"],
];

/** From the second round on a home gets other makes too. */
const otherSensors: readonly (string | undefined)[] = [
  "zigbee2mqtt/motion-sensor",
  undefined,
  "zigbee2mqtt/contact-sensor",
  "zigbee2mqtt/climate-sensor",
  undefined,
  "zigbee2mqtt/button",
];

/** What a larger home is filled up with: most of our own dialect, some of each other one. */
const moreLamps: readonly (readonly [product: string, weight: number])[] = [
  ["lampkeeper/color-bulb", 30],
  ["lampkeeper/tunable-bulb", 20],
  ["lampkeeper/dimmable-bulb", 12],
  ["lampkeeper/light-strip", 8],
  ["zigbee2mqtt/color-light", 5],
  ["zigbee2mqtt/white-spectrum-light", 4],
  ["tasmota/rgbcct-light", 4],
  ["tasmota/dimmer", 3],
  ["esphome/rgbct-light", 4],
  ["esphome/monochromatic-light", 2],
  ["wled/rgbw-strip", 4],
  ["shelly/dimmer-g3", 2],
  ["shelly/duo-bulb-g3", 2],
];

const powerOns: readonly PowerOnBehaviour[] = ["previous", "previous", "previous", "on", "off"];
const lampsPerRoom = 6;

const bag = moreLamps.flatMap(([product, weight]) => Array<string>(weight).fill(product));

/**
 * A furnished home from a seed: the same numbers of the same seed give the same home, and a home with more devices
 * begins with those of the smaller one.
 */
export const furnish = (
  random: Random,
  { bulbs, sensors }: { readonly bulbs: number; readonly sensors: number },
): HousePlan => {
  const rooms = new Map<string, number>();
  const roomAt = (name: string): number => {
    const index = rooms.get(name) ?? rooms.size;
    rooms.set(name, index);
    return index;
  };
  const place = (
    kind: PlannedDevice["kind"],
    [room, name, profile]: Spot,
    chance: Random,
  ): PlannedDevice => ({
    kind,
    profile,
    name,
    room: roomAt(room),
    powerOn: powerOns[chance.below(powerOns.length)] ?? "previous",
  });
  const lampChance = random.fork("lamps");
  const sensorChance = random.fork("sensors");
  const lamps = Array.from({ length: bulbs }, (_, at) => place("lamp", lampSpot(at, lampChance), lampChance));
  const sensing = Array.from({ length: sensors }, (_, at) => place("sensor", sensorSpot(at), sensorChance));
  return { rooms: [...rooms.keys()], devices: [...lamps, ...sensing] };
};

/** Lamps past the first twenty stand in numbered guest rooms. */
const lampSpot = (at: number, random: Random): Spot => {
  const spot = lampSpots[at];
  if (spot !== undefined) return spot;
  const beyond = at - lampSpots.length;
  return [
    `Guest room ${Math.floor(beyond / lampsPerRoom) + 1}`,
    `Lamp ${(beyond % lampsPerRoom) + 1}`,
    bag[random.below(bag.length)] ?? "lampkeeper/color-bulb",
  ];
};

const sensorSpot = (at: number): Spot => {
  const [room, name, product] = sensorSpots[at % sensorSpots.length] as Spot;
  const round = Math.floor(at / sensorSpots.length);
  if (round === 0) return [room, name, product];
  const other = round % 2 === 1 ? otherSensors[at % otherSensors.length] : undefined;
  return [room, `${name} ${round + 1}`, other ?? product];
};
