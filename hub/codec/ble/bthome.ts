/*
 * BTHome v2 (bthome.io: format, encryption). Service data of UUID fcd2: device byte, then objects as `id (1) | value`,
 * numbers least byte first; or sealed.
 */

export const bthomeService = "fcd2";

/** What a button says by its number; 0 is nothing. */
const presses: Readonly<Record<number, string>> = {
  1: "press",
  2: "double_press",
  3: "triple_press",
  4: "long_press",
  5: "long_double_press",
  6: "long_triple_press",
  128: "hold_press",
};

const commands: Readonly<Record<number, string>> = {
  0: "off",
  1: "on",
  2: "toggle",
  3: "step_up",
  4: "step_down",
};

/** One thing that a sensor says. */
export type BthomeObject =
  | { readonly kind: "number"; readonly what: string; readonly value: number }
  | { readonly kind: "binary"; readonly what: string; readonly value: boolean }
  /** Without a press nothing has happened to this one, of several. */
  | { readonly kind: "button"; readonly press?: string }
  | { readonly kind: "dimmer"; readonly turn?: "left" | "right"; readonly steps: number }
  /** One that has no name here is not told. */
  | { readonly kind: "command"; readonly command?: string; readonly arguments: Uint8Array }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "raw"; readonly bytes: Uint8Array };

/** What a sensor says in clear. */
export interface BthomeReport {
  readonly sealed: false;
  /** It speaks when something happens and not by the clock. */
  readonly onTrigger: boolean;
  /** The same in every repetition of one packet; absent: it has none. */
  readonly packet?: number;
  /** In the order in which they were said. */
  readonly objects: readonly BthomeObject[];
}

/** What a sensor says to whoever has its key. */
export interface BthomeSealed {
  readonly sealed: true;
  readonly deviceByte: number;
  readonly ciphertext: Uint8Array;
  /** 0..2^32-1, rises with each packet. */
  readonly counter: number;
  readonly counterBytes: Uint8Array;
  readonly tag: Uint8Array;
}

interface NumberFormat {
  readonly what: string;
  readonly bytes: 1 | 2 | 3 | 4;
  readonly isSigned: boolean;
  readonly perUnit: number;
}

const unsigned = (what: string, bytes: NumberFormat["bytes"], perUnit = 1): NumberFormat => ({
  what,
  bytes,
  isSigned: false,
  perUnit,
});
const signed = (what: string, bytes: NumberFormat["bytes"], perUnit = 1): NumberFormat => ({
  what,
  bytes,
  isSigned: true,
  perUnit,
});

/** Measured values by object id. `perUnit`: so many steps make one of the unit, so that 2506 hundredths read as 25.06. */
const numbers: Readonly<Record<number, NumberFormat>> = {
  1: unsigned("battery", 1),
  2: signed("temperature", 2, 100),
  3: unsigned("humidity", 2, 100),
  4: unsigned("pressure", 3, 100),
  5: unsigned("illuminance", 3, 100),
  6: unsigned("mass_kg", 2, 100),
  7: unsigned("mass_lb", 2, 100),
  8: signed("dew_point", 2, 100),
  9: unsigned("count", 1),
  10: unsigned("energy", 3, 1000),
  11: unsigned("power", 3, 100),
  12: unsigned("voltage", 2, 1000),
  13: unsigned("pm25", 2),
  14: unsigned("pm10", 2),
  18: unsigned("co2", 2),
  19: unsigned("tvoc", 2),
  20: unsigned("moisture", 2, 100),
  46: unsigned("humidity", 1),
  47: unsigned("moisture", 1),
  61: unsigned("count", 2),
  62: unsigned("count", 4),
  63: signed("rotation", 2, 10),
  64: unsigned("distance_mm", 2),
  65: unsigned("distance_m", 2, 10),
  66: unsigned("duration", 3, 1000),
  67: unsigned("current", 2, 1000),
  68: unsigned("speed", 2, 100),
  69: signed("temperature", 2, 10),
  70: unsigned("uv_index", 1, 10),
  71: unsigned("volume_l", 2, 10),
  72: unsigned("volume_ml", 2),
  73: unsigned("flow", 2, 1000),
  74: unsigned("voltage", 2, 10),
  75: unsigned("gas", 3, 1000),
  76: unsigned("gas", 4, 1000),
  77: unsigned("energy", 4, 1000),
  78: unsigned("volume_l", 4, 1000),
  79: unsigned("water", 4, 1000),
  80: unsigned("timestamp", 4),
  81: unsigned("acceleration", 2, 1000),
  82: unsigned("gyroscope", 2, 1000),
  85: unsigned("volume_storage", 4, 1000),
  86: unsigned("conductivity", 2),
  87: signed("temperature", 1),
  88: signed("temperature", 1, 1 / 0.35),
  89: signed("count", 1),
  90: signed("count", 2),
  91: signed("count", 4),
  92: signed("power", 4, 100),
  93: signed("current", 2, 1000),
  94: unsigned("direction", 2, 100),
  95: unsigned("precipitation", 2, 10),
  96: unsigned("channel", 1),
  97: unsigned("rotational_speed", 2),
  98: signed("speed", 4, 1_000_000),
  99: signed("acceleration", 4, 1_000_000),
  100: unsigned("light_level", 1),
};

