import type { Hub } from "../../hub/compose.ts";
import type { HubError } from "../../hub/domain/errors.ts";
import type { PairingId, TokenId } from "../../hub/domain/ids.ts";
import { Seconds } from "../../hub/domain/units.ts";
import { addressOf, bleHome } from "./ble-home.ts";
import { BleTestLamp, type bleTestProfiles } from "./ble-test-lamp.ts";

export const anna = "t-aaaaaaaaaaaa" as TokenId;
export const bela = "t-bbbbbbbbbbbb" as TokenId;

/** What came of a call: its result, or the code of its error. */
type Outcome<Result> = Result | string;

/** A home without lamps, lamps in its reach, and somebody who pairs. */
export const pairingHome = async (
  kinds: readonly (keyof typeof bleTestProfiles)[],
  options: Parameters<typeof bleHome>[1] = {},
) => {
  const home = await bleHome([], options);
  const { clock, ether, hub } = home;
  const lamps = kinds.map((kind, at) => {
    const lamp = new BleTestLamp(addressOf(at), kind);
    ether.place(lamp);
    return lamp;
  });
  /** On a clock that moves when told: until it is settled, or a minute and a half has passed. */
  const ended = async <Result>(call: Promise<Result>, seconds = 90): Promise<Outcome<Result>> => {
    let outcome: Outcome<Result> | undefined;
    void call.then(
      (result) => {
        outcome = result;
      },
      (error: HubError) => {
        outcome = error.code ?? String(error);
      },
    );
    for (let passed = 0; outcome === undefined && passed < seconds; passed++) await clock.advance(Seconds(1));
    return outcome ?? "never";
  };
  /** Begins to pair, and has listened for a while. */
  const begun = async (seconds = 3, from: Hub = hub): Promise<PairingId> => {
    const { id } = from.pairing.begin(anna, false);
    await clock.advance(Seconds(seconds));
    return id;
  };
  return {
    ...home,
    lamps,
    ended,
    begun,
    identify: (id: PairingId, address: string, profile?: string) =>
      ended(hub.pairing.identify(id, anna, { address, profile })),
    add: (id: PairingId, address: string, name = "Shelf", profile?: string) =>
      ended(hub.pairing.add(id, anna, { address, name, profile })),
  };
};
