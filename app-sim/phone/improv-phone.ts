import { BleError } from "../../hub/domain/ble-errors.ts";
import { type Duration, Minutes, Seconds } from "../../hub/domain/units.ts";
import type { Advertisement, BleCentral, BlePeer, BleSubscription, GattLink } from "../../hub/ports/ble.ts";
import { ImprovTalk, type Network, offersImprov } from "./improv-talk.ts";
import type { PhoneClock } from "./sim-phone.ts";

/**
 * What became of it. `no-hub`: none lets itself be told now. `busy`: it talks to somebody else. `not-authorized`: it wants its button
 * pressed. `cannot-connect`: it could not join that network. `refused`: any other no. `no-answer`: it went away, or said nothing.
 * `not-permitted`: its owner does not let the app use Bluetooth.
 */
export type PhoneOutcome =
  | "provisioned"
  | "no-hub"
  | "busy"
  | "not-authorized"
  | "cannot-connect"
  | "refused"
  | "no-answer"
  | "not-permitted";

export interface PhoneTold {
  readonly outcome: PhoneOutcome;
  /** What the hub said it was, one after the other, in Improv's words. */
  readonly states: readonly string[];
}

/** Whoever holds the phone looks at it for so long. */
const search = Seconds(10);
const connecting = Seconds(10);
const joining = Minutes(1);

/** A phone near the hub, with an app that tells devices a network by Improv over its own Bluetooth. */
export class ImprovPhone {
  readonly #clock: PhoneClock;
  readonly #radio: Pick<BleCentral, "scan" | "connect">;

  constructor(clock: PhoneClock, radio: Pick<BleCentral, "scan" | "connect">) {
    this.#clock = clock;
    this.#radio = radio;
  }

  /** @param network stays the caller's, who wipes it */
  async tell(network: Network, mayUseBluetooth = true): Promise<PhoneTold> {
    const states: string[] = [];
    const ended = (outcome: PhoneOutcome): PhoneTold => ({ outcome, states });
    if (!mayUseBluetooth) return ended("not-permitted");
    const hub = await this.#find();
    if (hub === undefined) return ended("no-hub");
    const link = await this.#connect(hub);
    if (link === undefined) return ended("busy");
    const outcome = await this.#talk(new ImprovTalk(link, states), network);
    await link.close();
    return ended(outcome);
  }

  /** The first that can say what it is, as lamps that wait cannot. */
  async #find(): Promise<BlePeer | undefined> {
    let scan: BleSubscription | undefined;
    const found = await this.#within(search, (resolve: (peer: BlePeer) => void) => {
      const hear = (heard: Advertisement) => {
        if (heard.connectable && offersImprov(heard.data, "device-info")) resolve(heard);
      };
      scan = this.#radio.scan(hear, { active: false });
    });
    scan?.cancel();
    return found;
  }

  async #connect({ address, addressType }: BlePeer): Promise<GattLink | undefined> {
    const gaveUp = new AbortController();
    const timer = this.#clock.after(connecting, () => gaveUp.abort());
    try {
      const options = { bond: "never", signal: gaveUp.signal } as const;
      return await this.#radio.connect({ address, addressType }, options);
    } catch (error) {
      return undefinedFor(error);
    } finally {
      timer.cancel();
    }
  }

  async #talk(talk: ImprovTalk, network: Network): Promise<PhoneOutcome> {
    const said = this.#within(joining, (resolve: (outcome: PhoneOutcome) => void) => {
      void talk.closed.then(() => resolve("no-answer"));
      talk.tell(network).then(resolve, (error: unknown) => resolve(undefinedFor(error) ?? "no-answer"));
    });
    return (await said) ?? "no-answer";
  }

  /** Undefined: not within so long. */
  #within<Result>(time: Duration, begin: (resolve: (result: Result) => void) => void) {
    return new Promise<Result | undefined>((resolve) => {
      const timer = this.#clock.after(time, () => resolve(undefined));
      begin((result) => {
        timer.cancel();
        resolve(result);
      });
    });
  }
}

const undefinedFor = (error: unknown): undefined => {
  if (!(error instanceof BleError)) throw error;
  return undefined;
};
