import { begun, type Command, type Commands, constant, done, notBegun, refused, setting } from "./command.ts";
import { addressFrom, type DeviceAddress, sameAddress } from "./device-address.ts";
import type { ConnectionParameters } from "./hci-events.ts";
import type { LinkLayer } from "./link-layer.ts";
import { status } from "./status.ts";

/** Scanning, connecting, and the list of those one connects to (Core Specification, Vol 4 Part E, 7.8.10 to 7.8.19). */

const scanParameters = (isExtended: boolean): Command =>
  setting(isExtended ? 8 : 7, (layer, parameters) => {
    layer.scanner.isExtended = isExtended;
    layer.scanner.isActive = parameters.readUInt8(isExtended ? 3 : 0) === 1;
  });

const scanEnable = (isExtended: boolean): Command => ({
  leastBytes: isExtended ? 6 : 2,
  run: ({ scanner }, parameters) => {
    scanner.isExtended = isExtended;
    if (parameters.readUInt8(0) === 0) scanner.stop();
    else scanner.start(parameters.readUInt8(1) === 1);
    return done;
  },
});

const initiate = (
  layer: LinkLayer,
  target: { readonly peer: DeviceAddress | undefined; readonly isRandom: boolean },
  parameters: ConnectionParameters,
) => {
  const { peer, isRandom } = target;
  // One attempt at a time for a controller (7.8.12).
  if (layer.initiating !== undefined) return notBegun(status.commandDisallowed);
  if (layer.isFull) return notBegun(status.connectionLimit);
  if (peer !== undefined && layer.isConnectedTo(peer)) return notBegun(status.connectionExists);
  return begun(() => {
    layer.initiating = { peer, own: layer.own(isRandom), parameters };
  });
};

const parametersAt = (bytes: Buffer, offset: number): ConnectionParameters => ({
  interval: bytes.readUInt16LE(offset),
  latency: bytes.readUInt16LE(offset + 4),
  timeout: bytes.readUInt16LE(offset + 6),
});

const createConnection: Command = {
  leastBytes: 25,
  run: (layer, bytes) => {
    const isList = bytes.readUInt8(4) === 1;
    const peer = isList ? undefined : addressFrom(bytes.readUInt8(5), bytes.subarray(6, 12));
    return initiate(layer, { peer, isRandom: bytes.readUInt8(12) === 1 }, parametersAt(bytes, 13));
  },
};

/** The parameters of the first radio it names are taken for all (7.8.66). */
const extendedCreateConnection: Command = {
  leastBytes: 26,
  run: (layer, bytes) => {
    const isList = bytes.readUInt8(0) === 1;
    const peer = isList ? undefined : addressFrom(bytes.readUInt8(2), bytes.subarray(3, 9));
    return initiate(layer, { peer, isRandom: bytes.readUInt8(1) === 1 }, parametersAt(bytes, 14));
  },
};

const cancelConnection: Command = {
  leastBytes: 0,
  run: (layer) =>
    layer.initiating === undefined
      ? refused(status.commandDisallowed)
      : { ...done, afterwards: () => layer.cancelInitiating() },
};

const listed = (parameters: Buffer): DeviceAddress =>
  addressFrom(parameters.readUInt8(0), parameters.subarray(1, 7));
const listSize = 16;

export const centralCommands: Commands = {
  8203: scanParameters(false),
  8204: scanEnable(false),
  8257: scanParameters(true),
  8258: scanEnable(true),
  8205: createConnection,
  8259: extendedCreateConnection,
  8206: cancelConnection,
  8207: constant(Buffer.from([listSize])),
  8208: setting(0, (layer) => {
    layer.accepted.length = 0;
  }),
  8209: setting(7, (layer, parameters) => {
    layer.accepted.push(listed(parameters));
  }),
  8210: setting(7, (layer, parameters) => {
    const gone = listed(parameters);
    const left = layer.accepted.filter((each) => !sameAddress(each, gone));
    layer.accepted.splice(0, Number.POSITIVE_INFINITY, ...left);
  }),
};