/** What is so or is not, by object id: 1 is the first of the two words that one would say. */
const binaries: Readonly<Record<number, string>> = {
  15: "generic",
  16: "power",
  17: "opening",
  21: "battery_low",
  22: "battery_charging",
  23: "carbon_monoxide",
  24: "cold",
  25: "connectivity",
  26: "door",
  27: "garage_door",
  28: "gas",
  29: "heat",
  30: "light",
  31: "lock",
  32: "moisture",
  33: "motion",
  34: "moving",
  35: "occupancy",
  36: "plug",
  37: "presence",
  38: "problem",
  39: "running",
  40: "safety",
  41: "smoke",
  42: "sound",
  43: "tamper",
  44: "vibration",
  45: "window",
};

const packetId = 0x00;
const buttonId = 0x3a;
const commandId = 0x3b;
const dimmerId = 0x3c;
const textId = 0x53;
const rawId = 0x54;

const sealedBit = 0x01;
const triggerBit = 0x04;
const version = 2;
const counterBytes = 4;
export const bthomeTagBytes = 4;

/** @returns undefined for anything but BTHome v2. */
export const readBthome = (data: Uint8Array): BthomeReport | BthomeSealed | undefined => {
  const [deviceByte] = data;
  if (deviceByte === undefined || deviceByte >> 5 !== version) return undefined;
  const body = data.subarray(1);
  return (deviceByte & sealedBit) === 0 ? reportOf(deviceByte, body) : sealedOf(deviceByte, body);
};

const sealedOf = (deviceByte: number, body: Uint8Array): BthomeSealed | undefined => {
  const end = body.length - counterBytes - bthomeTagBytes;
  if (end < 1) return undefined;
  const counter = body.subarray(end, end + counterBytes);
  return {
    sealed: true,
    deviceByte,
    ciphertext: body.subarray(0, end),
    counter: Buffer.from(counter).readUInt32LE(),
    counterBytes: counter,
    tag: body.subarray(end + counterBytes),
  };
};

/**
 * What a packet is sealed with beside the key: address as printed, UUID, device byte and counter, 13 bytes.
 * @param address six bytes in the order in which they are printed
 */
export const bthomeNonce = (address: Uint8Array, { deviceByte, counterBytes }: BthomeSealed): Buffer =>
  Buffer.concat([address, Buffer.of(0xd2, 0xfc, deviceByte), counterBytes]);

/** A sealed packet as it would be in clear. */
export const bthomeOpened = ({ deviceByte }: BthomeSealed, plain: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(deviceByte & ~sealedBit), plain]);

/** What comes behind an object of unknown length cannot be read: the first unknown id ends it. */
const reportOf = (deviceByte: number, body: Uint8Array): BthomeReport => {
  const objects: BthomeObject[] = [];
  let packet: number | undefined;
  let at = 0;
  while (at < body.length) {
    const id = body[at] ?? 0;
    const rest = body.subarray(at + 1);
    const length = lengthOf(id, rest);
    if (length === undefined || length > rest.length) break;
    const value = rest.subarray(0, length);
    if (id === packetId) packet ??= value[0];
    else objects.push(objectOf(id, value));
    at += 1 + length;
  }
  const onTrigger = (deviceByte & triggerBit) !== 0;
  return { sealed: false, onTrigger, ...(packet === undefined ? {} : { packet }), objects };
};

/** Bytes of an object's value; undefined: nobody knows this id, or its length is cut off. */
const lengthOf = (id: number, [first]: Uint8Array): number | undefined => {
  if (id === packetId || id === buttonId || binaries[id] !== undefined) return 1;
  if (id === dimmerId) return 2;
  const format = numbers[id];
  if (format !== undefined) return format.bytes;
  if (first === undefined) return undefined;
  // Length, opcode, and so many bytes of arguments as the low five bits say.
  if (id === commandId) return 2 + (first & 0x1f);
  return id === textId || id === rawId ? 1 + first : undefined;
};

const objectOf = (id: number, value: Uint8Array): BthomeObject => {
  const format = numbers[id];
  if (format !== undefined) return { kind: "number", what: format.what, value: numberOf(format, value) };
  const binary = binaries[id];
  if (binary !== undefined) return { kind: "binary", what: binary, value: value[0] === 1 };
  if (id === buttonId) return buttonOf(value);
  if (id === dimmerId) return dimmerOf(value);
  if (id === commandId) return commandOf(value);
  const bytes = value.subarray(1);
  return id === textId ? { kind: "text", text: Buffer.from(bytes).toString("utf8") } : { kind: "raw", bytes };
};

const numberOf = ({ bytes, isSigned, perUnit }: NumberFormat, value: Uint8Array): number => {
  const view = Buffer.from(value);
  const steps = isSigned ? view.readIntLE(0, bytes) : view.readUIntLE(0, bytes);
  // Divided, not multiplied: 2506 / 100 is 25.06, and 2506 * 0.01 is not. Rounded for the one step that is no fraction of ten.
  return Math.round((steps / perUnit) * 1e6) / 1e6;
};

const buttonOf = ([code]: Uint8Array): BthomeObject => {
  const press = presses[code ?? 0];
  return { kind: "button", ...(press === undefined ? {} : { press }) };
};

const dimmerOf = ([way, steps = 0]: Uint8Array): BthomeObject => {
  const turn = way === 1 ? "left" : way === 2 ? "right" : undefined;
  return { kind: "dimmer", ...(turn === undefined ? {} : { turn }), steps };
};

const commandOf = (value: Uint8Array): BthomeObject => {
  const command = commands[value[1] ?? -1];
  return { kind: "command", ...(command === undefined ? {} : { command }), arguments: value.subarray(2) };
};
