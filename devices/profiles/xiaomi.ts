import { broadcast, defineBroadcastSensor } from "../kit/broadcast.ts";
import { mibeaconSaid } from "../kit/mibeacon-reading.ts";

const source = "MiBeacon as read off by Bluetooth-Devices/xiaomi-ble, parser.py";
const service = "fe95";

/** It seals its readings: without its key, which its maker's app keeps, it says nothing. */
export const xiaomiSensors = [
  defineBroadcastSensor({
    vendor: "Xiaomi",
    model: "LYWSD03MMC",
    description: "Thermometer and hygrometer with a display; seals its readings",
    source,
    service,
    read: mibeaconSaid,
    senses: ["temperature", "humidity", "battery"],
    examples: [
      {
        source:
          "Bluetooth-Devices/xiaomi-ble, tests/test_parser.py, test_Xiaomi_LYWSD03MMC_encrypted, opened",
        frame: broadcast(service, "40585b0550061002d301"),
        report: { reading: { humidity: 46.7 } },
      },
      {
        source,
        frame: broadcast(service, "40585b05510a10015d041002f1ff"),
        report: { reading: { battery: 93, temperature: -1.5 } },
      },
    ],
  }),
];
