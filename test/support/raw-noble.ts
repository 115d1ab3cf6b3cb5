import { Controller, type ControllerOptions } from "../../devices/sim/air/controller.ts";
import { driverOf } from "../../devices/sim/air/controller-socket.ts";
import { MountedPeripheral } from "../../devices/sim/air/mounted-peripheral.ts";
import type { HciDriver } from "../../hub/platform/node/ble/hci-socket.ts";
import {
  type Noble,
  type NobleCharacteristic,
  type NoblePeripheral,
  nobleLibrary,
} from "../../hub/platform/node/ble/noble-library.ts";
import { AirLamp } from "./air-lamp.ts";
import { centralAddress, newAir } from "./noble-on-air.ts";

/** What noble keeps, and what it does with packets. */
export interface NobleInside {
  readonly _peripherals: ReadonlyMap<string, unknown>;
  readonly _bindings: {
    readonly _hci: { onSocketData(packet: Buffer): void; cancelConnect(): void };
    readonly _gap: { readonly _discoveries: Readonly<Record<string, unknown>> };
  };
}

export interface RawPeripheral extends NoblePeripheral {
  readonly state: string;
  readonly mtu: number;
  disconnectAsync(): Promise<void>;
}

/** A lamp that tells how often it has advertised. */
export class CountingLamp extends AirLamp {
  #left = 0;
  #done: () => void = () => {};

  override advertisement(): ReturnType<AirLamp["advertisement"]> {
    this.#left -= 1;
    if (this.#left === 0) this.#done();
    return super.advertisement();
  }

  advertised(times: number): Promise<void> {
    this.#left = times;
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }
}

/** noble as it comes, in this process, on a simulated air. */
export const rawNoble = async (options: ControllerOptions = {}) => {
  const air = newAir();
  const controller = new Controller(air, centralAddress, options);
  const noble = nobleLibrary().open(driverOf(controller) as HciDriver, 0);
  const lamp = new CountingLamp();
  const mounted = await MountedPeripheral.on(air, lamp);
  const on = new Promise<void>((resolve) => {
    noble.on("stateChange", (state) => {
      if (state === "poweredOn") resolve();
    });
  });
  await on;
  return {
    air,
    controller,
    noble: noble as Noble & NobleInside,
    lamp,
    mounted,
    async connected(): Promise<RawPeripheral> {
      return (await noble.connectAsync(idOf(lamp), {
        addressType: lamp.addressType,
        timeout: 400,
        mtu: 517,
      })) as RawPeripheral;
    },
    [Symbol.dispose]: () => {
      noble.stop();
      mounted.powerOff();
    },
  };
};

export const idOf = ({ address }: AirLamp): string => address.replaceAll(":", "");

export const characteristic = async (
  peripheral: NoblePeripheral,
  uuid: string,
): Promise<NobleCharacteristic> => {
  const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
  const found = characteristics.find((each) => each.uuid === uuid);
  if (found === undefined) throw new Error(`no characteristic ${uuid}`);
  return found;
};

const notYet = Symbol("not yet");

export const isPending = async (promise: Promise<unknown>): Promise<boolean> =>
  (await Promise.race([promise.catch(() => {}), Promise.resolve(notYet)])) === notYet;
