import { expect, test } from "vitest";
import { Air } from "../../../devices/sim/air/air.ts";
import { Controller, type ControllerOptions } from "../../../devices/sim/air/controller.ts";
import { Instant, Millis, Seconds } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { BareHost } from "../../support/bare-host.ts";

/* Against the Core Specification, Vol 4 Part E, by hand: no host stack in between, and time that is moved. */

const lampAddress = { address: "c0:01:02:03:04:05", type: "public" } as const;
const lampBytes = "0504030201c0";

const rig = (options: ControllerOptions = {}) => {
  const clock = new VirtualClock(Instant(1_800_000_000_000));
  const air = new Air(clock, new SeededRandom(3));
  const central = new Controller(air, { address: "00:aa:01:00:00:42", type: "public" }, options);
  const lamp = new Controller(air, lampAddress);
  return { clock, air, central, lamp, host: new BareHost(central), lampHost: new BareHost(lamp) };
};

type Rig = ReturnType<typeof rig>;

/** 20 ms, connectable; data 02 01 06. */
const advertise = async ({ lampHost }: Rig): Promise<void> => {
  await lampHost.command(0x2006, "2000 2000 00 00 00 000000000000 07 00");
  await lampHost.command(0x2008, `03 020106${"00".repeat(28)}`);
  await lampHost.command(0x2009, `03 020911${"00".repeat(28)}`);
  await lampHost.command(0x200a, "01");
};

const create = `6000 3000 00 00 ${lampBytes} 00 0600 1200 0000 6400 0000 0000`;

/** @returns handles at both ends */
const connect = async (world: Rig): Promise<readonly [number, number]> => {
  await advertise(world);
  expect((await world.host.command(0x200d, create)).status).toBe(0);
  await world.clock.advance(Millis(40));
  const [here, there] = [await world.host.event(0x3e, 1), await world.lampHost.event(0x3e, 1)];
  expect(here[1]).toBe(0);
  return [here.readUInt16LE(2), there.readUInt16LE(2)];
};

const hex = (handle: number): string => Buffer.from([handle & 0xff, handle >> 8]).toString("hex");

test("an advertisement and its scan response are reported; with a filter once", async () => {
  const world = rig();
  await advertise(world);
  await world.host.command(0x200b, "01 1000 1000 00 00");
  await world.host.command(0x200c, "01 00");
  await world.clock.advance(Millis(100));
  const reports = world.host.events.filter(({ code }) => code === 0x3e).length;
  expect(reports).toBeGreaterThanOrEqual(6);
  const first = await world.host.event(0x3e, 2);
  expect(first.toString("hex")).toBe(`02010000${lampBytes}03020106ce`);
  expect((await world.host.event(0x3e, 2)).toString("hex")).toBe(`02010400${lampBytes}03020911ce`);

  await world.host.command(0x200c, "00 00");
  world.host.events.length = 0;
  await world.host.command(0x200c, "01 01");
  await world.clock.advance(Millis(200));
  expect(world.host.events.filter(({ code }) => code === 0x3e)).toHaveLength(2);
});

test("who does not scan actively asks for no scan response", async () => {
  const world = rig();
  await advertise(world);
  await world.host.command(0x200b, "00 1000 1000 00 00");
  await world.host.command(0x200c, "01 01");
  await world.clock.advance(Millis(200));
  expect(world.host.events.filter(({ code }) => code === 0x3e)).toHaveLength(1);
});

test("a long extended advertisement comes in pieces of 229 bytes", async () => {
  const world = rig({ isExtended: true });
  const data = Buffer.alloc(480, 0x77);
  await world.lampHost.command(0x2036, "01 0000 200000 200000 07 00 00 000000000000 00 7f 01 00 01 05 00");
  await world.lampHost.command(0x2037, `01 01 00 fb ${data.subarray(0, 251).toString("hex")}`);
  await world.lampHost.command(0x2037, `01 02 00 e5 ${data.subarray(251).toString("hex")}`);
  await world.host.command(0x2041, "00 00 01 01 1000 1000");
  await world.host.command(0x2042, "01 01 0000 0000");
  await world.lampHost.command(0x2039, "01 01 01 0000 00");
  await world.clock.advance(Millis(40));
  const pieces = [
    await world.host.event(0x3e, 0x0d),
    await world.host.event(0x3e, 0x0d),
    await world.host.event(0x3e, 0x0d),
  ];
  expect(pieces.map((piece) => piece.readUInt16LE(2))).toEqual([0x20, 0x20, 0x00]);
  expect(pieces.map((piece) => piece[25])).toEqual([229, 229, 22]);
});

test("who only knows the older commands hears nothing of extended advertisements", async () => {
  const world = rig();
  await world.lampHost.command(0x2036, "01 0000 200000 200000 07 00 00 000000000000 00 7f 01 00 01 05 00");
  await world.lampHost.command(0x2039, "01 01 01 0000 00");
  await world.host.command(0x200b, "01 1000 1000 00 00");
  await world.host.command(0x200c, "01 00");
  await world.clock.advance(Millis(100));
  expect(world.host.events.filter(({ code }) => code === 0x3e)).toEqual([]);
});

test("one attempt to connect at a time; cancelled, it is told", async () => {
  const world = rig();
  expect((await world.host.command(0x200d, create)).status).toBe(0x00);
  expect((await world.host.command(0x200d, create)).status).toBe(0x0c);
  expect((await world.host.command(0x200e)).status).toBe(0x00);
  expect((await world.host.event(0x3e, 1))[1]).toBe(0x02);
  expect((await world.host.command(0x200e)).status).toBe(0x0c);
});

