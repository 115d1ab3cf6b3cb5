import { completeName, flags, manufacturerData, packet, serviceData } from "./advertising.ts";
import type { BlePeripheral } from "./peripheral.ts";

const hex = (digits: string): readonly number[] => [...Buffer.from(digits, "hex")];

/** What advertises in a home besides its lamps, each in a packet that was published. */
const advertisements: readonly Uint8Array[] = [
  // bthome.io, format.html: a thermometer.
  packet(flags, completeName("DIY-sensor"), serviceData(0xfcd2, hex("4002c40903bf13"))),
  // bthome.io, encryption.html: sealed, for who has the key.
  packet(flags, serviceData(0xfcd2, hex("41e445f3c9962b332211006c7c4519"))),
  // Bluetooth-Devices/xiaomi-ble, tests/test_parser.py: LYWSD03MMC.
  packet(flags, serviceData(0xfe95, hex("58585b0550f4830238c1a495ef58763c26000097e2abb5"))),
  // hecko/librebeacon.github.io, ibeacon_packet.md.
  packet(flags, manufacturerData(0x004c, hex("0215e2c56db5dffb48d2b060d0f5a71096e000000000c5"))),
  // google/eddystone, eddystone-url: https://goo.gl/Aq18zF.
  packet(flags, serviceData(0xfeaa, hex("10ee03676f6f2e676c2f417131387a46"))),
  // improv-wifi.com: a device that waits for its button.
  packet(flags, serviceData(0x4677, hex("010100000000"))),
];

/** Devices that only advertise. @param addressOf by their number, counted from 0 */
export const broadcasters = (addressOf: (number: number) => string): readonly BlePeripheral[] =>
  advertisements.map((data, number) => ({
    address: addressOf(number),
    addressType: "public",
    bonding: "none",
    isPairable: false,
    connectable: false,
    services: [],
    advertisement: () => ({ data }),
  }));
