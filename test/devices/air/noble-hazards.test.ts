import { expect, test } from "vitest";
import { MountedPeripheral } from "../../../devices/sim/air/mounted-peripheral.ts";
import type { BlePeripheral } from "../../../devices/sim/ble/peripheral.ts";
import { AirLamp, control, locked, long, refusing } from "../../support/air-lamp.ts";
import { characteristic, idOf, isPending, rawNoble } from "../../support/raw-noble.ts";
import { strangerReport } from "../../support/strangers.ts";

/*
 * What noble 2.8.0 does by itself, and the hub does not: a new version that behaves better is noticed here, and what is built
 * around it can go. What the hub makes of each stands in the tests of the hub's radio (ble-air-faults.test.ts).
 */

const absent = { id: "c00000000001", options: { addressType: "random", timeout: 400, mtu: 517 } } as const;

test("a read that the peer refuses resolves with nothing", async () => {
  using rig = await rawNoble();
  const refused = await characteristic(await rig.connected(), refusing.characteristic);
  expect(await refused.readAsync()).toEqual(Buffer.alloc(0));
});

test("a write that the peer refuses never settles", async () => {
  using rig = await rawNoble();
  const peripheral = await rig.connected();
  const refused = await characteristic(peripheral, refusing.characteristic);
  const writing = refused.writeAsync(Buffer.from([1]), false);
  await refused.readAsync();
  expect(await isPending(writing)).toBe(true);
});

test("of two writes at once to one characteristic the first never settles, though both arrive", async () => {
  using rig = await rawNoble();
  const controlled = await characteristic(await rig.connected(), control.characteristic);
  const first = controlled.writeAsync(Buffer.from([1]), false);
  await controlled.writeAsync(Buffer.from([2]), false);
  await controlled.readAsync();
  expect(await isPending(first)).toBe(true);
  expect(rig.lamp.written.map((value) => [...value])).toEqual([[1], [2]]);
});

test("a subscription to what cannot notify never settles", async () => {
  using rig = await rawNoble();
  const peripheral = await rig.connected();
  const silent = await characteristic(peripheral, long.characteristic);
  const subscribing = silent.subscribeAsync();
  await silent.readAsync();
  expect(await isPending(subscribing)).toBe(true);
});

test("one unanswered request holds up all that follow, also commands that need no answer", async () => {
  using rig = await rawNoble();
  const peripheral = await rig.connected();
  const controlled = await characteristic(peripheral, control.characteristic);
  rig.air.onFrame = ({ from, channel, payload }) =>
    channel === 4 && from.address === rig.lamp.address ? undefined : payload;
  const reading = controlled.readAsync();
  const commanding = controlled.writeAsync(Buffer.from([1]), true);
  // The controller answers all the same.
  expect(await peripheral.updateRssiAsync()).toBe(-50);
  expect(await isPending(reading)).toBe(true);
  expect(await isPending(commanding)).toBe(true);
  expect(rig.lamp.written).toEqual([]);
});

test("a pairing that is refused holds up the link for ever", async () => {
  using rig = await rawNoble();
  rig.lamp.isPairable = false;
  const peripheral = await rig.connected();
  const closed = await characteristic(peripheral, locked.characteristic);
  const open = await characteristic(peripheral, control.characteristic);
  const refused = new Promise<void>((resolve) => {
    rig.air.onFrame = ({ from, channel, payload }) => {
      // Pairing Failed
      if (channel === 6 && from.address === rig.lamp.address && payload[0] === 5) resolve();
      return payload;
    };
  });
  const [first, second] = [closed.readAsync(), open.readAsync()];
  await refused;
  expect(await peripheral.updateRssiAsync()).toBe(-50);
  expect(await isPending(first)).toBe(true);
  expect(await isPending(second)).toBe(true);
});

test("it pairs by itself, unasked, and again on the next connection: it keeps no keys", async () => {
  using rig = await rawNoble();
  let pairings = 0;
  rig.air.onFrame = ({ channel, payload }) => {
    // Pairing Request
    if (channel === 6 && payload[0] === 1) pairings += 1;
    return payload;
  };
  for (const times of [1, 2]) {
    const peripheral = await rig.connected();
    const closed = await characteristic(peripheral, locked.characteristic);
    expect((await closed.readAsync()).toString()).toBe("secret");
    expect(pairings).toBe(times);
    await peripheral.disconnectAsync();
  }
});

test("an encryption change that nobody asked for is thrown at", async () => {
  using rig = await rawNoble();
  await characteristic(await rig.connected(), control.characteristic);
  const change = Buffer.from("04080400400001", "hex");
  expect(() => rig.noble._bindings._hci.onSocketData(change)).toThrow(TypeError);
});

test("an RSSI that the controller refuses is thrown at", async () => {
  using rig = await rawNoble();
  await rig.connected();
  const refusal = Buffer.from("040e0401051402", "hex");
  expect(() => rig.noble._bindings._hci.onSocketData(refusal)).toThrow(RangeError);
});

