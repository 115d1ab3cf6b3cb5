import { type Commands, completed, constant, refused, setting } from "./command.ts";
import { addressBytes } from "./device-address.ts";
import { status } from "./status.ts";

/** Bluetooth 5.3, Linux Foundation as maker: what hosts look at to decide how they talk. */
const version = Buffer.from([0x0c, 0, 0, 0x0c, 0xf1, 0x05, 0, 0]);
const nothing = Buffer.alloc(0);

/** Signal, flow and identity (Core Specification, Vol 4 Part E, 7.3 to 7.5). */
export const baseCommands: Commands = {
  3073: setting(8, () => {}),
  3075: setting(0, (layer) => layer.reset()),
  3180: constant(Buffer.from([1, 0])),
  3181: setting(2, () => {}),
  4097: constant(version),
  4105: { leastBytes: 0, run: (layer) => completed(addressBytes(layer.address)) },
  5125: {
    leastBytes: 2,
    run: (layer, parameters) => {
      const end = layer.end(parameters.readUInt16LE(0));
      if (end === undefined) return refused(status.unknownConnection);
      const strength = layer.air.strength(end.peer.address, end.address);
      const rssi = Buffer.from([0, 0, strength === undefined ? 127 : strength & 0xff]);
      rssi.writeUInt16LE(parameters.readUInt16LE(0), 0);
      return completed(rssi);
    },
  },
  8193: setting(8, (layer, parameters) => {
    layer.subevents = parameters.readBigUInt64LE(0);
  }),
  8220: constant(Buffer.from("ffffffffff030000", "hex")),
  8241: constant(nothing),
};
