import { Millis } from "../../../hub/domain/units.ts";
import type { Clock, Timer } from "../../../hub/ports/clock.ts";
import type { Random } from "../../../hub/ports/random.ts";

export interface AdvertisingParameters {
  readonly isConnectable: boolean;
  readonly isScannable: boolean;
  /** Units of 0.625 ms. */
  readonly interval: number;
  readonly isRandomAddress: boolean;
}

/** After each event a delay by chance, so that two advertisers do not collide for ever (Vol 6 Part B, 4.4.2.2.1). */
const mostDelayMs = 10;

/** What is advertised, and when. */
export class AdvertisingSet {
  data: Buffer = Buffer.alloc(0);
  scanResponse: Buffer = Buffer.alloc(0);
  parameters: AdvertisingParameters = {
    isConnectable: true,
    isScannable: true,
    interval: 0x0800,
    isRandomAddress: false,
  };
  /** Of an extended set. */
  randomAddress: string | undefined;
  /** Called before each event: a device that changes what it says. */
  refresh: () => void = () => {};
  #timer: Timer | undefined;

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  start(clock: Clock, random: Random, event: () => void): void {
    this.stop();
    const arm = (delayMs: number) => {
      this.#timer = clock.after(Millis(delayMs), () => {
        arm(this.parameters.interval * 0.625 + random.below(mostDelayMs));
        this.refresh();
        event();
      });
    };
    arm(random.below(mostDelayMs));
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
