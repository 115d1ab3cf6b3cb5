import { expect } from "vitest";
import { type BleHostConnection, bleHostOn, bonds } from "../../../devices/sim/air/ble-host.ts";
import { PeripheralHost } from "../../../devices/sim/air/peripheral-host.ts";
import { NobleHci, nobleHciDefaults } from "../../../hub/platform/node/ble/noble-hci.ts";
import { streamDriver } from "../../../hub/platform/node/ble/stream-socket.ts";
import { SystemClock } from "../../../hub/platform/node/system-clock.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import type { BleCentral } from "../../../hub/ports/ble.ts";
import { AirLamp, control, locked, long, refusing } from "../../support/air-lamp.ts";
import { Btvirt } from "../../support/btvirt.ts";
import { NobleOnAir } from "../../support/noble-on-air.ts";
import { testUnless } from "../../support/not-run.ts";

/*
 * The simulated air is ours, and so are its tests: whether both are wrong in the same way, BlueZ's emulator tells, which
 * other hands wrote.
 */

const failureOf = (failed: Promise<unknown>): Promise<unknown> =>
  failed.then(
    () => "none",
    (error: { readonly context: unknown }) => error.context,
  );

/** One conversation with a lamp, and what was seen of it. */
const conversation = async (central: BleCentral, lamp: AirLamp): Promise<object> => {
  const advertisement = await new Promise((resolve) => {
    const scan = central.scan(
      ({ address, addressType, connectable, isScanResponse, data }) => {
        if (address !== lamp.address || isScanResponse) return;
        scan.cancel();
        resolve({ addressType, connectable, data: Buffer.from(data).toString("hex") });
      },
      { active: true },
    );
  });
  const { address, addressType } = lamp;
  const link = await central.connect({ address, addressType }, { bond: "never" });
  const notified: string[] = [];
  let second: () => void = () => {};
  const both = new Promise<void>((resolve) => {
    second = resolve;
  });
  const entries = await link.entries();
  const before = Buffer.from(await link.read(control)).toString("hex");
  await link.notify(control, (value) => {
    notified.push(Buffer.from(value).toString("hex"));
    if (notified.length === 2) second();
  });
  await link.write(control, Buffer.alloc(100, 7), "request");
  await link.write(control, Buffer.from([1, 2]), "command");
  await both;
  const seen = {
    advertisement,
    mtu: link.mtu,
    entries,
    before,
    notified,
    long: (await link.read(long)).length,
    refused: await failureOf(link.read(refusing)),
    locked: await failureOf(link.read(locked)),
    written: lamp.written.length,
  };
  await link.close();
  return { ...seen, closed: await link.closed };
};

const obstacle = Btvirt.obstacle();

testUnless(obstacle, "the same conversation, on the simulated air and on BlueZ's emulator", async () => {
  await using rig = await NobleOnAir.start();
  const { lamp } = await rig.lamp();
  const onAir = await conversation(rig.central, lamp);

  await using btvirt = await Btvirt.start();
  const transport = new (streamDriver(btvirt.socket))();
  transport.start();
  const other = new AirLamp();
  await PeripheralHost.start(transport, other);
  const central = new NobleHci(new SystemClock(), new SeededRandom(1), {
    ...nobleHciDefaults,
    adapter: { socket: btvirt.socket },
  });
  const onBtvirt = await conversation(central, other);
  await central.close();
  transport.stop();
  expect(onBtvirt).toEqual(onAir);
  expect(onAir).toMatchObject({ mtu: 517, long: 400, written: 2, closed: { reason: "asked" } });
});

testUnless(obstacle, "pairing, a kept key, and encryption by it, on BlueZ's emulator", async () => {
  await using btvirt = await Btvirt.start();
  const [transport, own] = [new (streamDriver(btvirt.socket))(), new (streamDriver(btvirt.socket))()];
  transport.start();
  own.start();
  const lamp = new AirLamp();
  await PeripheralHost.start(transport, lamp);
  const central = await bleHostOn(own);
  const connected = (): Promise<BleHostConnection> =>
    new Promise((resolve) => central.connect(lamp.addressType, lamp.address, {}, resolve));

  const first = await connected();
  const paired = new Promise((resolve) => first.smp.once("pairingComplete", resolve));
  first.smp.sendPairingRequest({});
  expect(await paired).toMatchObject({ sc: true, bond: true });
  const gone = new Promise((resolve) => first.once("disconnect", resolve));
  first.disconnect();
  await gone;

  const second = await connected();
  const encrypted = new Promise((resolve) => second.smp.once("encrypt", resolve));
  second.smp.startEncryption();
  expect(await encrypted).toBe(0);
  expect(second.smp.isEncrypted).toBe(true);
  bonds.forget(`00:${second.ownAddress}`);
  transport.stop();
  own.stop();
});
