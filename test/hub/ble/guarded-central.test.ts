import { expect, test } from "vitest";
import type { GuardedLink } from "../../../hub/ble/guarded-link.ts";
import { BleError } from "../../../hub/domain/ble-errors.ts";
import { Minutes, Seconds } from "../../../hub/domain/units.ts";
import type { BlePeer } from "../../../hub/ports/ble.ts";
import { kept } from "../../contracts/ble-contract-lamp.ts";
import { addressOf } from "../../support/ble-home.ts";
import { bleRig } from "../../support/ble-rig.ts";
import { BleTestLamp } from "../../support/ble-test-lamp.ts";

const never = { bond: "never" } as const;

/** A guarded radio of two links, and lamps within range. */
const rigOf = (lamps = 4, maxLinks = 2) => {
  const rig = bleRig(1, { maxLinks });
  const peers: BlePeer[] = Array.from({ length: lamps }, (_, at) => {
    const lamp = new BleTestLamp(addressOf(at), "open");
    rig.ether.place(lamp);
    return { address: lamp.address, addressType: lamp.addressType };
  });
  const order: string[] = [];
  rig.raw.fault = ({ kind, address }) => {
    if (kind === "connect") order.push(address);
    return undefined;
  };
  const linked = async (peer: BlePeer | undefined, held = false): Promise<GuardedLink> => {
    const link = rig.central.connect(peer as BlePeer, { ...never, held });
    await rig.clock.advance(Seconds(5));
    return link;
  };
  return { ...rig, peers, order, linked };
};

/** Caught at once, so that no rejection is without a hand that holds it. */
const reasonIn = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: BleError) => error.context["reason"],
  );

test("where all links are taken the one that was used longest ago is let go", async () => {
  const { peers, linked, clock } = rigOf();
  const [first, second] = [await linked(peers[0]), await linked(peers[1])];
  const read = first.read(kept);
  await clock.advance(Seconds(1));
  await read;
  const third = await linked(peers[2]);
  expect([first.isOpen, second.isOpen, third.isOpen]).toEqual([true, false, true]);
  expect(await second.closed).toEqual({ reason: "asked" });
});

test("a link that is held, or on which something is under way, is never let go for another", async () => {
  const { peers, linked, clock, central, raw } = rigOf();
  const held = await linked(peers[0], true);
  const busy = await linked(peers[1]);
  raw.fault = ({ kind }) => (kind === "read" ? "hang" : undefined);
  const read = reasonIn(busy.read(kept));
  const third = central.connect(peers[2] as BlePeer, never);
  await clock.advance(Seconds(9));
  expect([held.isOpen, busy.isOpen, central.gauges.waiting]).toEqual([true, true, 1]);
  await clock.advance(Seconds(20));
  expect(await read).toBe("timeout");
  expect((await third).isOpen).toBe(true);
  expect(held.isOpen).toBe(true);
});

test("held links are all there is: who waits is told so in the end, and is next when one is released", async () => {
  const { peers, linked, clock, central } = rigOf();
  const held = [await linked(peers[0], true), await linked(peers[1], true)];
  const late = reasonIn(central.connect(peers[2] as BlePeer, never));
  await clock.advance(Minutes(2));
  expect(await late).toBe("busy");
  const next = central.connect(peers[3] as BlePeer, never);
  await clock.advance(Seconds(5));
  held[0]?.release();
  await clock.advance(Seconds(5));
  expect((await next).isOpen).toBe(true);
});

test("peers that were heard go before those that may not be there", async () => {
  const { peers, clock, central, order } = rigOf(3, 5);
  const [first, far, near] = peers as [BlePeer, BlePeer, BlePeer];
  const links = [
    central.connect(first, never),
    central.connect(far, { ...never, priority: "unheard" }),
    central.connect(near, { ...never, priority: "heard" }),
  ];
  await clock.advance(Seconds(10));
  await Promise.all(links);
  expect(order).toEqual([first, near, far].map(({ address }) => address));
});

test("a peer that cannot be reached is tried more and more rarely, and soon when it is heard", async () => {
  const { clock, raw, central, peers, ether } = rigOf(1);
  const [peer] = peers as [BlePeer];
  const tries: number[] = [];
  raw.fault = ({ kind }) => {
    if (kind !== "connect") return undefined;
    tries.push(clock.monotonic());
    return new BleError("failed", { reason: "closed" });
  };
  const keepTrying = async (): Promise<void> => {
    while ((await reasonIn(central.connect(peer, never))) === "closed");
  };
  const trying = keepTrying();
  await clock.advance(Minutes(10));
  const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  expect(pauses[0]).toBeLessThan(4_000);
  expect(Math.max(...pauses)).toBeGreaterThan(25_000);
  expect(tries.length).toBeLessThan(30);
  expect(central.gauges.backingOff).toBe(1);
  raw.fault = () => undefined;
  ether.take(peer.address);
  ether.place(new BleTestLamp(peer.address, "open"));
  central.scan(() => {}, { active: false });
  await clock.advance(Seconds(15));
  expect(central.gauges).toMatchObject({ links: 1, backingOff: 0 });
  await trying;
});

test("a radio that is deaf is started anew, then called denied, and believed again when it hears", async () => {
  const { clock, raw, central, peers } = rigOf(1);
  const states: string[] = [];
  central.onState((state) => states.push(`${state} after ${raw.restarts} restarts`));
  raw.fault = () => "hang";
  for (let attempt = 0; attempt < 8; attempt++) {
    await Promise.all([reasonIn(central.connect(peers[0] as BlePeer, never)), clock.advance(Minutes(2))]);
  }
  expect(states).toEqual(["denied after 2 restarts"]);
  expect(raw.restarts).toBeGreaterThan(2);
  raw.fault = () => undefined;
  raw.become("off");
  raw.become("on");
  central.scan(() => {}, { active: false });
  await clock.advance(Seconds(5));
  expect(central.state()).toBe("on");
});
