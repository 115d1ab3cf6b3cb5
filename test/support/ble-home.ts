import { buildHub } from "../../hub/compose.ts";
import type { LampId } from "../../hub/domain/ids.ts";
import type { Profile } from "../../hub/domain/profile.ts";
import { Seconds } from "../../hub/domain/units.ts";
import { hubConfig } from "../../hub/options.ts";
import { JournalStore } from "../../hub/platform/sim/journal-store.ts";
import { NoWifi } from "../../hub/platform/sim/no-wifi.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { SimNetwork } from "../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../hub/platform/sim/sim-panel.ts";
import type { BleCapabilities, BleCentral } from "../../hub/ports/ble.ts";
import { bleRig } from "./ble-rig.ts";
import { BleTestLamp, bleTestProfiles } from "./ble-test-lamp.ts";

export const addressOf = (number: number): string => `a4:c1:38:00:00:${number.toString(16).padStart(2, "0")}`;

/** A hub with simulated lamps on a simulated radio, on a clock that moves when told. */
export const bleHome = async (
  kinds: readonly (keyof typeof bleTestProfiles)[],
  {
    seed = 1,
    radio,
    disk,
    capabilities = {},
    profiles = Object.values(bleTestProfiles),
  }: {
    readonly seed?: number;
    readonly radio?: BleCentral;
    /** Of a hub that was there before. */
    readonly disk?: SimDisk;
    readonly capabilities?: Partial<BleCapabilities>;
    readonly profiles?: readonly Profile[];
  } = {},
) => {
  const rig = bleRig(seed, capabilities);
  const { clock, random, log, ether } = rig;
  const medium = disk ?? new SimDisk(random.fork("disk"));
  const hub = buildHub(
    {
      clock,
      random: random.fork("hub"),
      entropy: new SeededEntropy(random.fork("entropy")),
      store: new JournalStore(clock, log, medium),
      network: new SimNetwork(clock, random.fork("network")),
      ble: radio ?? rig.raw,
      panel: new SimPanel(),
      wifi: new NoWifi(),
      log,
    },
    new Map(profiles.map((profile) => [profile.id, profile])),
    hubConfig({ data: "sim", "app-port": "1", "mqtt-port": "2" }),
    { version: "0.0.0" },
  );
  await hub.start();
  const lamps = kinds.map((kind, at) => {
    const device = new BleTestLamp(addressOf(at), kind);
    ether.place(device);
    const { id } = hub.inventory.addDevice({
      profile: bleTestProfiles[kind].id,
      name: `Lamp ${at}`,
      address: device.address,
    });
    return { id: id as LampId, device };
  });
  return {
    ...rig,
    hub,
    disk: medium,
    lamps,
    /** Somebody asks a lamp for something; what of it comes in `seconds`. */
    ask: async (id: LampId, on: boolean, seconds = 10) => {
      hub.lights.command(id, { on }, { kind: "person" });
      await clock.advance(Seconds(seconds));
      return hub.lights.get(id);
    },
  };
};
