import { expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import { MountedPeripheral } from "../../../devices/sim/air/mounted-peripheral.ts";
import { FadeLoop } from "../../../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../../../devices/sim/behaviours/flash.ts";
import { BleLamp } from "../../../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../../../devices/sim/ble/models.ts";
import { BleDeviceLink } from "../../../hub/ble/ble-device-link.ts";
import { GuardedCentral } from "../../../hub/ble/guarded-central.ts";
import { Percent, Seconds } from "../../../hub/domain/units.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { addressOf } from "../../support/ble-home.ts";
import { NobleOnAir } from "../../support/noble-on-air.ts";
import { seenOf } from "../sim/ble/eye.ts";

/** Every lamp with a BLE driver but those that want a bond, which noble does not keep. */
const open = [...bleLampModels].filter(([, { bonding }]) => bonding === "none");

test("the twins of all open lamps at once, through noble, on five links: each shows what was asked, says so where it can, and is found again", async () => {
  await using rig = await NobleOnAir.start({}, { peerMs: 20_000, controllerMs: 5_000 });
  const { air, central } = rig;
  const { clock } = air;
  const random = new SeededRandom(4);
  const on = rig.state("on");
  const guard = new GuardedCentral(clock, random.fork("guard"), new MemoryLog(), central);
  const link = new BleDeviceLink(clock, guard, () => false);
  await on;
  const world = { clock, random, fades: new FadeLoop(clock), flashes: new FlashLoop(clock) };
  const lamps = await Promise.all(
    open.map(async ([id, model], at) => {
      const lamp = new BleLamp(world, addressOf(at), model);
      lamp.plugIn();
      const profile = profiles.find((each) => each.id === id);
      if (profile === undefined || !("encode" in profile)) throw new Error(`no driver for ${id}`);
      link.attach(lamp.address, profile.link);
      return { lamp, profile, mounted: await MountedPeripheral.on(air, lamp) };
    }),
  );
  let look = () => {};
  for (const { lamp } of lamps) lamp.seen = () => look();
  const said = new Map<string, boolean>();
  link.onFrame((address, frame) => {
    const by = lamps.find(({ lamp }) => lamp.address === address);
    const on = by?.profile.decode(frame)?.state?.on;
    if (on !== undefined) said.set(address, on);
    look();
  });
  // Some ask for their button the first time.
  const hand = clock.every(Seconds(1), () => {
    for (const { lamp } of lamps) lamp.press();
  });
  for (const wanted of [true, false]) {
    // Whoever has a link loses it: each is connected anew for each command.
    for (const { lamp } of lamps) lamp.hangUp();
    const isSilent = ({ lamp, profile }: (typeof lamps)[number]) =>
      profile.link.kind === "ble" && profile.link.readsBack && said.get(lamp.address) !== wanted;
    const wrong = () => lamps.filter((each) => seenOf(each.lamp).on !== wanted || isSilent(each));
    const allRight = new Promise<void>((resolve) => {
      look = () => {
        if (wrong().length === 0) resolve();
      };
    });
    const ask = (asked: readonly (typeof lamps)[number][]) => {
      for (const { lamp, profile } of asked)
        link.send(lamp.address, profile.encode({ on: wanted, brightness: Percent(60) }));
    };
    ask(lamps);
    // What was not handed over in time is asked for again, as the writer of a lamp does.
    const again = clock.every(Seconds(10), () => ask(wrong()));
    look();
    await allRight;
    again.cancel();
    expect(wrong()).toEqual([]);
    expect(guard.gauges.links).toBeLessThanOrEqual(5);
  }
  hand.cancel();
  expect(said.size).toBeGreaterThan(5);
  expect(lamps.length).toBeGreaterThan(15);
  expect(rig.controller.overflows).toBe(0);
  link.close();
  await guard.close();
  for (const { mounted } of lamps) mounted.powerOff();
}, 120_000);
