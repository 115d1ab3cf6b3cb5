/*
 * MiBeacon, read off by others (Bluetooth-Devices/xiaomi-ble, parser.py). Service data of UUID fe95: frame control (2),
 * product (2), counter (1), address reversed (6) and capability (1 or 2) where frame control says so, then objects or
 * what they are sealed in. Numbers least byte first.
 */

export const mibeaconService = "fe95";

const controls = { mesh: 0x80, object: 0x40, capability: 0x20, address: 0x10, sealed: 0x08 } as const;
/** Of the capability byte: one more byte of it follows. */
const inOut = 0x20;
/** Versions 4 and 5 are sealed alike; those before otherwise. */
const oldestSealed = 4;
const oldest = 2;

const headBytes = 5;
const addressBytes = 6;
const farCounterBytes = 3;
export const mibeaconTagBytes = 4;

interface MibeaconHead {
  readonly product: number;
  /** Six bytes as they are printed; absent: the packet does not say, and means its sender's. */
  readonly address?: Uint8Array;
}

/** What a sensor says in clear. */
export interface MibeaconReport extends MibeaconHead {
  readonly sealed: false;
  readonly objects: readonly MibeaconObject[];
  /** 0..255. The same in every repetition of one packet. */
  readonly packet: number;
}

/** What a sensor says to whoever has its key. */
export interface MibeaconSealed extends MibeaconHead {
  readonly sealed: true;
  readonly ciphertext: Uint8Array;
  /** 0..2^32-1, rises with each packet. */
  readonly counter: number;
  readonly tag: Uint8Array;
  /** Frame control, product and counter. */
  readonly head: Uint8Array;
  readonly farCounter: Uint8Array;
}

export interface MibeaconObject {
  readonly id: number;
  readonly value: Uint8Array;
}

/** Authenticated beside the objects. */
export const mibeaconAssociated = Buffer.of(0x11);

/** @returns undefined for anything else, for mesh devices, and for packets without objects. */
export const readMibeacon = (data: Uint8Array): MibeaconReport | MibeaconSealed | undefined => {
  if (data.length < headBytes) return undefined;
  const view = Buffer.from(data.buffer, data.byteOffset, data.length);
  const control = view.readUInt16LE(0);
  const version = control >> 12;
  if ((control & controls.mesh) !== 0 || (control & controls.object) === 0 || version < oldest)
    return undefined;
  const start = bodyAt(view, control);
  if (start > view.length) return undefined;
  const hasAddress = (control & controls.address) !== 0;
  const head: MibeaconHead = {
    product: view.readUInt16LE(2),
    ...(hasAddress
      ? { address: Buffer.from(view.subarray(headBytes, headBytes + addressBytes)).reverse() }
      : {}),
  };
  const body = view.subarray(start);
  if ((control & controls.sealed) === 0)
    return { ...head, sealed: false, packet: view[4] ?? 0, objects: objectsIn(body) };
  return version < oldestSealed ? undefined : sealedOf(head, view, body);
};

const bodyAt = (view: Buffer, control: number): number => {
  const at = headBytes + ((control & controls.address) === 0 ? 0 : addressBytes);
  if ((control & controls.capability) === 0) return at;
  return at + (((view[at] ?? 0) & inOut) === 0 ? 1 : 2);
};

const sealedOf = (head: MibeaconHead, view: Buffer, body: Buffer): MibeaconSealed | undefined => {
  const end = body.length - farCounterBytes - mibeaconTagBytes;
  if (end < 1) return undefined;
  const farCounter = body.subarray(end, end + farCounterBytes);
  return {
    ...head,
    sealed: true,
    ciphertext: body.subarray(0, end),
    counter: farCounter.readUIntLE(0, farCounterBytes) * 256 + (view[4] ?? 0),
    farCounter,
    tag: body.subarray(end + farCounterBytes),
    head: view.subarray(0, headBytes),
  };
};

/**
 * What a packet is sealed with beside the key, 12 bytes.
 * @param address six bytes in the order in which they are printed
 */
export const mibeaconNonce = (address: Uint8Array, { head, farCounter }: MibeaconSealed): Buffer =>
  Buffer.concat([Buffer.from(address).reverse(), head.subarray(2), farCounter]);

/** A sealed packet as it would be in clear, without address and capability. */
export const mibeaconOpened = ({ head }: MibeaconSealed, plain: Uint8Array): Buffer => {
  const clear = Buffer.from(head);
  const dropped = controls.sealed | controls.address | controls.capability;
  clear.writeUInt16LE(clear.readUInt16LE(0) & ~dropped);
  return Buffer.concat([clear, plain]);
};

/** `id (2) | length (1) | value`; what is cut short ends it. */
const objectsIn = (body: Uint8Array): readonly MibeaconObject[] => {
  const objects: MibeaconObject[] = [];
  let at = 0;
  while (at + 3 <= body.length) {
    const end = at + 3 + (body[at + 2] ?? 0);
    if (end > body.length) break;
    objects.push({ id: (body[at] ?? 0) | ((body[at + 1] ?? 0) << 8), value: body.subarray(at + 3, end) });
    at = end;
  }
  return objects;
};

/** What the objects of a sensor of the climate or of light say; degrees Celsius, percent, lux. */
export interface MibeaconReading {
  readonly temperature?: number;
  readonly humidity?: number;
  readonly battery?: number;
  readonly illuminance?: number;
}

const readers: Readonly<
  Record<number, { readonly bytes: number; readonly read: (value: Buffer) => MibeaconReading }>
> = {
  4100: { bytes: 2, read: (value) => ({ temperature: value.readInt16LE(0) / 10 }) },
  4102: { bytes: 2, read: (value) => ({ humidity: value.readUInt16LE(0) / 10 }) },
  4103: { bytes: 3, read: (value) => ({ illuminance: value.readUIntLE(0, 3) }) },
  4106: { bytes: 1, read: (value) => ({ battery: value.readUInt8(0) }) },
  4109: {
    bytes: 4,
    read: (value) => ({ temperature: value.readInt16LE(0) / 10, humidity: value.readUInt16LE(2) / 10 }),
  },
};

/** Objects of other ids, or other lengths, are left out. */
export const mibeaconReading = (objects: readonly MibeaconObject[]): MibeaconReading =>
  Object.assign(
    {},
    ...objects.map(({ id, value }) => {
      const reader = readers[id];
      return reader?.bytes === value.length ? reader.read(Buffer.from(value)) : {};
    }),
  );
