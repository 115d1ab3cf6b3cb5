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
  ["Study", "Desk lamp", "lampkeeper/color-bulb"],
  ["Bathroom", "Mirror", "lampkeeper/color-bulb"],
  ["Living room", "Window lamp", "lampkeeper/color-bulb"],
  ["Kitchen", "Counter strip", "lampkeeper/light-strip"],
  ["Dining room", "Table lamp", "lampkeeper/color-bulb"],
  ["Living room", "Screen strip", "lampkeeper/light-strip"],
  ["Study", "Ceiling", "lampkeeper/color-bulb"],
  ["Bathroom", "Ceiling", "lampkeeper/color-bulb"],
  ["Nursery", "Ceiling", "lampkeeper/color-bulb"],
  ["Nursery", "Night light", "lampkeeper/color-bulb"],
  ["Dining room", "Sideboard", "lampkeeper/color-bulb"],
  ["Balcony", "Wall lamp", "lampkeeper/color-bulb"],
];

const sensorSpots: readonly Spot[] = [
  ["Hallway", "Motion", "lampkeeper/motion-sensor"],
  ["Living room", "Daylight", "lampkeeper/light-sensor"],
  ["Hallway", "Front door", "lampkeeper/contact-sensor"],
  ["Bedroom", "Climate", "lampkeeper/climate-sensor"],
  ["Living room", "Wall switch", "lampkeeper/wall-switch"],
  ["Bedroom", "Dimmer button", "lampkeeper/dimmer-button"],
];

/** What a larger home is filled up with, as often as it stands here. */
const moreLamps = [
  "lampkeeper/color-bulb",
  "lampkeeper/color-bulb",
  "lampkeeper/color-bulb",
  "lampkeeper/light-strip",
  "lampkeeper/tunable-bulb",
  "lampkeeper/tunable-bulb",
  "lampkeeper/dimmable-bulb",
];

const powerOns: readonly PowerOnBehaviour[] = ["previous", "previous", "previous", "on", "off"];
const lampsPerRoom = 6;

const pick = <Each>(
  random: Random,
  from: readonly [Each, ...Each[]] | readonly Each[],
  fallback: Each,
): Each => from[random.below(from.length)] ?? fallback;

/**
 * A furnished home from a seed: the same numbers of the same seed give the same home, and a home with more devices
 * begins with those of the smaller one.
 */
export const furnish = (
  random: Random,
  { bulbs, sensors }: { readonly bulbs: number; readonly sensors: number },
): HousePlan => {
  const rooms: string[] = [];
  const roomAt = (name: string): number => {
    const known = rooms.indexOf(name);
    return known >= 0 ? known : rooms.push(name) - 1;
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
    powerOn: pick(chance, powerOns, "previous"),
  });
  const lampChance = random.fork("lamps");
  const sensorChance = random.fork("sensors");
  const lamps = Array.from({ length: bulbs }, (_, at) => place("lamp", lampSpot(at, lampChance), lampChance));
  const sensing = Array.from({ length: sensors }, (_, at) => place("sensor", sensorSpot(at), sensorChance));
  return { rooms, devices: [...lamps, ...sensing] };
};

/** Lamps past the first twenty stand in numbered guest rooms. */
const lampSpot = (at: number, random: Random): Spot => {
  const spot = lampSpots[at];
  if (spot !== undefined) return spot;
  const beyond = at - lampSpots.length;
  return [
    `Guest room ${Math.floor(beyond / lampsPerRoom) + 1}`,
    `Lamp ${(beyond % lampsPerRoom) + 1}`,
    pick(random, moreLamps, "lampkeeper/color-bulb"),
  ];
};

const sensorSpot = (at: number): Spot => {
  const [room, name, product] = sensorSpots[at % sensorSpots.length] as Spot;
  const round = Math.floor(at / sensorSpots.length);
  return [room, round === 0 ? name : `${name} ${round + 1}`, product];
};
