import { GuardedCentral } from "../../hub/ble/guarded-central.ts";
import { Minutes } from "../../hub/domain/units.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { BluezRig } from "../support/bluez/bluez-rig.ts";
import { bleContract } from "./ble.contract.ts";
import { ContractLamp } from "./ble-contract-lamp.ts";

const strangerAt = (at: number) => ({
  ...new ContractLamp(),
  address: `c0:00:00:00:${(at >> 8).toString(16).padStart(2, "0")}:${(at & 255).toString(16).padStart(2, "0")}`,
  connectable: false,
  advertisement: () => ({ data: Uint8Array.of(2, 1, 6) }),
});

bleContract("BlueZ", async () => {
  const rig = await BluezRig.start();
  const { bluez, clock, central: raw } = rig;
  const central = new GuardedCentral(clock, new SeededRandom(1), new MemoryLog(), raw);
  const lamp = new ContractLamp();
  bluez.place(lamp);
  await rig.until(() => central.state() === "on");
  return {
    central,
    lamp,
    patience: Minutes(1),
    live: (time) => rig.live(time),
    power: (isOn) => (isOn ? void bluez.place(lamp) : bluez.take(lamp)),
    mute: (isMute) => {
      const answered = ["Value", "Notify"];
      bluez.fault = ({ member }) =>
        isMute && answered.some((word) => member.endsWith(word)) ? "hang" : undefined;
    },
    plug: (isPlugged) => bluez.plug(isPlugged),
    crowd: async (strangers) => {
      let heard = 0;
      await rig.until(() => bluez.isDiscovering);
      const scan = raw.scan(({ cached }) => {
        if (!cached) heard += 1;
      });
      bluez.crowd(Array.from({ length: strangers }, (_, at) => strangerAt(at)));
      await rig.until(() => heard >= strangers);
      scan.cancel();
    },
    held: () => raw.held + Object.values(central.gauges).reduce((sum, size) => sum + size, 0),
    close: async () => {
      await rig.during(central.close());
      await rig[Symbol.asyncDispose]();
    },
  };
});
