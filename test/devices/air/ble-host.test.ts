import { afterEach, expect, test } from "vitest";
import type { Air } from "../../../devices/sim/air/air.ts";
import {
  type BleHostConnection,
  type BleHostManager,
  bleHostOn,
  bonds,
} from "../../../devices/sim/air/ble-host.ts";
import { Controller } from "../../../devices/sim/air/controller.ts";
import { ControllerSocket } from "../../../devices/sim/air/controller-socket.ts";
import { MountedPeripheral } from "../../../devices/sim/air/mounted-peripheral.ts";
import { AirLamp, locked } from "../../support/air-lamp.ts";
import { centralAddress, newAir } from "../../support/noble-on-air.ts";

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

const connected = (central: BleHostManager, lamp: AirLamp): Promise<BleHostConnection> =>
  new Promise((resolve) => central.connect(lamp.addressType, lamp.address, {}, resolve));

const disconnected = (connection: BleHostConnection): Promise<void> =>
  new Promise((resolve) => {
    connection.once("disconnect", resolve);
    connection.disconnect();
  });

const once = (connection: BleHostConnection, event: string): Promise<readonly unknown[]> =>
  new Promise((resolve) => connection.smp.once(event, (...told: unknown[]) => resolve(told)));

const readLocked = (connection: BleHostConnection): Promise<readonly [number, string | undefined]> =>
  new Promise((resolve) => {
    connection.gatt.discoverAllPrimaryServices((services) => {
      const service = services.find(({ uuid }) => uuid.toLowerCase().includes(locked.service));
      service?.discoverCharacteristics((found) => {
        const characteristic = found.find(({ uuid }) => uuid.toLowerCase().includes(locked.characteristic));
        characteristic?.read((error, value) => resolve([error, value?.toString()]));
      });
    });
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
