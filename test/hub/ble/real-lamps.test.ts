import { expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import { FadeLoop } from "../../../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../../../devices/sim/behaviours/flash.ts";
import { BleLamp, type BleLampModel } from "../../../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../../../devices/sim/ble/models.ts";
import type { LampId } from "../../../hub/domain/ids.ts";
import { Minutes, Percent, Seconds } from "../../../hub/domain/units.ts";
import { seenOf } from "../../devices/sim/ble/eye.ts";
import { addressOf, bleHome } from "../../support/ble-home.ts";
import { proves } from "../../support/proves.ts";

/** The twin of every lamp there is a BLE driver for, in one home, on a radio of five links. */
test(`every product is connected, commanded, cut off and found again ${proves("H10")}`, async () => {
  const home = await bleHome([], { profiles });
  const { clock, ether, random, hub } = home;
  const world = { clock, random, fades: new FadeLoop(clock), flashes: new FlashLoop(clock) };
  const lamps = [...bleLampModels].map(([profile, model]: [string, BleLampModel], at) => {
    const lamp = new BleLamp(world, addressOf(at), model);
    ether.place(lamp);
    lamp.plugIn();
    const { id } = hub.inventory.addDevice({ profile, name: profile, address: lamp.address });
    return { id: id as LampId, profile, lamp };
  });
  // Some ask for their button the first time.
  const hand = clock.every(Seconds(1), () => {
    for (const { lamp } of lamps) lamp.press();
  });
  await clock.advance(Minutes(3));
  hand.cancel();
  const wrong = () =>
    lamps.flatMap(({ id, profile, lamp }) => {
      const light = hub.lights.get(id);
      const { on } = seenOf(lamp);
      const isRight = on === light?.desired.on && light.reachable;
      const isTold = light?.readsBack === false || light?.reported?.on === on;
      const said = light && [light.desired.on, light.reported?.on, light.reachable];
      return isRight && isTold ? [] : [{ profile, on, said }];
    });
  for (const on of [true, false, true]) {
    for (const { id } of lamps)
      hub.lights.command(id, on ? { on, brightness: Percent(60) } : { on }, { kind: "person" });
    await clock.advance(Minutes(3));
    expect(wrong()).toEqual([]);
  }
  expect(lamps.length).toBeGreaterThan(20);
  for (const { lamp } of lamps) lamp.unplug();
  await clock.advance(Seconds(5));
  for (const { lamp } of lamps) lamp.plugIn();
  await clock.advance(Minutes(5));
  expect(wrong()).toEqual([]);
  await hub.close();
});
