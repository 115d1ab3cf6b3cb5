import type { AdvertisingSet } from "./advertising-set.ts";
import { type Command, type Commands, completed, constant, done, refused, setting } from "./command.ts";
import { addressFrom } from "./device-address.ts";
import { status } from "./status.ts";

/** Kinds of advertising from before version 5 that can be connected to, and that answer a scan (7.8.5). */
const connectable = [0x00, 0x01, 0x04];
const scannable = [0x00, 0x02];
const txPower = Buffer.from([0]);
const mostLegacyBytes = 31;

/** @param put keeps the data in the set */
const dataCommand = (put: (set: AdvertisingSet, data: Buffer) => void): Command => ({
  leastBytes: 1,
  run: (layer, parameters) => {
    const length = parameters.readUInt8(0);
    if (length > mostLegacyBytes || parameters.length < 1 + length) return refused(status.invalidParameters);
    put(layer.legacy, Buffer.from(parameters.subarray(1, 1 + length)));
    return done;
  },
});

/** Whether a piece of a longer whole begins it (7.8.54): complete, first; else it goes on. */
const begins = (operation: number): boolean => operation === 0x03 || operation === 0x01;

const pieceCommand = (field: "data" | "scanResponse"): Command => ({
  leastBytes: 4,
  run: (layer, parameters) => {
    const length = parameters.readUInt8(3);
    if (parameters.length < 4 + length) return refused(status.invalidParameters);
    const set = layer.set(parameters.readUInt8(0));
    const piece = Buffer.from(parameters.subarray(4, 4 + length));
    set[field] = begins(parameters.readUInt8(1)) ? piece : Buffer.concat([set[field], piece]);
    return done;
  },
});

const advertisingEnable: Command = {
  leastBytes: 1,
  run: (layer, parameters) => {
    if (parameters.readUInt8(0) === 0) layer.legacy.stop();
    else layer.advertise(layer.legacy);
    return done;
  },
};

/** Enables or stops the sets it lists; stops all where it lists none (7.8.56). */
const extendedEnable: Command = {
  leastBytes: 2,
  run: (layer, parameters) => {
    const count = parameters.readUInt8(1);
    if (parameters.length < 2 + count * 4) return refused(status.invalidParameters);
    const numbers = Array.from({ length: count }, (_, index) => parameters.readUInt8(2 + index * 4));
    const isStart = parameters.readUInt8(0) === 1;
    for (const number of count === 0 ? layer.sets.keys() : numbers) {
      if (isStart) layer.advertise(layer.set(number));
      else layer.set(number).stop();
    }
    return done;
  },
};

export const advertisingCommands: Commands = {
  8197: setting(6, (layer, parameters) => {
    layer.randomAddress = addressFrom(1, parameters.subarray(0, 6));
  }),
  8198: setting(15, (layer, parameters) => {
    const kind = parameters.readUInt8(4);
    layer.legacy.parameters = {
      isConnectable: connectable.includes(kind),
      isScannable: scannable.includes(kind),
      interval: parameters.readUInt16LE(0),
      isRandomAddress: parameters.readUInt8(5) === 1,
    };
  }),
  8199: constant(txPower),
  8200: dataCommand((set, data) => {
    set.data = data;
  }),
  8201: dataCommand((set, data) => {
    set.scanResponse = data;
  }),
  8202: advertisingEnable,
  8245: setting(7, (layer, parameters) => {
    layer.set(parameters.readUInt8(0)).randomAddress = addressFrom(1, parameters.subarray(1, 7)).address;
  }),
  8246: {
    leastBytes: 25,
    run: (layer, parameters) => {
      const properties = parameters.readUInt16LE(1);
      layer.set(parameters.readUInt8(0)).parameters = {
        isConnectable: (properties & 0x01) !== 0,
        isScannable: (properties & 0x02) !== 0,
        interval: parameters.readUIntLE(3, 3),
        isRandomAddress: parameters.readUInt8(10) === 1,
      };
      return completed(txPower);
    },
  },
  8247: pieceCommand("data"),
  8248: pieceCommand("scanResponse"),
  8249: extendedEnable,
};
