import { expect, test } from "vitest";
import { buildHub } from "../../hub/compose.ts";
import { Instant } from "../../hub/domain/units.ts";
import type { OptionValues } from "../../hub/option-definitions.ts";
import { hubConfig } from "../../hub/options.ts";
import { JournalStore } from "../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { NoWifi } from "../../hub/platform/sim/no-wifi.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../hub/platform/sim/sim-ble.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { SimNetwork } from "../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";

const random = new SeededRandom(3);
const identity = { certificate: "certificate", key: Buffer.from("key") };

const hubOn = (disk: SimDisk, options: OptionValues) => {
  const [clock, log] = [new VirtualClock(Instant(Date.UTC(2026, 10, 23))), new MemoryLog()];
  const platform = {
    clock,
    random,
    log,
    entropy: new SeededEntropy(random.fork("entropy")),
    store: new JournalStore(clock, log, disk),
    network: new SimNetwork(clock, random.fork("network")),
    ble: new SimBle(),
    panel: new SimPanel(),
    wifi: new NoWifi(),
  };
  const config = hubConfig({ "app-port": "1", "mqtt-port": "2", ...options });
  return buildHub(platform, new Map(), config, { version: "0.0.0", tls: identity });
};
const newDisk = () => new SimDisk(new SeededRandom(4));

test("a home that only this machine sees has no veil", async () => {
  const hub = hubOn(newDisk(), {});
  await hub.start();
  expect(hub.places.level()).toBe("off");
  await hub.close();
});

test.each<[string, OptionValues]>([
  ["a broker of the owner's own", { broker: "mqtt://127.0.0.1:1899" }],
  ["an app off loopback", { host: "192.0.2.7", "tls-cert": "c", "tls-key": "k" }],
  ["a broker off loopback", { "mqtt-host": "192.0.2.7", "tls-cert": "c", "tls-key": "k" }],
  ["a legacy listener for lamps", { "legacy-host": "192.0.2.7" }],
])("%s: veiled before the first door opens, and still when it is gone again", async (_what, options) => {
  const disk = newDisk();
  const hub = hubOn(disk, options);
  const levels: string[] = [];
  const listen = hub.broker.listen.bind(hub.broker);
  hub.broker.listen = (wish) => {
    levels.push(hub.places.level());
    return listen(wish);
  };
  await hub.start();
  expect(levels[0]).toBe("coarse");
  await hub.close();
  const again = hubOn(disk, {});
  await again.start();
  expect(again.places.level()).toBe("coarse");
  await again.close();
});

test("veiled when the first token is handed out, before whoever asked has it", async () => {
  const hub = hubOn(newDisk(), {});
  await hub.start();
  hub.tokens.issueForThisRun();
  expect(hub.places.level()).toBe("off");
  hub.tokens.issue({ name: "dashboard", role: "resident" });
  expect(hub.places.level()).toBe("coarse");
  await hub.close();
});

test("a home that handed out tokens before there were veils is veiled when it starts", async () => {
  const disk = newDisk();
  const before = hubOn(disk, {});
  await before.start();
  before.tokens.issue({ name: "dashboard", role: "resident" });
  before.store.collection("veil").remove("home");
  await before.close();
  const after = hubOn(disk, {});
  await after.start();
  expect(after.places.level()).toBe("coarse");
  await after.close();
});

test("an owner who chose no veil is obeyed", async () => {
  const disk = newDisk();
  const hub = hubOn(disk, {});
  await hub.start();
  hub.places.setLevel("off");
  hub.tokens.issue({ name: "dashboard", role: "resident" });
  await hub.close();
  const again = hubOn(disk, { "mqtt-host": "192.0.2.7", "tls-cert": "c", "tls-key": "k" });
  await again.start();
  expect(again.places.level()).toBe("off");
  await again.close();
});

test("a place said at the start is taken, and again each time; a zone alone moves the clocks of a place that is there", async () => {
  const disk = newDisk();
  const hub = hubOn(disk, { place: "52.5,13.4", zone: "Europe/Berlin" });
  await hub.start();
  expect(hub.places.stated()).toMatchObject({ zone: "Europe/Berlin", position: { latitude: 52.5 } });
  await hub.close();
  const again = hubOn(disk, { zone: "Europe/Paris" });
  await again.start();
  expect(again.places.stated()).toMatchObject({ zone: "Europe/Paris", position: { latitude: 52.5 } });
  await again.close();
  const later = hubOn(newDisk(), { zone: "Europe/Paris" });
  await later.start();
  expect(later.places.stated()).toBeUndefined();
  expect(later.places.zone().name).toBe("Europe/Paris");
  await later.close();
});
