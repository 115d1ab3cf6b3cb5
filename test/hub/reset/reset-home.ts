import { CanarySearch } from "../../../app-sim/verify/canary-search.ts";
import { profiles } from "../../../devices/registry.ts";
import { Nvs } from "../../../devices/sim/behaviours/nvs.ts";
import type { DeviceFaults } from "../../../devices/sim/faults.ts";
import { SimHouse } from "../../../devices/sim/house.ts";
import { SessionTransport } from "../../../devices/sim/session-transport.ts";
import { buildHub, type Hub } from "../../../hub/compose.ts";
import { HubError } from "../../../hub/domain/errors.ts";
import type { LampId } from "../../../hub/domain/ids.ts";
import type { Profile } from "../../../hub/domain/profile.ts";
import type { ResetLevel } from "../../../hub/domain/reset.ts";
import { Instant, Millis, Percent } from "../../../hub/domain/units.ts";
import type { ProtectorKind } from "../../../hub/domain/vault.ts";
import type { SignedCertificate } from "../../../hub/domain/wipe-certificate.ts";
import { openVault, protectorOf } from "../../../hub/home-store.ts";
import { hubConfig } from "../../../hub/options.ts";
import type { DiskFaults } from "../../../hub/platform/sim/faults.ts";
import { JournalStore } from "../../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { NoWifi } from "../../../hub/platform/sim/no-wifi.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../../hub/platform/sim/sim-ble.ts";
import { SimDisk, SimPowerCut } from "../../../hub/platform/sim/sim-disk.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { Platform } from "../../../hub/ports/platform.ts";
import type { StorePort } from "../../../hub/ports/store.ts";
import { finishReset } from "../../../hub/reset/run.ts";
import type { SimulatedDevices } from "../../../hub/reset/world.ts";
import { plannedOf } from "../../../hub/sim-supplies.ts";
import { chosenProtector, type ProtectorChoice } from "../../../hub/vault/chosen-protector.ts";
import type { Protector } from "../../../hub/vault/protector.ts";
import type { Vault } from "../../../hub/vault/vault.ts";
import { MemoryFlash } from "../../devices/sim/air.ts";
import { MortalClock } from "../../sim/mortal-clock.ts";
import { SimKeyChip } from "../../support/sim-key-chip.ts";

export const byId = new Map(profiles.map((profile) => [profile.id, profile]));
const config = hubConfig({ data: "sim", "app-port": "1", "mqtt-port": "2" });
const lampProfile = "lampkeeper/dimmable-bulb";

/** Everything that was told to this hub or to its lamps. */
export const canaries = [
  "Zyxcanary kitchen",
  "Zyxcanary lamp 0",
  "Zyxcanary lamp 1",
  "Zyxcanary lamp 2",
  "Zyxcanary rule",
  "Zyxcanary Ana",
  "Zyxcanary token",
  "Zyxcanary wifi password",
];

/** What holds the keys, and the secret that needs. */
export type Hold = Partial<Pick<ProtectorChoice, "wanted" | "credential">>;

export interface Plants {
  readonly store?: (store: StorePort) => StorePort;
  readonly protector?: (world: Pick<Platform, "store">) => Protector;
  readonly profiles?: ReadonlyMap<string, Profile>;
}

/** What a reset came to. */
export type Ending = SignedCertificate | "power cut" | undefined;

/**
 * A hub on a simulated disk, and lamps that outlive it: with what the reset needs to begin, to be cut off anywhere and
 * to go on.
 */
export class ResetHome {
  readonly clock = new VirtualClock(Instant(Date.UTC(2026, 5, 1, 12)));
  readonly log = new MemoryLog(100_000);
  readonly flashes = new Map<string, MemoryFlash>();
  readonly faults = new Map<string, DeviceFaults>();
  /** Addresses without mains. */
  readonly unplugged = new Set<string>();
  disk: SimDisk;
  lamps: readonly LampId[] = [];
  readonly chip: SimKeyChip;
  /** What a start is told of the keys. */
  #hold: Hold | undefined;
  #starts = 2_000;

  private constructor(files: ReadonlyMap<string, Buffer> = new Map(), chip = new SimKeyChip()) {
    this.disk = diskWith(files);
    this.chip = chip;
  }

