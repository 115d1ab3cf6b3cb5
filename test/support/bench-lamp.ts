import { type BleLampProfile, bleLampProfiles } from "../../app-sim/testing/bench/ble-lamp-profile.ts";
import { FadeLoop } from "../../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../../devices/sim/behaviours/flash.ts";
import type { BleFaults } from "../../devices/sim/ble/lamps/ble-faults.ts";
import { BleLamp } from "../../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../../devices/sim/ble/models.ts";
import { InvariantBroken } from "../../hub/domain/errors.ts";
import { Seconds } from "../../hub/domain/units.ts";
import { bleRig } from "./ble-rig.ts";

export const benchAddress = "a4:c1:38:02:83:f4";

/** The simulated lamp of a profile in reach of a radio, with something wrong with it, and somebody who presses its button. */
export const benchLamp = (id: string, faults: BleFaults = {}) => {
  const rig = bleRig();
  const { clock, random, ether, central } = rig;
  const profile = bleLampProfiles.find((each) => each.id === id);
  const model = bleLampModels.get(id);
  if (profile === undefined || model === undefined) throw new InvariantBroken("no such lamp", { id });
  const world = { clock, random, fades: new FadeLoop(clock), flashes: new FlashLoop(clock) };
  const lamp = new BleLamp(world, benchAddress, model);
  lamp.faults = faults;
  lamp.plugIn();
  clock.every(Seconds(5), () => lamp.press());
  ether.place(lamp);
  const radio = { kind: "virtual", name: "virtual, seed 1", central, clock } as const;
  const asked: {
    readonly address: string;
    readonly profile: BleLampProfile;
    readonly signal: AbortSignal;
    readonly say: () => void;
  } = { address: benchAddress, profile, signal: new AbortController().signal, say: () => {} };
  return { ...rig, radio, asked, lamp };
};
