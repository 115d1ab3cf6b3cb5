import type { SensorReading } from "../../hub/domain/sensor.ts";
import { broadcast, defineBroadcastSensor } from "../kit/broadcast.ts";
import { bthomeReading } from "../kit/bthome-reading.ts";

const format = "BTHome v2, bthome.io: format";
const service = "fcd2";

type Example = readonly [digits: string, reading: SensorReading, source?: string];

/** Whatever speaks BTHome: which sensor it is, its maker's own words decide, so there is one for each sort. */
const sensor = (
  model: string,
  description: string,
  senses: readonly (keyof SensorReading)[],
  examples: readonly Example[],
) =>
  defineBroadcastSensor({
    vendor: "BTHome",
    model,
    description,
    source: format,
    service,
    read: bthomeReading,
    senses,
    examples: examples.map(([digits, reading, source = `${format}, table of objects`]) => ({
      source,
      frame: broadcast(service, digits),
      report: { reading },
    })),
  });

export const bthomeSensors = [
  sensor(
    "climate",
    "Thermometer and hygrometer over Bluetooth",
    ["temperature", "humidity", "battery"],
    [
      ["4002c40903bf13", { temperature: 25, humidity: 50.55 }, `${format}, advertisement of a DIY sensor`],
      [
        "40002e01641e012e34451601",
        { temperature: 27.8, humidity: 52, battery: 100 },
        "Shelly BLU H&T, Bluetooth-Devices/bthome-ble, tests/test_parser_v2.py",
      ],
    ],
  ),
  sensor(
    "light",
    "Light sensor over Bluetooth",
    ["illuminance", "battery"],
    [
      ["400161", { battery: 97 }],
      ["4005138a14", { illuminance: 13_460.67 }],
    ],
  ),
  sensor(
    "motion",
    "Motion sensor over Bluetooth",
    ["occupancy", "illuminance", "battery"],
    [
      ["402101", { occupancy: true }],
      ["442100", { occupancy: false }],
    ],
  ),
  sensor(
    "contact",
    "Door or window sensor over Bluetooth",
    ["contact", "illuminance", "battery"],
    [
      ["401a00", { contact: true }],
      ["402d01", { contact: false }],
    ],
  ),
  sensor(
    "button",
    "Button over Bluetooth, with one key or several",
    ["action", "battery"],
    [
      ["443a04", { action: "long" }],
      ["443a003a02", { action: "2_double" }],
    ],
  ),
  sensor(
    "dimmer",
    "Wheel to turn and press, over Bluetooth",
    ["action", "battery"],
    [
      ["443c0103", { action: "rotate_left" }],
      ["443a01", { action: "single" }],
    ],
  ),
  sensor(
    "power",
    "Power meter over Bluetooth",
    ["power", "energy"],
    [
      ["400a138a14", { energy: 1_346.067 }],
      ["400b021b00", { power: 69.14 }],
    ],
  ),
];