  /** With the disk of another, and copies of its lamps: a home can be reset many times. */
  copy(): ResetHome {
    const other = new ResetHome(filesOn(this.disk), this.chip.copy());
    other.lamps = this.lamps;
    other.#hold = this.#hold;
    for (const [address, flash] of this.flashes) {
      const copied = new MemoryFlash();
      copied.bytes = flash.bytes;
      copied.cell.bytes = flash.cell.bytes;
      other.flashes.set(address, copied);
    }
    return other;
  }

  static empty(): ResetHome {
    return new ResetHome();
  }

  /**
   * A home that people live in; of its hub only the disk is left.
   * @param level asked for and confirmed; absent: nothing
   * @param hold how its keys are kept, which only its first start is told. Absent: in key files
   */
  static async left(level?: ResetLevel, keepsNames = false, seed = 1_000, hold?: Hold): Promise<ResetHome> {
    const home = new ResetHome();
    home.#starts = seed;
    home.#hold = hold;
    const hub = home.hub();
    await hub.start();
    home.#furnish(hub);
    if (level !== undefined) home.ask(hub, level, keepsNames);
    await hub.close();
    const { wanted: _, ...secret } = hold ?? {};
    if (hold !== undefined) home.#hold = secret;
    return home;
  }

  /** A hub on this disk. */
  hub(plants: Plants = {}): Hub {
    const platform = this.platform(plants);
    return buildHub(platform, byId, config, {
      version: "0.0.0",
      keeping: { protector: () => this.#protector(platform) },
      reset: { begun: () => {}, needsButton: false },
    });
  }

  ask(hub: Hub, level: ResetLevel, keepsNames = false): void {
    const { id } = hub.resets.request(level, "owner", { challenge: "aabbccddeeff0011", keepsNames });
    hub.resets.confirm(id);
  }

  /** Goes on with the reset. @param faults of the disk: a power cut ends the attempt as it would end a hub */
  async finish(faults: DiskFaults = {}, plants: Plants = {}): Promise<Ending> {
    const hands = new MortalClock(this.clock);
    const platform = this.platform(plants, hands);
    this.disk.setFaults(faults);
    let ending: { readonly value: Ending } | { readonly error: unknown } | undefined;
    finishReset({
      platform,
      protector: (before) => plants.protector?.(platform) ?? this.#protector(platform, before),
      profiles: plants.profiles ?? byId,
      config,
      firmware: () => ({ version: "0.0.0", hash: "" }),
      simulated: this.#simulated(hands),
    }).then(
      (value) => {
        ending = { value };
      },
      (error: unknown) => {
        ending = { error };
      },
    );
    while (ending === undefined && this.disk.hasPower) await this.clock.advance(Millis(250));
    const isChipCut = ending !== undefined && "error" in ending && ending.error instanceof SimPowerCut;
    if (isChipCut || !this.disk.hasPower) {
      hands.kill();
      this.chip.setFaults({});
      this.disk.powerCut();
      this.disk.setFaults({});
      return "power cut";
    }
    this.disk.setFaults({});
    if (ending !== undefined && "error" in ending) throw ending.error;
    return ending?.value;
  }

  platform({ store }: Plants, clock: Platform["clock"] = this.clock): Platform {
    const random = new SeededRandom(this.#starts++);
    const port = new JournalStore(clock, this.log, this.disk);
    return {
      clock,
      random,
      entropy: new SeededEntropy(random.fork("entropy")),
      store: store?.(port) ?? port,
      network: new SimNetwork(clock, random.fork("network")),
      ble: new SimBle(),
      panel: new SimPanel(),
      wifi: new NoWifi(),
      log: this.log,
    };
  }

  /** Numbers of canaries that can be found on the disk or in a lamp. */
  found(): readonly number[] {
    const everything = [
      this.disk.image(),
      ...[...this.flashes.values()].map(({ bytes }) => bytes ?? Buffer.alloc(0)),
    ];
    const search = new CanarySearch(canaries);
    return [...new Set(everything.flatMap((bytes) => search.in(bytes).map(({ canary }) => canary)))].sort();
  }

  /** Whether what the household's key sealed can still be opened. */
  canOpenHome(): boolean {
    const platform = this.copy().platform({});
    let vault: Vault | undefined;
    try {
      vault = openVault(platform, this.#protector(platform));
      vault.start(true);
      return vault.has("household");
    } catch (error) {
      if (error instanceof HubError) return false;
      throw error;
    } finally {
      vault?.close();
    }
  }

  #protector({ entropy, store }: Platform, before?: ProtectorKind): Protector {
    if (this.#hold === undefined) return protectorOf({ store });
    const known = before === undefined ? {} : { before };
    return chosenProtector(entropy, store, { ...this.#hold, ...known, chip: () => this.chip });
  }

  /** Addresses of lamps that hold something. */
  lampsWithMemory(): readonly string[] {
    return [...this.flashes].filter(([, flash]) => !new Nvs(flash).isBlank).map(([address]) => address);
  }

  #furnish(hub: Hub): void {
    const room = hub.inventory.addRoom("Zyxcanary kitchen");
    const devices = [0, 1, 2].map((number) =>
      hub.inventory.addDevice({
        profile: lampProfile,
        name: `Zyxcanary lamp ${number}`,
        address: `sim-lamp-${number}`,
        room: room.id,
      }),
    );
    hub.inventory.addDevice({
      profile: "lampkeeper/motion-sensor",
      name: "Door",
      address: "sim-sensor-0",
      room: null,
    });
    this.lamps = devices.map(({ id }) => id as LampId);
    for (const { address, name } of devices) {
      const flash = new MemoryFlash();
      new Nvs(flash).put({ name: Buffer.from(name), wifi: Buffer.from("Zyxcanary wifi password") });
      this.flashes.set(address, flash);
    }
    const ana = hub.people.add({ name: "Zyxcanary Ana" });
    hub.tokens.issue({ name: "Zyxcanary token", role: "resident" });
    hub.places.set({
      position: { latitude: 52.5, longitude: 13.4 } as never,
      zone: "Europe/Berlin" as never,
    });
    const [lamp] = this.lamps;
    const action = {
      kind: "light",
      target: lamp as LampId,
      command: { on: true, brightness: Percent(40) },
    } as const;
    for (const trigger of [
      { kind: "presence", event: "first-arrives" },
      { kind: "presence", event: "arrives", person: ana.id },
    ] as const) {
      hub.schedules.add({
        name: "Zyxcanary rule",
        enabled: true,
        triggers: [trigger],
        conditions: [],
        actions: [action],
        catchUp: { kind: "skip" },
      });
    }
    hub.lights.command(lamp as LampId, { on: true }, { kind: "person" });
  }

  /** Lamps come up from their flash; one that is blank knows no hub. */
  #simulated(clock: Platform["clock"]): SimulatedDevices {
    return ({ devices, broker, grantOfDevice }) => {
      const lamps = devices.filter(({ address }) => {
        const flash = this.flashes.get(address);
        return flash !== undefined && !new Nvs(flash).isBlank && !this.unplugged.has(address);
      });
      let next = 0;
      const host = {
        attach: ({ id }: { readonly id: string }, listener: Parameters<typeof broker.attach>[1]) =>
          broker.attach(
            grantOfDevice(lamps.find(({ address }) => address === id) as (typeof lamps)[number]) as never,
            listener,
          ),
      };
      const house = new SimHouse(
        clock,
        new SeededRandom(5),
        { rooms: [], devices: lamps.map(plannedOf) },
        {
          enrol: () => lamps[next++] as (typeof lamps)[number],
          transport: ({ address }) => new SessionTransport(clock, host, address),
          flash: ({ address }) => this.flashes.get(address),
        },
      );
      for (const { id, address } of lamps) house.get(id)?.misbehave(this.faults.get(address) ?? {});
      house.start();
      return () => house.close();
    };
  }
}

const filesOn = (disk: SimDisk): ReadonlyMap<string, Buffer> =>
  new Map(disk.names().map((name) => [name, disk.read(name) ?? Buffer.alloc(0)]));

const diskWith = (files: ReadonlyMap<string, Buffer>): SimDisk => {
  const disk = new SimDisk(new SeededRandom(3));
  for (const [name, bytes] of files) disk.swap(name, bytes);
  return disk;
};
