import { BleError } from "../domain/ble-errors.ts";
import type { BleFrame, BleLink } from "../domain/profile.ts";
import type { BlePeer } from "../ports/ble.ts";
import type { Clock } from "../ports/clock.ts";
import { GattDevice, usualGattDevice } from "./gatt-device.ts";
import type { GuardedCentral } from "./guarded-central.ts";

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Whoever asks waits for the answer: what fails once is said, and not tried again behind their back. */
const once = { ...usualGattDevice, attempts: 1 };

/** A radio, and what it takes to speak to devices that are none of the home's yet. @param isDenied as in `LampTrial` */
export const trialsOn = (clock: Clock, central: GuardedCentral, isDenied: (frame: BleFrame) => boolean) => ({
  state: () => central.state(),
  capabilities: central.capabilities,
  scan: (...args: Parameters<GuardedCentral["scan"]>) => central.scan(...args),
  forget: (peer: BlePeer) => central.forget(peer),
  converse: (peer: BlePeer, link: BleLink, hear: (frame: BleFrame) => void) =>
    new LampTrial(clock, central, peer, link, hear, isDenied),
});

/** A device that is no device of the home yet, spoken to by a driver that may be the wrong one. One batch at a time. */
export class LampTrial {
  readonly #device: GattDevice;
  readonly #isDenied: (frame: BleFrame) => boolean;
  #error: unknown;
  #waiting: Waiting | undefined;

  /**
   * @param hear what the device says, also between batches
   * @param isDenied writes that would harm the device
   */
  constructor(
    clock: Clock,
    central: GuardedCentral,
    peer: BlePeer,
    link: BleLink,
    hear: (frame: BleFrame) => void,
    isDenied: (frame: BleFrame) => boolean,
  ) {
    this.#isDenied = isDenied;
    const ears = {
      frame: hear,
      failed: (error: unknown) => {
        this.#error = error;
      },
      delivered: () => this.#settle(),
    };
    this.#device = new GattDevice(clock, central, peer, link, ears, once);
    // It was heard just now, so it does not wait behind those that may be gone.
    this.#device.heard();
  }

  /** Connects where it is not connected, greets, writes, and reads what the driver reads. @throws BleError */
  send(frames: readonly BleFrame[]): Promise<void> {
    if (this.#waiting !== undefined)
      return Promise.reject(new BleError("the device is spoken to", { reason: "busy" }));
    if (frames.some((frame) => this.#isDenied(frame)))
      return Promise.reject(new BleError("a write that would harm the device", { reason: "refused" }));
    return new Promise((resolve, reject) => {
      this.#error = undefined;
      this.#waiting = { resolve, reject };
      this.#device.send(frames);
    });
  }

  /** Resolves when its link is gone. */
  async close(): Promise<void> {
    this.#error = new BleError("the device is let go", { reason: "cancelled" });
    const closed = this.#device.close();
    this.#settle();
    await closed;
  }

  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (this.#error === undefined) waiting?.resolve();
    else waiting?.reject(this.#error);
  }
}
