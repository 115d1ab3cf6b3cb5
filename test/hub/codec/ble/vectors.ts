/*
 * Published packets, each with its source. `computed`: made from the published rule; there is no published packet.
 */

export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/[ :]/g, ""), "hex");

/** bthome.io, encryption.html; Bluetooth-Devices/bthome-ble, tests/test_parser_v2.py. */
export const bthomeSealed = {
  key: "231d39c1d7cc1ab1aee224cd096db932",
  address: "5448E68F80A5",
  plain: "02ca0903bf13",
  nonce: "5448e68f80a5d2fc4133221100",
  official: "41e445f3c9962b332211006c7c4519",
  /** test_bindkey_correct: the same in clear, under the counter bytes 00112233. */
  correct: "41a47266c95f730011223378237214",
  next: "413e932cc7175f34221100553876af",
  /** Its tag is right. */
  lower: "41723d3035fb88322211009e7414c0",
};

/** bthome.io, format.html: the examples of the table of objects, each behind the device byte 40. */
export const bthomeObjects: readonly (readonly [packet: string, what: string, value: number | boolean])[] = [
  ["400161", "battery", 97],
  ["4002CA09", "temperature", 25.06],
  ["40451101", "temperature", 27.3],
  ["4057EA", "temperature", -22],
  ["4058EA", "temperature", -7.7],
  ["4003BF13", "humidity", 50.55],
  ["402E23", "humidity", 35],
  ["4004138A01", "pressure", 1008.83],
  ["4005138A14", "illuminance", 13460.67],
  ["400A138A14", "energy", 1346.067],
  ["400B021B00", "power", 69.14],
  ["405C02FBFFFF", "power", -12.78],
  ["400C020C", "voltage", 3.074],
  ["4012E204", "co2", 1250],
  ["403F020C", "rotation", 307.4],
  ["40414E00", "distance_m", 7.8],
  ["40505D396164", "timestamp", 1684093277],
  ["402101", "motion", true],
  ["402100", "motion", false],
  ["401101", "opening", true],
  ["401A00", "door", false],
  ["401E01", "light", true],
  ["402301", "occupancy", true],
  ["402501", "presence", true],
  ["402D01", "window", true],
  ["401501", "battery_low", true],
  ["406401", "light_level", 1],
];

/** bthome.io, format.html: an advertisement of a DIY sensor. */
export const bthomeAdvertisement = "020106 0B094449592D73656E736F72 0A16D2FC4002C40903BF13";
/** Bluetooth-Devices/bthome-ble, tests/test_parser_v2.py: Shelly BLU H&T. */
export const shellyBlu = "40002e01641e012e34451601";

/** Bluetooth-Devices/xiaomi-ble, tests/test_parser.py: LYWSD03MMC. */
export const mibeaconSealed = {
  frame: "58585b0550f4830238c1a495ef58763c26000097e2abb5",
  key: "e9ea895fac7cca6d30532432a516f3a8",
  address: "A4:C1:38:02:83:F4",
  plain: "061002d301",
};

/** hecko/librebeacon.github.io, ibeacon_packet.md. */
export const libreBeacon = "02011a1aff4c000215e2c56db5dffb48d2b060d0f5a71096e000000000c5";
/** forforf/multi_beacon, ibeacon_protocol.md: major 16, minor 32. */
export const multiBeacon = "02011a1aff4c00021583256b7478d043a4826905f9dc8a44ba00100020c6";

/** google/eddystone, eddystone-url; computed: https://goo.gl/Aq18zF at -18 dBm. */
export const eddystoneUrl = "10ee03676f6f2e676c2f417131387a46";

/** improv-wifi/website, ble.md; the sum computed. */
export const improvWifi = "011e0c4d79576972656c6573734150106d7973656375726570617373776f7264c0";
/** Computed. */
export const improvIdentify = "020002";
export const improvHome = "010e04686f6d65087365637265743132ad";
export const improvUrl = "01100f687474703a2f2f31302e302e302e35f8";

/** Core Specification, Vol 3 Part H, appendix D; as in google/bumble, tests/smp_test.py, test_ah. */
export const privateAddress = {
  key: "ec0234a357c8ad05341010a60a397d9b",
  prand: "708194",
  hash: "0dfbaa",
  address: "70:81:94:0d:fb:aa",
};
