import { readAdStructures } from "../codec/ble/ad-structures.ts";
import { type Duration, Seconds } from "../domain/units.ts";
import type { Advertisement, BleCentral, BlePeer, BleSubscription, GattLink } from "../ports/ble.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { GuardedConnectOptions } from "./connect-queue.ts";

/** A device that waits to be set up advertises several times a second. */
const patience: Duration = Seconds(10);

/** What it takes of a guarded radio. */
interface LampSearch extends Pick<BleCentral, "scan"> {
  connect(peer: BlePeer, options: GuardedConnectOptions): Promise<GattLink>;
}

/** Finds devices by what they advertise, and connects to them. */
export class LampReach {
  readonly #clock: Clock;
  readonly #radio: LampSearch;
  /** Lists it, or has data for it: what they are found by. */
  readonly #services: readonly string[];

  constructor(clock: Clock, radio: LampSearch, services: readonly string[]) {
    this.#clock = clock;
    this.#radio = radio;
    this.#services = services;
  }

  /**
   * The link is held for whoever asked: a lamp that tries a network is silent meanwhile, and no other lamp is worth its link.
   * @returns undefined: nobody of this address was heard who offers such a service. @throws BleError
   */
  async reach(address: string): Promise<GattLink | undefined> {
    const peer = await this.#find(address);
    return peer && (await this.#radio.connect(peer, { bond: "never", held: true }));
  }

  async #find(address: string): Promise<BlePeer | undefined> {
    let timer: Timer | undefined;
    let scan: BleSubscription | undefined;
    const found = await new Promise<BlePeer | undefined>((resolve) => {
      timer = this.#clock.after(patience, () => resolve(undefined));
      const hear = (heard: Advertisement) => {
        if (heard.address === address && heard.connectable && this.#offers(heard.data)) resolve(heard);
      };
      scan = this.#radio.scan(hear, { active: false });
    });
    timer?.cancel();
    scan?.cancel();
    return found && { address, addressType: found.addressType };
  }

  #offers(data: Uint8Array): boolean {
    const { services, serviceData } = readAdStructures(data);
    return [...services, ...serviceData.map(({ service }) => service)].some((each) =>
      this.#services.includes(each),
    );
  }
}
