import { MountedPeripheral } from "../../devices/sim/air/mounted-peripheral.ts";
import { GuardedCentral, usualGuard } from "../../hub/ble/guarded-central.ts";
import { Millis, Seconds } from "../../hub/domain/units.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { NobleOnAir } from "../support/noble-on-air.ts";
import { strangerReport } from "../support/strangers.ts";
import { bleContract } from "./ble.contract.ts";
import { ContractLamp, contractPeer } from "./ble-contract-lamp.ts";

/** noble itself, with its process and on the air: in real time, so each deadline is short. */
bleContract("noble on the simulated air", async () => {
  const rig = await NobleOnAir.start({}, { peerMs: 20_000, controllerMs: 2_000 });
  const { air, central: raw, controller } = rig;
  const lamp = new ContractLamp();
  const mounted = await MountedPeripheral.on(air, lamp);
  const on = rig.state("on");
  const guarded = new GuardedCentral(air.clock, new SeededRandom(2), new MemoryLog(), raw, {
    ...usualGuard,
    operation: Seconds(2),
    connect: Seconds(2),
  });
  await on;
  let count = 0;
  return {
    central: guarded,
    lamp,
    patience: Seconds(25),
    live: (time) => air.clock.sleep(time),
    power: (isOn) => {
      air.range = (from, to) => (isOn || ![from, to].includes(contractPeer.address) ? -50 : undefined);
    },
    mute: (isMute) => {
      air.onFrame = ({ from, channel, payload }) =>
        isMute && channel === 4 && from.address === contractPeer.address ? undefined : payload;
    },
    plug: (isPlugged) => (isPlugged ? controller.plug() : controller.unplug()),
    crowd: async (strangers) => {
      for (let left = strangers; left > 0; left -= 1) {
        controller.say(strangerReport(count));
        count += 1;
        if (left % 500 === 1) await air.clock.sleep(Millis(1));
      }
    },
    held: () => Object.values(guarded.gauges).reduce((sum, size) => sum + size, 0),
    close: async () => {
      await guarded.close();
      await rig[Symbol.asyncDispose]();
      mounted.powerOff();
    },
  };
});
