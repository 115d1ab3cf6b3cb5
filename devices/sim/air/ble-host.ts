import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { Bonds } from "./bonds.ts";

/** The part of ble-host that simulated devices and tests use; it comes without types. */

export interface BleHostConnection extends EventEmitter {
  readonly ownAddressType: string;
  readonly ownAddress: string;
  readonly smp: BleHostSecurity;
  readonly gatt: BleHostGatt;
  disconnect(reason?: number): void;
}

export interface BleHostSecurity extends EventEmitter {
  readonly isEncrypted: boolean;
  readonly isBonded: boolean;
  readonly hasLtk: boolean;
  sendPairingFailed(reason: number): void;
  sendPairingRequest(features: object): void;
  startEncryption(): boolean;
}

export interface BleHostGatt {
  discoverAllPrimaryServices(call: (services: readonly BleHostRemoteService[]) => void): void;
}

export interface BleHostRemoteService {
  readonly uuid: string;
  discoverCharacteristics(call: (found: readonly BleHostRemoteCharacteristic[]) => void): void;
}

export interface BleHostRemoteCharacteristic extends EventEmitter {
  readonly uuid: string;
  read(call: (error: number, value: Buffer) => void): void;
  write(value: Buffer, call: (error: number) => void): void;
  writeCCCD(notify: boolean, indicate: boolean, call: (error: number) => void): void;
}

export interface BleHostCharacteristic {
  readonly uuid: string | number;
  readonly properties: readonly string[];
  readonly readPerm?: string;
  readonly writePerm?: string;
  onRead?(connection: BleHostConnection, answer: (error: number, value?: Buffer) => void): void;
  onWrite?(
    connection: BleHostConnection,
    withResponse: boolean,
    value: Buffer,
    answer: (error: number) => void,
  ): void;
  onSubscriptionChange?(connection: BleHostConnection, notify: boolean, indicate: boolean): void;
  /** Both put there by ble-host. */
  notify?(connection: BleHostConnection, value: Buffer): boolean;
  indicate?(connection: BleHostConnection, value: Buffer): boolean;
}

export interface BleHostManager extends EventEmitter {
  readonly gattDb: {
    addServices(services: readonly object[]): void;
    setDeviceName(name: string): void;
  };
  setAdvertisingData(data: Buffer): void;
  setScanResponseData(data: Buffer): void;
  startAdvertising(
    parameters: object,
    call: (status: number, connection: BleHostConnection | undefined) => void,
  ): void;
  startScan(parameters: object): EventEmitter & { stopScan(): void };
  connect(
    type: string,
    address: string,
    parameters: object,
    call: (connection: BleHostConnection) => void,
  ): void;
}

/** How ble-host reaches a controller. */
export interface BleHostTransport {
  on(event: "data", listener: (packet: Buffer) => void): unknown;
  write(packet: Buffer): void;
}

interface BleHost {
  readonly BleManager: {
    create(
      transport: BleHostTransport,
      options: { readonly staticRandomAddress?: string },
      call: (error: Error | null, manager: BleHostManager) => void,
    ): void;
  };
}

/** Of all hosts in this process: ble-host knows one storage. */
export const bonds = new Bonds();

const load = (): BleHost => {
  const require = createRequire(import.meta.url);
  const storage = require.resolve("ble-host/lib/internal/storage.js");
  require(storage);
  const module = require.cache[storage];
  if (module !== undefined) module.exports = bonds.storage;
  return require("ble-host") as BleHost;
};

let loaded: BleHost | undefined;

/**
 * A host stack, ready.
 * @param randomAddress static random address to use in place of the controller's own
 */
export const bleHostOn = (transport: BleHostTransport, randomAddress?: string): Promise<BleHostManager> => {
  loaded ??= load();
  const { BleManager } = loaded;
  const options = randomAddress === undefined ? {} : { staticRandomAddress: randomAddress };
  return new Promise((resolve, reject) => {
    BleManager.create(transport, options, (error, manager) => {
      if (error === null || error === undefined) resolve(manager);
      else reject(error);
    });
  });
};
