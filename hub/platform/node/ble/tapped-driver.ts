import { EventEmitter } from "node:events";
import type { HciDriver, HciSocket } from "./hci-socket.ts";

/** What sits on the cable between noble and the controller. */
export interface HciTap {
  /** A packet of the controller. @returns whether noble is to see it */
  fromController(packet: Buffer): boolean;
  /** A packet of noble. @returns what the controller gets */
  toController(packet: Buffer): Buffer;
  /** The adapter cannot be opened, or is no more. */
  failed(error: unknown): void;
}

/** A driver for noble with somebody on the line. */
export const tappedDriver = (driver: HciDriver, tap: HciTap): HciDriver =>
  class extends EventEmitter implements HciSocket {
    readonly #inner = new driver();

    constructor() {
      super();
      this.#inner.on("data", (packet: Buffer) => {
        if (tap.fromController(packet)) this.emit("data", packet);
      });
      this.#inner.on("state", (isUp: unknown) => this.emit("state", isUp));
      this.#inner.on("error", (error: unknown) => tap.failed(error));
    }

    bindRaw(index?: number, parameters?: object): unknown {
      return this.#open(() => this.#inner.bindRaw(index, parameters));
    }

    bindUser(index?: number, parameters?: object): unknown {
      return this.#open(() => this.#inner.bindUser(index, parameters));
    }

    start(): void {
      this.#open(() => this.#inner.start());
    }

    stop(): void {
      this.#inner.stop();
    }

    setFilter(filter: Buffer): void {
      this.#inner.setFilter(filter);
    }

    isDevUp(): boolean {
      return this.#inner.isDevUp();
    }

    write(packet: Buffer): void {
      this.#inner.write(tap.toController(packet));
    }

    /** noble itself turns whatever is thrown here into "unsupported". */
    #open<Result>(open: () => Result): Result {
      try {
        return open();
      } catch (error) {
        tap.failed(error);
        throw error;
      }
    }
  };
