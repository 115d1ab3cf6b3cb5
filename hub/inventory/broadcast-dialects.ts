import type { KeyObject } from "node:crypto";
import { bthomeNonce, bthomeOpened, bthomeService, readBthome } from "../codec/ble/bthome.ts";
import {
  mibeaconAssociated,
  mibeaconNonce,
  mibeaconOpened,
  mibeaconService,
  readMibeacon,
} from "../codec/ble/mibeacon.ts";
import { openCcm } from "../crypto/ccm.ts";
import type { BleFrame } from "../domain/profile.ts";

/** A packet of a sensor that only advertises, as far as everybody can read it. */
export type Broadcast =
  | {
      readonly sealed: false;
      /** The same in every repetition of it; absent: it has none. */
      readonly packet?: number;
    }
  | {
      readonly sealed: true;
      /** Rises with each packet. */
      readonly counter: number;
      /**
       * The bytes as they would be in clear. Undefined: not sealed with this key.
       * @param address six bytes as they are printed
       */
      readonly open: (key: KeyObject, address: Uint8Array) => Uint8Array | undefined;
    };

/** Undefined: noise. */
type Reader = (bytes: Uint8Array) => Broadcast | undefined;

const bthome: Reader = (bytes) => {
  const read = readBthome(bytes);
  if (read === undefined) return undefined;
  if (!read.sealed) return { sealed: false, ...(read.packet === undefined ? {} : { packet: read.packet }) };
  return {
    sealed: true,
    counter: read.counter,
    open: (key, address) => {
      const plain = openCcm(key, bthomeNonce(address, read), read);
      return plain && bthomeOpened(read, plain);
    },
  };
};

const mibeacon: Reader = (bytes) => {
  const read = readMibeacon(bytes);
  if (read === undefined) return undefined;
  if (!read.sealed) return { sealed: false, packet: read.packet };
  return {
    sealed: true,
    counter: read.counter,
    open: (key, address) => {
      const plain = openCcm(key, mibeaconNonce(address, read), read, mibeaconAssociated);
      return plain && mibeaconOpened(read, plain);
    },
  };
};

const readers: ReadonlyMap<string, Reader> = new Map([
  [bthomeService, bthome],
  [mibeaconService, mibeacon],
]);

/** Whether what is said for this service may be sealed, and is looked at before it is believed. */
export const isKnownBroadcast = ({ service }: BleFrame): boolean => readers.has(service);

export const readBroadcast = ({ service, bytes }: BleFrame): Broadcast | undefined =>
  readers.get(service)?.(bytes);
