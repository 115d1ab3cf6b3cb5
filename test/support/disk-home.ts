import { profiles } from "../../devices/registry.ts";
import type { NewRule } from "../../hub/automation/rule-store.ts";
import { buildHub, type Hub } from "../../hub/compose.ts";
import { parseWallTime } from "../../hub/domain/civil.ts";
import type { LampId, PersonId } from "../../hub/domain/ids.ts";
import { Instant, Percent } from "../../hub/domain/units.ts";
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
import type { Platform } from "../../hub/ports/platform.ts";

const known = new Map(profiles.map((profile) => [profile.id, profile]));
const config = hubConfig({ data: "sim", "app-port": "1", "mqtt-port": "2" });
let starts = 100;

/** A hub without a single socket, on a simulated disk that outlives it and can be copied. */
export class DiskHome {
  readonly clock: VirtualClock;
  readonly disk: SimDisk;
  readonly log = new MemoryLog(10_000);
  /** Of the hub that runs, or ran last. */
  network = new SimNetwork(new VirtualClock(Instant(0)), new SeededRandom(1));
  #running: Hub | undefined;

  constructor(
    files: ReadonlyMap<string, Buffer> = new Map(),
    clock = new VirtualClock(Instant(Date.UTC(2026, 0, 1))),
  ) {
    this.clock = clock;
    this.disk = new SimDisk(new SeededRandom(3));
    for (const [name, bytes] of files) this.disk.swap(name, bytes);
  }

  /** Another home with what is on this one's disk. */
  copy(): DiskHome {
    const files = this.disk.names().map((name) => [name, this.disk.read(name) ?? Buffer.alloc(0)] as const);
    return new DiskHome(new Map(files), new VirtualClock(this.clock.now()));
  }

  platform(): Platform {
    const random = new SeededRandom(starts++);
    this.network = new SimNetwork(this.clock, random.fork("network"));
    return {
      clock: this.clock,
      random,
      entropy: new SeededEntropy(random.fork("entropy")),
      store: new JournalStore(this.clock, this.log, this.disk),
      network: this.network,
      ble: new SimBle(),
      panel: new SimPanel(),
      wifi: new NoWifi(),
      log: this.log,
    };
  }

  /** Starts the hub, ending one that runs. */
  async start(): Promise<Hub> {
    await this.stop();
    const hub = buildHub(this.platform(), known, config, {
      version: "0.0.0",
      reset: { begun: () => {}, needsButton: false },
    });
    this.#running = hub;
    await hub.start();
    return hub;
  }

  async stop(): Promise<void> {
    const hub = this.#running;
    this.#running = undefined;
    await hub?.close();
  }

  /** The power goes, and the hub with it. */
  async cut(): Promise<void> {
    // What still runs writes to a disk without power, and is told so.
    const hub = this.#running;
    this.#running = undefined;
    await hub?.close().catch(() => undefined);
    this.disk.powerCut();
    this.disk.setFaults({});
  }
}

/** Rooms, lamps, a scene and rules, so that there is something to lose. */
export const furnish = (hub: Hub): readonly LampId[] => {
  const room = hub.inventory.addRoom("Zyxcanary kitchen");
  const lamps = [0, 1].map(
    (number) =>
      hub.inventory.addDevice({
        profile: "lampkeeper/dimmable-bulb",
        name: `Zyxcanary lamp ${number}`,
        room: room.id,
      }).id as LampId,
  );
  hub.scenes.add({ name: "Zyxcanary scene", room: room.id, capture: room.id });
  hub.schedules.add(ruleOf("Zyxcanary rule", lamps[0] as LampId));
  hub.lights.command(lamps[0] as LampId, { on: true, brightness: Percent(40) }, { kind: "person" });
  return lamps;
};

/** A rule that names a person, or goes by the clock. */
export const ruleOf = (
  name: string,
  lamp: LampId,
  person?: PersonId,
  event: "arrives" | "leaves" = "arrives",
): NewRule => ({
  name,
  enabled: true,
  triggers: [
    person === undefined
      ? { kind: "daily", at: { kind: "time", at: parseWallTime("22:00") }, days: {} }
      : { kind: "presence", event, person },
  ],
  conditions: [],
  actions: [{ kind: "light", target: lamp, command: { on: true } }],
  catchUp: { kind: "skip" },
});

/** Somebody with a phone, an address, a beacon and a rule of their own. @param number another for each */
export const inhabitant = (hub: Hub, name: string, lamp: LampId, number: number): PersonId => {
  const { id } = hub.people.add({ name, addresses: [`02:00:00:aa:bb:0${number}`] });
  hub.people.addPhone(id, phoneKeys[number % phoneKeys.length] ?? "");
  hub.beacons.add(id, Buffer.concat([Buffer.of(2), Buffer.alloc(16, number + 1)]));
  const { consents } = hub.privacy;
  consents.give("presence", id, consents.informs("presence"), { way: "witness" });
  hub.presence.set(id, true);
  hub.schedules.add(ruleOf(`When ${name} comes`, lamp, id));
  return id;
};

/** Public keys of phones [RFC 8032, 7.1, and points of the curve]. */
export const phoneKeys = [
  "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw",
  "_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU",
  "J4EX_BRMcjQPZ9DyMW6Dhs7_vysKKMnFH-98WX8dQm4",
  "7BcrjuXTHJlgRvtKIFnhvR4gcvh0ff--4YEtqSyFrD8",
] as const;
