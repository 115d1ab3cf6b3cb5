import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { BleError } from "../../../domain/ble-errors.ts";
import type { HciDriver } from "./hci-socket.ts";

/** The part of @stoprocent/noble that is used, with what its own types leave out. */
export interface Noble extends EventEmitter {
  readonly state: string;
  /** The stack below; not promised by noble, pinned by its exact version. */
  readonly _bindings: NobleBindings;
  startScanningAsync(services: readonly string[], allowDuplicates: boolean): Promise<void>;
  stopScanning(): void;
  connectAsync(id: string, options: NobleConnectOptions): Promise<NoblePeripheral>;
  cancelConnect(id: string): void;
  stop(): void;
}

export interface NobleConnectOptions {
  readonly addressType: "public" | "random";
  /** Supervision timeout, units of 10 ms. */
  readonly timeout: number;
  readonly mtu: number;
}

export interface NobleBindings extends EventEmitter {
  readonly _hci: { cancelConnect(): void };
  /** From an id to the handle of its connection. */
  readonly _handles: Readonly<Record<string, number | undefined>>;
  readonly _gatts: Readonly<Record<string, NobleGatt | undefined>>;
  /** Whose attempt was cancelled, until the controller has said so. */
  readonly _cancelledConnectionUuid: string | null;
}

export interface NobleGatt {
  _security: string;
  _mtu: number;
}

export interface NoblePeripheral extends EventEmitter {
  readonly id: string;
  discoverAllServicesAndCharacteristicsAsync(): Promise<{
    readonly characteristics: readonly NobleCharacteristic[];
  }>;
  updateRssiAsync(): Promise<number>;
  disconnect(): void;
}

export interface NobleCharacteristic extends EventEmitter {
  readonly uuid: string;
  readonly _serviceUuid: string;
  readonly properties: readonly string[];
  readAsync(): Promise<Buffer>;
  writeAsync(value: Buffer, withoutResponse: boolean): Promise<void>;
  subscribeAsync(): Promise<unknown>;
  unsubscribeAsync(): Promise<unknown>;
}

type LoadDriver = (name: string | HciDriver) => HciDriver;

export interface NobleLibrary {
  /** The driver of the operating system's adapters. @throws what the loader throws, where its native part is missing */
  adapterDriver(): HciDriver;
  open(driver: HciDriver, index: number): Noble;
}

/** @throws BleError where noble is not installed */
export const nobleLibrary = (): NobleLibrary => {
  const require = createRequire(import.meta.url);
  try {
    const nobleFile = require.resolve("@stoprocent/noble/lib/resolve-bindings.js");
    const sockets = createRequire(nobleFile)("@stoprocent/bluetooth-hci-socket") as {
      loadDriver: LoadDriver;
    };
    const byName = sockets.loadDriver;
    // noble takes drivers by name only, and takes the function when it is loaded itself.
    sockets.loadDriver = (name) => (typeof name === "string" ? byName(name) : name);
    const withBindings = require(nobleFile) as (kind: "hci", options: object) => Noble;
    return {
      adapterDriver: () => byName("default"),
      // Only on the user channel nobody else speaks with the adapter, and noble answers requests for other parameters.
      open: (driver, index) => withBindings("hci", { hciDriver: driver, deviceId: index, userChannel: true }),
    };
  } catch (error) {
    throw new BleError("noble cannot be loaded", { reason: "stack" }, { cause: error });
  }
};
