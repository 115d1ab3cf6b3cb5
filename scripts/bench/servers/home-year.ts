/** A whole hub on the simulated platform for a number of days: 20 lamps that answer at once, 20 rules, 4 people. */
import { profiles } from "../../../devices/registry.ts";
import { buildHub, type Hub } from "../../../hub/compose.ts";
import type { WallTime, ZoneName } from "../../../hub/domain/civil.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import type { Trigger } from "../../../hub/domain/rule.ts";
import { Sun } from "../../../hub/domain/sun.ts";
import { TimeZone } from "../../../hub/domain/time-zone.ts";
import { Instant, Millis } from "../../../hub/domain/units.ts";
import { hubConfig } from "../../../hub/options.ts";
import { JournalStore } from "../../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { NoWifi } from "../../../hub/platform/sim/no-wifi.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../../hub/platform/sim/sim-ble.ts";
import { SimDisk } from "../../../hub/platform/sim/sim-disk.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

const days = Number(process.argv[2] ?? "365");
const start = Instant(Date.UTC(2026, 0, 1));
const hour = 3_600_000;
const clock = new VirtualClock(start);
const random = new SeededRandom(1);
const log = new MemoryLog();
const zone = TimeZone.of("Europe/Berlin" as ZoneName);
const sun = new Sun({ latitude: 52.52 as Degrees, longitude: 13.405 as Degrees }, zone);

const hub: Hub = buildHub(
  {
    clock,
    random,
    log,
    entropy: new SeededEntropy(random.fork("entropy")),
    store: new JournalStore(clock, log, new SimDisk(random.fork("disk"))),
    network: new SimNetwork(clock, random.fork("network")),
    ble: new SimBle(),
    panel: new SimPanel(),
    wifi: new NoWifi(),
  },
  new Map(profiles.map((profile) => [profile.id, profile])),
  hubConfig({ data: "sim", "app-port": "1", "mqtt-port": "2" }),
  {
    version: "0.0.0",
    place: { sun: () => sun, held: () => undefined, zone: () => zone, isMoved: () => false },
  },
);
await hub.start();

/** Lamps of a kind that says by its link whether it is there: nobody has to ask. */
const product = profiles.find(({ id, kind }) => kind === "lamp" && id.startsWith("esphome/"))?.id ?? "";
const lamps = hub.inventory.addDevices(
  Array.from({ length: 20 }, (_, at) => ({ profile: product, name: `Lamp ${at}`, address: `lamp-${at}` })),
);
for (const { address } of lamps) {
  const topic = `${address}/light/main`;
  hub.broker.subscribe(`${topic}/command`, ({ payload }) => hub.broker.publish(`${topic}/state`, payload));
  hub.broker.publish(`${address}/status`, "online", { retain: true });
}

const triggerOf = (rule: number): Trigger =>
  rule % 4 === 0
    ? {
        kind: "daily",
        at: {
          kind: "sun",
          event: rule % 8 === 0 ? "sunset" : "sunrise",
          offset: rule * 60_000,
          polar: { kind: "none" },
        },
        days: {},
      }
    : { kind: "daily", at: { kind: "time", at: ((rule * 4_111) % 86_400) as WallTime }, days: {} };

for (const [rule, { id }] of lamps.entries()) {
  hub.schedules.add({
    name: `Rule ${rule}`,
    enabled: true,
    triggers: [triggerOf(rule)],
    conditions: [],
    actions: [{ kind: "light", target: id as never, command: { on: "toggle" } }],
    catchUp: { kind: "now" },
  });
}
hub.schedules.add({
  name: "Last out",
  enabled: true,
  triggers: [{ kind: "presence", event: "last-leaves" }],
  conditions: [],
  actions: [{ kind: "light", target: lamps[0]?.id as never, command: { on: false } }],
  catchUp: { kind: "skip" },
});

let firings = 0;
let reports = 0;
hub.bus.subscribe("rule.fired", () => firings++);
hub.bus.subscribe("light.reported", () => reports++);

const people = ["a", "b", "c", "d"].map((each) => `p-${each}aaaaaaaaaaa` as PersonId);
const moves = (home: boolean, at: number): void => {
  for (const [index, person] of people.entries()) {
    const isAlone = home ? index === 0 : index === people.length - 1;
    const rest = { wasKnown: true, isAlone, anybodyHome: home || !isAlone, at: Instant(at) };
    hub.bus.publish({ kind: "presence.changed", person, home, ...rest });
  }
};

/** To each call that is due, and on when what is under way has gone round the broker. */
const live = async (until: number): Promise<void> => {
  for (let due = clock.nextDue(); due !== undefined && start + due <= until; due = clock.nextDue()) {
    clock.advanceSync(Millis(Math.max(0, due - clock.monotonic())));
    await undefined;
  }
  clock.advanceSync(Millis(Math.max(0, until - clock.now())));
};

const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
for (let day = 0; day < days; day++) {
  await live(start + day * 24 * hour + 8 * hour);
  moves(false, clock.now());
  await live(start + day * 24 * hour + 17 * hour);
  moves(true, clock.now());
  await live(start + (day + 1) * 24 * hour);
}
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuBefore);
await hub.close();
process.stdout.write(
  `${JSON.stringify({ port: 0, ms: (user + system) / 1_000, wallMs, firings, reports })}\n`,
);
process.exit(0);
