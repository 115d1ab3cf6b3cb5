import { EventEmitter } from "node:events";
import type { Controller, HostListener } from "./controller.ts";

/**
 * A controller in the shape in which host stacks for Node want theirs: that of @stoprocent/bluetooth-hci-socket, which also
 * ble-host takes. Emits `data` (one packet), `state` (whether it is there).
 */
export class ControllerSocket extends EventEmitter implements HostListener {
  readonly #controller: Controller;

  constructor(controller: Controller) {
    super();
    this.#controller = controller;
  }

  bindRaw(): void {}

  bindUser(): void {}

  start(): void {
    this.#controller.listen(this);
  }

  stop(): void {
    this.#controller.forget(this);
  }

  setFilter(): void {}

  isDevUp(): boolean {
    return this.#controller.isPlugged;
  }

  write(packet: Buffer): void {
    this.#controller.write(packet);
  }

  packet(bytes: Buffer): void {
    this.emit("data", bytes);
  }

  plugged(isPlugged: boolean): void {
    this.emit("state", isPlugged);
  }
}

/** A driver that opens this very controller. */
export const driverOf = (controller: Controller): (new () => ControllerSocket) =>
  class extends ControllerSocket {
    constructor() {
      super(controller);
    }
  };
