import { expect, test } from "vitest";
import { BleDeviceLink } from "../../../hub/ble/ble-device-link.ts";
import type { Delivery } from "../../../hub/domain/delivery.ts";
import type { BleFrame, BleLink } from "../../../hub/domain/profile.ts";
import { Minutes, Seconds } from "../../../hub/domain/units.ts";
import { ContractLamp, kept, long } from "../../contracts/ble-contract-lamp.ts";
import { bleRig } from "../../support/ble-rig.ts";

const name = "a4c1380283f4";
const frame = (...bytes: number[]): BleFrame => ({ kind: "ble", ...kept, bytes: Uint8Array.from(bytes) });

const usual: BleLink = {
  kind: "ble",
  signs: [],
  over: "gatt",
  notifies: [],
  reads: [],
  bonded: false,
  readsBack: false,
};

const rigOf = (link: Partial<BleLink> = {}, isDenied: (frame: BleFrame) => boolean = () => false) => {
  const rig = bleRig();
  const lamp = new ContractLamp();
  rig.ether.place(lamp);
  const home = new BleDeviceLink(rig.clock, rig.central, isDenied);
  const deliveries: Delivery[] = [];
  const frames: BleFrame[] = [];
  home.onDelivery((_, delivery) => deliveries.push(delivery));
  home.onFrame((_, told) => frames.push(told));
  home.attach(name, { ...usual, ...link });
  return { ...rig, lamp, home, deliveries, frames };
};

test("what is sent goes in order after the greeting, so far apart, and is read back", async () => {
  const { home, lamp, clock, raw, frames, deliveries } = rigOf({
    greeting: [frame(0xaa)],
    reads: [kept],
    spacing: Seconds(1),
  });
  const at: number[] = [];
  raw.fault = ({ kind }) => {
    if (kind === "write") at.push(clock.monotonic());
    return undefined;
  };
  home.send(name, [frame(1), frame(2)]);
  await clock.advance(Seconds(10));
  expect(lamp.written).toEqual(["aa", "01", "02"]);
  expect(at.slice(1).map((each, index) => Math.floor((each - (at[index] ?? 0)) / 1_000))).toEqual([1, 1]);
  expect(frames).toEqual([frame(2)]);
  expect(deliveries.at(-1)).toBe("accepted");
});

test("the same said again while it waits is said once, and last", async () => {
  const { home, lamp, clock } = rigOf();
  for (const byte of [1, 2, 3, 2]) home.send(name, [frame(byte)]);
  await clock.advance(Seconds(10));
  expect(lamp.written).toEqual(["01", "03", "02"]);
});

test("a link that nobody uses is let go, and until then kept alive for a device that wants that", async () => {
  const { home, lamp, clock, raw } = rigOf({ keepAlive: { every: Seconds(5), frame: frame(0xee) } });
  home.send(name, [frame(1)]);
  await clock.advance(Seconds(20));
  expect(raw.links).toBe(1);
  expect(lamp.written.filter((each) => each === "ee").length).toBeGreaterThan(2);
  await clock.advance(Seconds(30));
  expect(raw.links).toBe(0);
  const { length } = lamp.written;
  await clock.advance(Minutes(5));
  expect(lamp.written).toHaveLength(length);
});

test("a write that would harm the device never leaves", async () => {
  const { home, lamp, clock, raw, deliveries } = rigOf({}, ({ bytes: [first] }) => first === 0xdd);
  home.send(name, [frame(1), frame(0xdd)]);
  await clock.advance(Seconds(10));
  expect(lamp.written).toEqual([]);
  expect(raw.links).toBe(0);
  expect(home.denied).toBe(1);
  expect(deliveries).toContain("refused");
});

test("a characteristic that is not there, or cannot be written, is refused and said once", async () => {
  const { home, clock, deliveries } = rigOf();
  for (const place of [{ service: "fff0", characteristic: "dead" }, long]) {
    home.send(name, [{ ...frame(1), ...place }]);
    await clock.advance(Seconds(30));
  }
  expect(deliveries.filter((each) => each !== "heard")).toEqual(["refused", "refused"]);
});

test("of a device that only advertises every packet is a frame for each thing it says", async () => {
  const { home, clock, ether, frames } = rigOf({ over: "broadcast" });
  const sensor = new ContractLamp();
  const beacon = Object.assign(sensor, {
    connectable: false,
    advertisement: () => ({
      data: Uint8Array.from([2, 1, 6, 4, 0x16, 0xd2, 0xfc, 21, 5, 0xff, 0x4c, 0x00, 1, 2]),
    }),
  });
  ether.place(beacon);
  await clock.advance(Seconds(1));
  expect(frames).toEqual([
    { kind: "ble", service: "fcd2", characteristic: "", bytes: Uint8Array.of(21) },
    { kind: "ble", service: "", characteristic: "", bytes: Uint8Array.of(0x4c, 0, 1, 2) },
  ]);
  await clock.advance(Seconds(2));
  expect(frames.length).toBeGreaterThan(3);
  home.detach(name);
  const { length } = frames;
  await clock.advance(Seconds(10));
  expect(frames).toHaveLength(length);
  expect(clock.armed).toBe(0);
});

test("a device that is detached while something waits for it is left alone, and nothing stays armed", async () => {
  const { home, lamp, clock, raw, deliveries } = rigOf();
  home.send(name, [frame(1)]);
  home.detach(name);
  await clock.advance(Minutes(2));
  expect([lamp.written, raw.links, deliveries]).toEqual([[], 0, []]);
  home.attach(name, usual);
  home.send(name, [frame(1)]);
  await clock.advance(Seconds(5));
  expect([lamp.written, raw.links]).toEqual([["01"], 1]);
  home.detach(name);
  await clock.advance(Seconds(2));
  expect(clock.armed).toBe(0);
  home.send(name, [frame(1)]);
  home.attach("shelf", usual);
  home.send("shelf", [frame(1)]);
  await clock.advance(Minutes(1));
  expect(raw.links).toBe(0);
  expect(clock.armed).toBe(0);
});

test("a device that gives garbage, half a frame and the same twice is only heard", async () => {
  const { home, clock, raw, frames, deliveries } = rigOf({ notifies: [kept], reads: [kept] });
  raw.fault = ({ kind }) => (kind === "read" || kind === "notification" ? Uint8Array.of(0xff) : undefined);
  home.send(name, [frame(1, 2, 3)]);
  await clock.advance(Seconds(10));
  expect(frames.map(({ bytes }) => [...bytes])).toEqual([[0xff], [0xff]]);
  expect(deliveries.at(-1)).toBe("accepted");
});
