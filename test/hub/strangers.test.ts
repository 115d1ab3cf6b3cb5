import { expect, test } from "vitest";
import { packBeaconIdentity } from "../../hub/codec/beacon-identity.ts";
import { Seconds } from "../../hub/domain/units.ts";
import { NoRadio } from "../../hub/platform/no-radio.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import type { Advertisement, BleState, BleSubscription } from "../../hub/ports/ble.ts";
import { holds } from "../support/encodings.ts";
import { PeopledHub } from "../support/peopled-hub.ts";
import { proves } from "../support/proves.ts";
import { hex, privateAddress } from "./codec/ble/vectors.ts";

/** A radio in a street. */
class Street extends NoRadio {
  readonly #sinks = new Set<(advertisement: Advertisement) => void>();

  override state(): BleState {
    return "on";
  }

  override scan(sink?: (advertisement: Advertisement) => void): BleSubscription {
    if (sink !== undefined) this.#sinks.add(sink);
    return { cancel: () => void (sink && this.#sinks.delete(sink)) };
  }

  get isListenedTo(): boolean {
    return this.#sinks.size > 0;
  }

  pass(advertisement: Advertisement): void {
    for (const sink of this.#sinks) sink(advertisement);
  }
}

const strangers = 5_000;

test(`of 5,000 strangers who pass a hub nothing is on its disk, in its log, its answers or what it tells ${proves("CRA:I.2.g")}`, async () => {
  const street = new Street();
  const home = await PeopledHub.open("2026-06-21T16:00:00Z", 1, true, street);
  const [ana] = home.hub.people.list();
  if (ana === undefined) throw new RangeError("nobody lives here");
  expect(street.isListenedTo).toBe(false);
  home.hub.beacons.add(ana.id, packBeaconIdentity({ kind: "phone", identity: hex(privateAddress.key) }));
  expect(street.isListenedTo).toBe(true);
  const random = new SeededRandom(20_261_127);
  const canaries: string[] = [];
  const heard = {
    addressType: "random",
    rssi: -60,
    connectable: true,
    isScanResponse: false,
    cached: false,
  } as const;
  for (let number = 0; number < strangers; number++) {
    const pairs = Array.from({ length: 6 }, () => random.below(256).toString(16).padStart(2, "0"));
    const address = ["5e", ...pairs.slice(1)].join(":");
    const name = `passer-by-${number}-${random.below(1e9)}`;
    canaries.push(address, address.replaceAll(":", ""), name);
    const data = Buffer.concat([Buffer.of(name.length + 1, 9), Buffer.from(name)]).subarray(0, 31);
    street.pass({ ...heard, address, at: home.clock.monotonic(), data });
    street.pass({
      ...heard,
      address: privateAddress.address,
      at: home.clock.monotonic(),
      data: hex("020106"),
    });
    if (number % 10 === 0) await home.clock.advance(Seconds(1));
  }
  expect(home.hub.presence.of(ana.id)).toMatchObject({ home: true });
  const answers = [await home.client.call("listPeople"), await home.client.call("listDevices")];
  await home.close();
  const everything = Buffer.concat([
    home.disk.image(),
    Buffer.from(JSON.stringify([home.log.lines, home.events, home.published, answers])),
  ]);
  const found = canaries.filter((canary, at) =>
    at % 50 === 0 ? holds(everything, canary) : everything.includes(canary),
  );
  expect(found).toEqual([]);
  // The search finds what is there: the hub tells by what somebody was noticed, and of the phone no more than that.
  expect(everything.includes(ana.id)).toBe(true);
  expect(holds(everything, privateAddress.address) || everything.includes(privateAddress.key)).toBe(false);
});
