import { afterEach, expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import type { Air } from "../../../devices/sim/air/air.ts";
import {
  type BleHostConnection,
  type BleHostManager,
  type BleHostRemoteCharacteristic,
  bleHostOn,
  bonds,
} from "../../../devices/sim/air/ble-host.ts";
import { Controller } from "../../../devices/sim/air/controller.ts";
import { ControllerSocket } from "../../../devices/sim/air/controller-socket.ts";
import { MountedPeripheral } from "../../../devices/sim/air/mounted-peripheral.ts";
import { FadeLoop } from "../../../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../../../devices/sim/behaviours/flash.ts";
import { BleLamp } from "../../../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../../../devices/sim/ble/models.ts";
import type { BlePeripheral } from "../../../devices/sim/ble/peripheral.ts";
import type { Frame } from "../../../hub/domain/profile.ts";
import { Percent } from "../../../hub/domain/units.ts";
import { AirLamp, locked } from "../../support/air-lamp.ts";
import { centralAddress, newAir } from "../../support/noble-on-air.ts";
import { seenOf } from "../sim/ble/eye.ts";

/* Pairing needs a central that can: ble-host, on both sides. */

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
  bonds.forget(`00:${centralAddress.address.toUpperCase()}`);
});

const rig = async () => {
  const air = newAir();
  const socket = new ControllerSocket(new Controller(air, centralAddress));
  socket.start();
  const central = await bleHostOn(socket);
  const lamp = new AirLamp();
  const mounted = await MountedPeripheral.on(air, lamp);
  ended.push(() => mounted.powerOff());
  return { air, central, lamp, mounted };
};

const connected = (central: BleHostManager, lamp: BlePeripheral): Promise<BleHostConnection> =>
  new Promise((resolve) => central.connect(lamp.addressType, lamp.address, {}, resolve));

const disconnected = (connection: BleHostConnection): Promise<void> =>
  new Promise((resolve) => {
    connection.once("disconnect", resolve);
    connection.disconnect();
  });

const once = (connection: BleHostConnection, event: string): Promise<readonly unknown[]> =>
  new Promise((resolve) => connection.smp.once(event, (...told: unknown[]) => resolve(told)));

const readLocked = async (connection: BleHostConnection): Promise<readonly [number, string | undefined]> => {
  const characteristic = await characteristicOf(connection, locked.characteristic);
  return await new Promise((resolve) => {
    characteristic.read((error, value) => resolve([error, value?.toString()]));
  });
};

/** @returns the result code of each write */
const written = async (
  connection: BleHostConnection,
  frames: readonly Frame[],
): Promise<readonly number[]> => {
  const codes: number[] = [];
  for (const frame of frames) {
    if (frame.kind !== "ble") continue;
    const characteristic = await characteristicOf(connection, frame.characteristic);
    codes.push(await new Promise((resolve) => characteristic.write(Buffer.from(frame.bytes), resolve)));
  }
  return codes;
};

const characteristicOf = (
  connection: BleHostConnection,
  uuid: string,
): Promise<BleHostRemoteCharacteristic> =>
  new Promise((resolve) => {
    connection.gatt.discoverAllPrimaryServices((services) => {
      for (const service of services) {
        service.discoverCharacteristics((found) => {
          const wanted = found.find((each) => plain(each.uuid).includes(uuid));
          if (wanted !== undefined) resolve(wanted);
        });
      }
    });
  });

const plain = (uuid: string): string => uuid.toLowerCase().replaceAll("-", "");

/** It may fade. */
const shows = (lamp: BleLamp, on: boolean): Promise<void> =>
  new Promise((resolve) => {
    lamp.seen = () => {
      if (seenOf(lamp).on === on) resolve();
    };
    lamp.seen(lamp.light);
  });

const pairingsOn = (air: Air): (() => number) => {
  let count = 0;
  air.onFrame = ({ channel, payload }) => {
    if (channel === 6 && payload[0] === 1) count += 1;
    return payload;
  };
  return () => count;
};

test("Secure Connections once, and from then on the key that was kept", async () => {
  const { air, central, lamp, mounted } = await rig();
  const pairings = pairingsOn(air);
  const first = await connected(central, lamp);
  const paired = once(first, "pairingComplete");
  first.smp.sendPairingRequest({});
  expect((await paired)[0]).toMatchObject({ sc: true, bond: true });
  expect(await readLocked(first)).toEqual([0, "secret"]);
  expect(mounted.hasBond).toBe(true);
  await disconnected(first);

  const second = await connected(central, lamp);
  const encrypted = once(second, "encrypt");
  expect(second.smp.hasLtk).toBe(true);
  second.smp.startEncryption();
  expect((await encrypted)[0]).toBe(0);
  expect(await readLocked(second)).toEqual([0, "secret"]);
  expect(pairings()).toBe(1);
});

test("who is not paired reads nothing that is locked", async () => {
  const { central, lamp } = await rig();
  const [error] = await readLocked(await connected(central, lamp));
  // Insufficient Authentication: there is no key yet.
  expect(error).toBe(0x05);
});

test("a lamp that has forgotten says that the key is missing", async () => {
  const { central, lamp, mounted } = await rig();
  const first = await connected(central, lamp);
  const paired = once(first, "pairingComplete");
  first.smp.sendPairingRequest({});
  await paired;
  await disconnected(first);
  mounted.forgetBonds();
  const second = await connected(central, lamp);
  const encrypted = once(second, "encrypt");
  second.smp.startEncryption();
  expect((await encrypted)[0]).toBe(0x06);
});

test("a lamp outside its pairing mode refuses", async () => {
  const { central, lamp, mounted } = await rig();
  lamp.isPairable = false;
  const connection = await connected(central, lamp);
  const failed = once(connection, "pairingFail");
  connection.smp.sendPairingRequest({});
  expect((await failed)[0]).toBe(0x05);
  expect(mounted.hasBond).toBe(false);
});

test.each([...bleLampModels].filter(([, { bonding }]) => bonding === "just-works"))(
  "%s obeys over an encrypted link only, and the next time by the key it kept",
  async (id, model) => {
    const { air, central } = await rig();
    const { clock, random } = air;
    const world = { clock, random, fades: new FadeLoop(clock), flashes: new FlashLoop(clock) };
    const lamp = new BleLamp(world, "a4:c1:38:02:83:f5", model);
    const mounted = await MountedPeripheral.on(air, lamp);
    ended.push(() => mounted.powerOff());
    lamp.plugIn();
    const profile = profiles.find((each) => each.id === id);
    if (profile === undefined || !("encode" in profile)) throw new Error(`no driver for ${id}`);

    const first = await connected(central, lamp);
    const frames = profile.encode({ on: true, brightness: Percent(50) });
    expect(await written(first, frames)).toContain(0x05);
    const paired = once(first, "pairingComplete");
    first.smp.sendPairingRequest({});
    await paired;
    expect(await written(first, frames)).toEqual(frames.map(() => 0));
    await shows(lamp, true);
    await disconnected(first);

    const second = await connected(central, lamp);
    const encrypted = once(second, "encrypt");
    second.smp.startEncryption();
    expect((await encrypted)[0]).toBe(0);
    expect(await written(second, profile.encode({ on: false, brightness: Percent(50) }))).not.toContain(0x05);
    await shows(lamp, false);
    expect(seenOf(lamp).on).toBe(false);
  },
);
