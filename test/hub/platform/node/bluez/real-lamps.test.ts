import { expect, test } from "vitest";
import { profiles } from "../../../../../devices/registry.ts";
import { FadeLoop } from "../../../../../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../../../../../devices/sim/behaviours/flash.ts";
import { BleLamp, type BleLampModel } from "../../../../../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../../../../../devices/sim/ble/models.ts";
import type { LampId } from "../../../../../hub/domain/ids.ts";
import { type Duration, Millis, Seconds } from "../../../../../hub/domain/units.ts";
import { seenOf } from "../../../../devices/sim/ble/eye.ts";
import { addressOf, bleHome } from "../../../../support/ble-home.ts";
import { BluezRig } from "../../../../support/bluez/bluez-rig.ts";

const piece = Millis(50);

/** A hub whose radio is bluetoothd's, with the simulated lamps of these profiles. */
const bluezHome = async (rig: BluezRig, wanted: readonly string[]) => {
  const home = await bleHome([], { radio: rig.central, profiles });
  const { hub, random } = home;
  const world = {
    clock: rig.clock,
    random,
    fades: new FadeLoop(rig.clock),
    flashes: new FlashLoop(rig.clock),
  };
  const lamps = wanted.map((profile, at) => {
    const lamp = new BleLamp(world, addressOf(at), bleLampModels.get(profile) as BleLampModel);
    rig.bluez.place(lamp);
    lamp.plugIn();
    const { id } = hub.inventory.addDevice({ profile, name: profile, address: lamp.address });
    return { id: id as LampId, profile, lamp };
  });
  const live = async (time: Duration): Promise<void> => {
    for (let passed = 0; passed < time; passed += piece) {
      await home.clock.advance(piece);
      await rig.live(piece);
    }
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    for (let passed = 0; !isSo(); passed += piece) {
      if (passed > Seconds(120)) throw new Error("it never came about");
      await live(piece);
    }
  };
  return { hub, lamps, until };
};

test("a Hue lamp is paired with, obeys, and says when it has forgotten the hub, while others go on", async () => {
  await using rig = await BluezRig.start();
  const { hub, lamps, until } = await bluezHome(rig, ["philips-hue/color", "elk/bledom", "triones/triones"]);
  const show = (on: boolean) => () => lamps.every(({ lamp }) => seenOf(lamp).on === on);
  const [hue] = lamps;
  if (hue === undefined) throw new Error("no Hue");
  for (const on of [false, true]) {
    for (const { id } of lamps) hub.lights.command(id, { on }, { kind: "person" });
    await until(show(on));
  }
  await until(() => hub.lights.get(hue.id)?.reported?.on === true);
  expect(rig.bluez.isPaired(hue.lamp)).toBe(true);

  rig.bluez.take(hue.lamp);
  rig.bluez.place(hue.lamp).isBonded = false;
  for (const { id } of lamps) hub.lights.command(id, { on: false }, { kind: "person" });
  await until(() => lamps.slice(1).every(({ lamp }) => !seenOf(lamp).on));
  await until(() => hub.lights.why(hue.id).entries[0]?.notRun === "unpaired");
  expect(rig.bluez.calls.filter(({ member }) => member === "Pair")).toHaveLength(1);
  await rig.during(hub.close());
});