test("a lamp that is not there blocks all other connections", async () => {
  using rig = await rawNoble();
  const waiting = rig.noble.connectAsync(absent.id, absent.options);
  const next = rig.connected();
  await rig.lamp.advertised(20);
  expect(await isPending(waiting)).toBe(true);
  expect(await isPending(next)).toBe(true);
  expect(rig.lamp.connections).toBe(0);
});

test("to cancel one that waits ends the attempt of another, and tells nobody who had not heard it", async () => {
  using rig = await rawNoble();
  const failed = new Promise<readonly unknown[]>((resolve) => {
    rig.noble._bindings.once("connect", (...told: unknown[]) => resolve(told));
  });
  const waiting = rig.noble.connectAsync(absent.id, absent.options);
  void rig.connected().catch(() => {});
  await rig.lamp.advertised(2);
  rig.noble.cancelConnect(idOf(rig.lamp));
  expect(await failed).toEqual([
    absent.id,
    expect.objectContaining({ message: expect.stringMatching(/0x2/) }),
  ]);
  expect(await isPending(waiting)).toBe(true);
});

test("a connection ends the scan, and it is not begun again", async () => {
  using rig = await rawNoble();
  const other = new AirLamp("a4:c1:38:02:83:f5", "public");
  const mounted = await MountedPeripheral.on(rig.air, other);
  await rig.noble.startScanningAsync([], true);
  await rig.connected();
  expect(rig.controller.layer.scanner.isRunning).toBe(false);
  mounted.powerOff();
});

test("the first connection resets the controller", async () => {
  using rig = await rawNoble();
  const sent: number[] = [];
  rig.controller.fault = (opcode) => {
    sent.push(opcode);
    return undefined;
  };
  await rig.connected();
  expect(sent).toContain(0x0c03);
});

test("without being told, a link is lost after 420 ms", async () => {
  using rig = await rawNoble();
  await rig.noble.connectAsync(idOf(rig.lamp), { addressType: "random" } as never);
  expect(rig.controller.layer.links[0]?.link.parameters.timeout).toBe(42);
});

test("a peer that offers larger packets than were asked for has its long values cut short", async () => {
  using rig = await rawNoble();
  const peripheral = await rig.noble.connectAsync(idOf(rig.lamp), { addressType: "random" } as never);
  const value = await (await characteristic(peripheral, long.characteristic)).readAsync();
  expect(value).toHaveLength(255);
});

test("5,000 addresses that change leave 5,000 entries in two tables", async () => {
  using rig = await rawNoble();
  await rig.noble.startScanningAsync([], true);
  for (let index = 0; index < 5_000; index += 1) {
    rig.noble._bindings._hci.onSocketData(strangerReport(index));
  }
  expect(rig.noble._peripherals.size).toBeGreaterThanOrEqual(5_000);
  expect(Object.keys(rig.noble._bindings._gap._discoveries).length).toBeGreaterThanOrEqual(5_000);
});

test("to end a link that has ended never settles, and leaves its state between two", async () => {
  using rig = await rawNoble();
  const peripheral = await rig.connected();
  await peripheral.disconnectAsync();
  const again = peripheral.disconnectAsync();
  await rig.lamp.advertised(5);
  expect(await isPending(again)).toBe(true);
  expect(peripheral.state).toBe("disconnecting");
});

test("short UUIDs lose their zeros, and of two characteristics of one UUID only the last is heard", async () => {
  using rig = await rawNoble();
  const twin = (value: number) =>
    ({ uuid: "000f", properties: ["read"], read: () => Buffer.from([value]) }) as const;
  const lamp = new AirLamp("a4:c1:38:02:83:f5", "public");
  const peripheral: BlePeripheral = Object.defineProperty(lamp, "services", {
    value: [{ uuid: "fff0", characteristics: [twin(1), twin(2)] }],
  });
  const mounted = await MountedPeripheral.on(rig.air, peripheral);
  const options = { addressType: "public", timeout: 400, mtu: 517 } as const;
  const found = await rig.noble.connectAsync(idOf(lamp), options);
  const { characteristics } = await found.discoverAllServicesAndCharacteristicsAsync();
  const twins = characteristics.filter(({ uuid }) => uuid === "f");
  expect(twins).toHaveLength(2);
  const first = twins[0]?.readAsync() ?? Promise.resolve();
  expect([...((await twins[1]?.readAsync()) ?? [])]).toEqual([2]);
  expect(await isPending(first)).toBe(true);
  mounted.powerOff();
});

test("each instance listens for the end of the process, and for Ctrl-C", async () => {
  const before = process.listenerCount("SIGINT") + process.listenerCount("exit");
  using _rig = await rawNoble();
  expect(process.listenerCount("SIGINT") + process.listenerCount("exit")).toBe(before + 2);
});
