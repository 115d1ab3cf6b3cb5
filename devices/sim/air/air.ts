import { type Duration, Millis } from "../../../hub/domain/units.ts";
import type { Clock } from "../../../hub/ports/clock.ts";
import type { Random } from "../../../hub/ports/random.ts";
import type { AirAdvertisement, Station } from "./advertisement.ts";
import type { DeviceAddress } from "./device-address.ts";
import type { Frame, Medium } from "./medium.ts";

/** dBm that one hears of the other; undefined: nothing. By their addresses. */
export type Range = (from: string, to: string) => number | undefined;

const oneRoom: Range = () => -50;

/** The air between simulated controllers. A test sets range, loss and latency, and may take or change what it carries. */
export class Air implements Medium {
  readonly clock: Clock;
  readonly random: Random;
  hop: Duration = Millis(0);
  loss = 0;
  /** Takes or changes frames on their way: undefined, and it does not arrive. */
  onFrame: (frame: Frame) => Buffer | undefined = ({ payload }) => payload;
  #range: Range = oneRoom;
  readonly #stations = new Set<Station>();

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  /** From now on. */
  set range(range: Range) {
    this.#range = range;
    for (const station of this.#stations) station.recheck();
  }

  strength(from: DeviceAddress, to: DeviceAddress): number | undefined {
    return this.#range(from.address, to.address);
  }

  carry(frame: Frame): Buffer | undefined {
    return this.onFrame(frame);
  }

  enter(station: Station): void {
    this.#stations.add(station);
  }

  leave(station: Station): void {
    this.#stations.delete(station);
  }

  /** Everybody in range hears it, except whoever the air loses it for. */
  advertise(from: Station, advertisement: AirAdvertisement): void {
    for (const station of this.#stations) {
      const rssi = this.strength(advertisement.sender, station.address);
      const isLost = this.loss > 0 && this.random.next() < this.loss;
      if (station !== from && rssi !== undefined && !isLost) station.hear(advertisement, rssi);
    }
  }
}
