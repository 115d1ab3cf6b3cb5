import type { BlePeripheral } from "../ble/peripheral.ts";
import type { Air } from "./air.ts";
import { bonds } from "./ble-host.ts";
import { Controller, type ControllerOptions } from "./controller.ts";
import { ControllerSocket } from "./controller-socket.ts";
import { PeripheralHost } from "./peripheral-host.ts";

/** Puts a device on the air: a controller, and the host stack of its firmware above it. */
export class MountedPeripheral {
  readonly controller: Controller;
  readonly #peripheral: BlePeripheral;
  #socket: ControllerSocket | undefined;
  #host: PeripheralHost | undefined;

  private constructor(controller: Controller, peripheral: BlePeripheral) {
    this.controller = controller;
    this.#peripheral = peripheral;
  }

  static async on(
    air: Air,
    peripheral: BlePeripheral,
    options?: ControllerOptions,
  ): Promise<MountedPeripheral> {
    const { address, addressType } = peripheral;
    // A controller whose host chooses its own address has a public one all the same, and never uses it.
    const own = addressType === "public" ? address : `00${address.slice(2)}`;
    const controller = new Controller(air, { address: own, type: "public" }, options);
    const mounted = new MountedPeripheral(controller, peripheral);
    mounted.forgetBonds();
    await mounted.#boot();
    return mounted;
  }

  get hasBond(): boolean {
    return bonds.has(this.#bondName);
  }

  /** As after a reset of the device: the hub still has its key. */
  forgetBonds(): void {
    bonds.forget(this.#bondName);
  }

  /** Without power: whoever is connected finds out by waiting. */
  powerOff(): void {
    this.#socket?.stop();
    this.#host?.ended();
    this.controller.unplug();
  }

  async powerOn(): Promise<void> {
    this.controller.plug();
    await this.#boot();
  }

  get #bondName(): string {
    const { address, addressType } = this.#peripheral;
    return `${addressType === "public" ? "00" : "01"}:${address.toUpperCase()}`;
  }

  async #boot(): Promise<void> {
    const socket = new ControllerSocket(this.controller);
    socket.start();
    this.#socket = socket;
    this.#host = await PeripheralHost.start(socket, this.#peripheral, () => this.#refresh());
  }

  /** Before each packet the device is asked what it has to say now. */
  #refresh(): void {
    const set = this.controller.layer.legacy;
    set.refresh = () => {
      const { data, scanResponse } = this.#peripheral.advertisement();
      const { connectable } = this.#peripheral;
      set.data = Buffer.from(data);
      set.scanResponse = Buffer.from(scanResponse ?? []);
      const isScannable = connectable || scanResponse !== undefined;
      set.parameters = { ...set.parameters, isConnectable: connectable, isScannable };
    };
  }
}
