import { beforeEach, expect, test } from "vitest";
import { SimImprovLamp } from "../../../devices/sim/ble/improv-lamp.ts";
import type { GuardedConnectOptions } from "../../../hub/ble/connect-queue.ts";
import { LampReach } from "../../../hub/ble/lamp-reach.ts";
import { improvService, improvServiceData } from "../../../hub/codec/ble/improv.ts";
import { Instant, Seconds } from "../../../hub/domain/units.ts";
import { NoRadio } from "../../../hub/platform/no-radio.ts";
import { settle, VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { Advertisement, BlePeer } from "../../../hub/ports/ble.ts";
import { GattWire } from "../../support/gatt-wire.ts";

const address = "a4:c1:38:02:83:f4";
const lamp = new SimImprovLamp({ address, hasButton: false, radio: { join: async () => "joined" } });

let clock: VirtualClock;
let hear: ((advertisement: Advertisement) => void) | undefined;
let connected: (BlePeer & GuardedConnectOptions)[];
let reach: LampReach;
beforeEach(() => {
  clock = new VirtualClock(Instant(0));
  connected = [];
  const scan = (sink: (advertisement: Advertisement) => void) => {
    hear = sink;
    return {
      cancel: () => {
        hear = undefined;
      },
    };
  };
  const connect = async (peer: BlePeer, options: GuardedConnectOptions) => {
    connected.push({ ...peer, ...options });
    return new GattWire(lamp);
  };
  reach = new LampReach(clock, { scan, connect }, [improvService, improvServiceData]);
});

const advertised = (change: Partial<Advertisement> = {}): void =>
  hear?.({
    address,
    addressType: "random",
    at: clock.monotonic(),
    connectable: true,
    isScanResponse: false,
    data: lamp.advertisement().data,
    cached: false,
    ...change,
  });

test("a lamp is connected to once it is heard, and is listened for no longer", async () => {
  const found = reach.reach(address);
  advertised({ address: "a4:c1:38:02:83:f5" });
  advertised({ connectable: false });
  advertised({ data: Buffer.from("020106", "hex") });
  await settle();
  expect(connected).toEqual([]);
  advertised();
  advertised();
  expect(await found).toBeInstanceOf(GattWire);
  expect([connected, hear]).toEqual([
    [{ address, addressType: "random", bond: "never", held: true }],
    undefined,
  ]);
});

test("a lamp that is not heard for ten seconds is not there", async () => {
  const found = reach.reach(address);
  await clock.advance(Seconds(10));
  expect(await found).toBeUndefined();
  expect([connected, hear]).toEqual([[], undefined]);
});

test("nor is any without a radio", async () => {
  const found = new LampReach(clock, new NoRadio(), [improvService]).reach(address);
  await clock.advance(Seconds(10));
  expect(await found).toBeUndefined();
});