test("no more links than it holds, and no two to one peer", async () => {
  const world = rig({ mostLinks: 1 });
  await connect(world);
  expect((await world.host.command(0x200d, create)).status).toBe(0x09);
  const other = rig();
  await connect(other);
  expect((await other.host.command(0x200d, create)).status).toBe(0x0b);
});

test("data arrives in order and in packets of the link's length; each is accounted for", async () => {
  const world = rig({ aclPackets: 2 });
  const [handle] = await connect(world);
  const frame = Buffer.concat([Buffer.from([60, 0, 4, 0]), Buffer.alloc(60, 1)]);
  world.host.send(handle, frame);
  const small = await world.lampHost.received(3);
  expect(small.map((data) => data.length)).toEqual([27, 27, 10]);
  expect(Buffer.concat(small)).toEqual(frame);
  expect((await world.host.event(0x13)).toString("hex")).toBe(`01${hex(handle)}0100`);

  expect((await world.host.command(0x2022, `${hex(handle)} fb00 4808`)).status).toBe(0);
  expect((await world.host.event(0x3e, 7)).readUInt16LE(3)).toBe(251);
  world.lampHost.data.length = 0;
  world.host.send(handle, frame);
  expect((await world.lampHost.received(1)).map((data) => data.length)).toEqual([64]);

  expect(world.central.overflows).toBe(0);
  for (let count = 0; count < 3; count += 1) world.host.send(handle, frame);
  expect(world.central.overflows).toBe(1);
});

test("out of range, a link is lost after its supervision timeout and not before; in time, nothing is lost", async () => {
  const world = rig();
  const [handle] = await connect(world);
  const frame = Buffer.from([1, 0, 4, 0, 9]);
  world.air.range = () => undefined;
  world.host.send(handle, frame);
  await world.clock.advance(Millis(990));
  expect(world.lampHost.data).toEqual([]);
  world.air.range = () => -80;
  expect(await world.lampHost.received(1)).toEqual([frame]);

  world.air.range = () => undefined;
  await world.clock.advance(Millis(990));
  expect(world.host.events.filter(({ code }) => code === 0x05)).toEqual([]);
  await world.clock.advance(Millis(20));
  expect((await world.host.event(0x05)).toString("hex")).toBe(`00${hex(handle)}08`);
  expect((await world.lampHost.event(0x05))[3]).toBe(0x08);
});

test("with latency and loss everything arrives, later", async () => {
  const world = rig();
  const [handle] = await connect(world);
  world.air.hop = Millis(5);
  world.air.loss = 0.5;
  const frames = Array.from({ length: 8 }, (_, index) => Buffer.from([1, 0, 4, 0, index]));
  for (const frame of frames) world.host.send(handle, frame);
  expect(world.lampHost.data).toEqual([]);
  await world.clock.advance(Seconds(1));
  expect(await world.lampHost.received(8)).toEqual(frames);
});

test("parameters of a link are changed for both ends", async () => {
  const world = rig();
  const [handle, there] = await connect(world);
  await world.host.command(0x2013, `${hex(handle)} 1800 2800 0000 c800 0000 0000`);
  expect((await world.host.event(0x3e, 3)).toString("hex")).toBe(`0300${hex(handle)}18000000c800`);
  expect((await world.lampHost.event(0x3e, 3)).toString("hex")).toBe(`0300${hex(there)}18000000c800`);
});

test.each([
  { what: "the same key: encrypted", answer: "11", status: 0x00 },
  { what: "no key: it stays as it was", answer: undefined, status: 0x06 },
])("$what", async ({ answer, status }) => {
  const world = rig();
  const [handle, there] = await connect(world);
  await world.host.command(0x2019, `${hex(handle)} 0102030405060708 0900 ${"11".repeat(16)}`);
  expect((await world.lampHost.event(0x3e, 5)).toString("hex")).toBe(`05${hex(there)}01020304050607080900`);
  if (answer === undefined) await world.lampHost.command(0x201b, hex(there));
  else await world.lampHost.command(0x201a, `${hex(there)} ${answer.repeat(16)}`);
  expect((await world.host.event(0x08)).toString("hex")).toBe(
    `${status.toString(16).padStart(2, "0")}${hex(handle)}${status === 0 ? "01" : "00"}`,
  );
});

test("another key ends the link at both ends", async () => {
  const world = rig();
  const [handle, there] = await connect(world);
  await world.host.command(0x2019, `${hex(handle)} 0000000000000000 0000 ${"11".repeat(16)}`);
  await world.lampHost.event(0x3e, 5);
  await world.lampHost.command(0x201a, `${hex(there)} ${"12".repeat(16)}`);
  expect((await world.host.event(0x05))[3]).toBe(0x3d);
  expect((await world.lampHost.event(0x05))[3]).toBe(0x3d);
});

test("what it does not know, or what is too short, it says", async () => {
  const { host, central } = rig();
  expect((await host.command(0x2077)).status).toBe(0x01);
  expect((await host.command(0x200b, "01")).status).toBe(0x12);
  expect((await host.command(0x1405, "0100")).status).toBe(0x02);
  central.fault = (opcode) => (opcode === 0x1009 ? 0x0d : undefined);
  expect((await host.command(0x1009)).status).toBe(0x0d);
});
