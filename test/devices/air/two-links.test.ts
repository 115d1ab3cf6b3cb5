import { expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import { MountedPeripheral } from "../../../devices/sim/air/mounted-peripheral.ts";
import { FadeLoop } from "../../../devices/sim/behaviours/fade.ts";
import { LampFirmwares } from "../../../devices/sim/behaviours/firmware.ts";
import { FlashLoop } from "../../../devices/sim/behaviours/flash.ts";
import { BleLamp } from "../../../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../../../devices/sim/ble/models.ts";
import { lampModels } from "../../../devices/sim/models/lamps.ts";
import { MqttTransport } from "../../../devices/sim/mqtt-transport.ts";
import { SimLamp } from "../../../devices/sim/sim-lamp.ts";
import { buildHub } from "../../../hub/compose.ts";
import type { LampId } from "../../../hub/domain/ids.ts";
import { Instant, Percent, Seconds } from "../../../hub/domain/units.ts";
import { hubConfig } from "../../../hub/options.ts";
import { NodeNetwork } from "../../../hub/platform/node/network.ts";
import { JournalStore } from "../../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { NoWifi } from "../../../hub/platform/sim/no-wifi.ts";
import { PacedClock } from "../../../hub/platform/sim/paced-clock.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimDisk } from "../../../hub/platform/sim/sim-disk.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { addressOf } from "../../support/ble-home.ts";
import { NobleOnAir } from "../../support/noble-on-air.ts";
import { proves } from "../../support/proves.ts";

/** A playbulb for the radio: it is open, as noble keeps no bonds, and what it shows can be read. */
const [onNetwork, onAir] = ["lampkeeper/color-bulb", "mipow/playbulb"];
/** The half minute for which a link has to be better passes in three seconds. */
const speed = 10;

const twins = () => {
  const [network, air] = [lampModels.get(onNetwork), bleLampModels.get(onAir)];
  if (network === undefined || air === undefined) throw new Error("no twins");
  return { network, air };
};

test(`a bulb on a socket of the broker and on noble's radio goes on over the air where its socket is cut, and back ${proves("U15")}`, async () => {
  await using rig = await NobleOnAir.start();
  const on = rig.state("on");
  const clock = new PacedClock(rig.air.clock, Instant(0), speed);
  const random = new SeededRandom(7);
  const log = new MemoryLog();
  const sockets = new NodeNetwork(rig.air.clock);
  const hub = buildHub(
    {
      clock,
      random,
      entropy: new SeededEntropy(random.fork("entropy")),
      store: new JournalStore(clock, log, new SimDisk(random.fork("disk"))),
      network: sockets,
      ble: rig.central,
      panel: new SimPanel(),
      wifi: new NoWifi(),
      log,
    },
    new Map(profiles.map((profile) => [profile.id, profile])),
    hubConfig({ data: "air", "app-port": "0", "mqtt-port": "0" }),
    { version: "0.0.0" },
  );
  const endpoint = await hub.start();
  await on;
  const { id, address, ...rest } = hub.inventory.addDevice({
    profile: onNetwork,
    name: "Hall",
    address: "hall",
  });
  const lamp = id as LampId;
  const login = hub.identities.credentialsOf({ id, address, ...rest });
  const world = {
    clock,
    random: random.fork("lamps"),
    fades: new FadeLoop(clock),
    flashes: new FlashLoop(clock),
  };
  const models = twins();
  const network = new SimLamp(
    { ...world, firmwares: new LampFirmwares(clock) },
    address,
    models.network,
    new MqttTransport(rig.air.clock, random.fork("socket"), sockets, {
      endpoint: { ...endpoint, host: "127.0.0.1" },
      clientId: address,
      username: login?.username,
      password: login?.password,
    }),
  );
  const bluetooth = new BleLamp(world, addressOf(3), models.air);
  bluetooth.plugIn();
  const mounted = await MountedPeripheral.on(rig.air, bluetooth);
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        looking.cancel();
        resolve();
      };
      const looking = clock.every(Seconds(1), look);
    });
  const links = () => hub.lights.links(lamp);
  network.start();
  hub.inventory.addBluetooth(id, { profile: onAir, address: bluetooth.address });
  await until(() => hub.lights.get(lamp)?.reachable === true && links()?.links[1]?.isUp === true);
  const ask = async (brightness: number) => {
    const change = { on: true, brightness: Percent(brightness), color: { x: 0.64, y: 0.33 } };
    const { command } = hub.lights.command(lamp, change, { kind: "person" });
    return await hub.lights.settled(command, lamp, Seconds(60));
  };
  expect(await ask(40)).toBe("confirmed");
  expect([links()?.inUse, network.goal.level]).toEqual(["mqtt", 40]);
  const before = bluetooth.goal.color;
  network.misbehave({ offline: true });
  expect(await ask(80)).toBe("confirmed");
  expect(links()).toMatchObject({ inUse: "ble", reason: "lost" });
  expect(bluetooth.goal.color).not.toEqual(before);
  expect(network.goal.level).toBe(40);
  network.misbehave({});
  await until(() => links()?.inUse === "mqtt" && network.goal.level === 80);
  expect(links()).toMatchObject({ reason: "restored" });
  expect(await ask(20)).toBe("confirmed");
  expect(network.goal.level).toBe(20);
  expect(JSON.stringify(log.lines)).not.toMatch(/rssi|signal|dBm/i);
  network.stop();
  mounted.powerOff();
  await hub.close();
}, 60_000);
