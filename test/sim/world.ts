import { profiles } from "../../devices/registry.ts";
import { furnish } from "../../devices/sim/furnish.ts";
import { SimHouse } from "../../devices/sim/house.ts";
import { bearerText } from "../../hub/api/auth.ts";
import type { Joins } from "../../hub/broker/mqtt-bus.ts";
import { buildHub, type Hub } from "../../hub/compose.ts";
import type { ZoneName } from "../../hub/domain/civil.ts";
import { HubError, InvariantBroken } from "../../hub/domain/errors.ts";
import type { DomainEvent, EventOf } from "../../hub/domain/event.ts";
import type { Device, LightTargetId } from "../../hub/domain/home.ts";
import type { LampId } from "../../hub/domain/ids.ts";
import type { LightState } from "../../hub/domain/light.ts";
import type { Degrees } from "../../hub/domain/place.ts";
import { Sun } from "../../hub/domain/sun.ts";
import { TimeZone } from "../../hub/domain/time-zone.ts";
import { type Duration, Instant, Minutes, Seconds } from "../../hub/domain/units.ts";
import type { HubSurroundings } from "../../hub/hub-surroundings.ts";
import { hubConfig } from "../../hub/options.ts";
import type { DiskFaults } from "../../hub/platform/sim/faults.ts";
import { JournalStore } from "../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { NoWifi } from "../../hub/platform/sim/no-wifi.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { SimNetwork } from "../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import { answered } from "../../hub/platform/sim/web-fetch.ts";
import type { Platform } from "../../hub/ports/platform.ts";
import type { StorePort } from "../../hub/ports/store.ts";
import { bleTestProfiles } from "../support/ble-test-lamp.ts";
import { BleHouse } from "./ble-house.ts";
import { MortalClock } from "./mortal-clock.ts";
import { Radio } from "./radio.ts";
import { Trace } from "./trace.ts";

/** A fault planted in the product or its world, so that an invariant can be seen to catch it. */
export interface Plant {
  readonly writer?: HubSurroundings["writer"];
  readonly store?: (store: StorePort) => StorePort;
  /** Draws that no seed rules. */
  readonly chance?: () => number;
  readonly wideGrants?: boolean;
  /** Something done to the hub once it is built. */
  readonly sabotage?: (hub: Hub, platform: Platform, world: World) => void;
}

/** What a lamp was asked to show, and when. */
export interface Asked {
  readonly at: number;
  readonly desired: LightState;
}

/** What the world noted down, for the invariants to read. */
export interface Facts {
  /** Names that were acknowledged, or may have been: by id, all that would be right. */
  readonly names: Map<string, Set<string>>;
  readonly asked: Map<LampId, Asked[]>;
  /** Commands announced as the cause of a change, by lamp. */
  readonly causes: Map<string, Set<string>>;
  /** Occurrences of rules that fired. */
  readonly occurrences: Set<string>;
  readonly broken: Map<string, string[]>;
}

/** What a name begins with in this world: nothing else looks like it, so it can be searched for. */
export const canary = "Zyxcanary";

const profilesById = new Map(
  [...profiles, ...Object.values(bleTestProfiles)].map((profile) => [profile.id, profile]),
);
const zone = TimeZone.of("Europe/Berlin" as ZoneName);
const sun = new Sun({ latitude: 52.52 as Degrees, longitude: 13.405 as Degrees }, zone);
const start = Instant(Date.UTC(2026, 5, 21, 16));

/** A home with people, lamps, radio and weather, all drawn from one seed, and the hub in the middle. */
export class World {
  readonly seed: number;
  readonly clock = new VirtualClock(start);
  readonly random: SeededRandom;
  readonly trace = new Trace();
  readonly log = new MemoryLog(100_000);
  readonly disk: SimDisk;
  readonly radio: Radio;
  readonly house: SimHouse;
  readonly ble: BleHouse;
  readonly facts: Facts = {
    names: new Map(),
    asked: new Map(),
    causes: new Map(),
    occurrences: new Set(),
    broken: new Map(),
  };
  /** The newest a program that listens on MQTT was told, by topic. */
  readonly told = new Map<string, string>();
  readonly #plant: Plant;
  #hub: Hub | undefined;
  #hands: MortalClock | undefined;
  #store: JournalStore | undefined;
  #token = "";
  #starts = 0;
  #cutAt = 0;
  #refusedSince: number | undefined;
  #refusedUntil = 0;

  private constructor(seed: number, plant: Plant) {
    this.seed = seed;
    this.#plant = plant;
    this.random = new SeededRandom(seed);
    this.disk = new SimDisk(this.random.fork("disk"));
    this.radio = new Radio(this.clock, this.random.fork("air"), plant.chance, {
      heard: (address, topic, payload) => this.#heard(address, topic, payload),
    });
    this.ble = new BleHouse(this.clock, this.random.fork("ble"));
    this.#boot();
    this.house = this.#furnish();
  }

  static async open(seed: number, plant: Plant = {}): Promise<World> {
    const world = new World(seed, plant);
    await world.#openDoors();
    world.house.start();
    await world.live(Minutes(1));
    return world;
  }

  /** The hub; undefined while its power is off. */
  get hub(): Hub | undefined {
    return this.#hub;
  }

  get hands(): MortalClock | undefined {
    return this.#hands;
  }

  async live(time: Duration): Promise<void> {
    await this.clock.advance(time);
  }

  /** Asks the hub's HTTP door as somebody at home would. @returns the status; 0 without a hub */
  async ask(method: string, path: string, body?: unknown): Promise<{ status: number; answer: unknown }> {
    const hub = this.#hub;
    if (hub === undefined) return { status: 0, answer: undefined };
    const response = await answered(
      hub.handle,
      new Request(`http://127.0.0.1/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
      "local",
    );
    const text = await response.text();
    return { status: response.status, answer: text === "" ? undefined : JSON.parse(text) };
  }

  /** The plug is pulled: the hub is forgotten, the disk keeps what it kept. */
  powerCut(): void {
    if (this.#hub === undefined) return;
    this.note("power-cut", {});
    this.#cutAt = this.clock.monotonic();
    this.#hands?.kill();
    this.#store?.crash();
    this.radio.down();
    const dead = this.#hub;
    this.#hub = undefined;
    this.ble.powerCut();
    // The library inside has timers of its own, which would outlive the hub and keep this process up.
    void dead.broker.close();
  }

  /** The power is back. A disk that refuses now is tried again until it does not. */
  async powerOn(): Promise<void> {
    if (this.#hub !== undefined) return;
    try {
      this.#boot();
      await this.#openDoors();
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      this.note("boot-failed", { code: error.code });
      this.#hands?.kill();
      this.#store?.crash();
      this.#hub = undefined;
      this.clock.after(Seconds(10), () => void this.powerOn());
      return;
    }
    this.note("boot", { starts: this.#starts });
    this.#checkRestored();
  }

  diskRefuses(faults: DiskFaults): void {
    this.disk.setFaults(faults);
    this.#refusedSince ??= this.clock.monotonic();
    this.#refusedUntil = Infinity;
  }

  diskObeys(): void {
    this.disk.setFaults({ unsynced: "torn" });
    this.#refusedUntil = this.clock.monotonic();
  }

  /** Ends hub and house as a person would. */
  async close(): Promise<void> {
    this.house.close();
    await this.#hub?.close();
    this.radio.down();
  }

  note(what: string, content: unknown): void {
    this.trace.add(this.clock.monotonic(), what, content);
  }

  /** Writes down that an invariant does not hold. */
  broke(invariant: string, how: string): void {
    const list = this.facts.broken.get(invariant) ?? [];
    if (list.length < 5) list.push(how);
    this.facts.broken.set(invariant, list);
  }

  #boot(): void {
    this.#starts++;
    const random = this.random.fork(`hub ${this.#starts}`);
    this.#hands = new MortalClock(this.clock);
    this.#store = new JournalStore(this.#hands, this.log, this.disk);
    const platform: Platform = {
      clock: this.#hands,
      random,
      entropy: new SeededEntropy(random.fork("entropy")),
      store: this.#plant.store?.(this.#store) ?? this.#store,
      network: new SimNetwork(this.#hands, random.fork("network")),
      ble: this.ble.radioOn(this.#hands),
      panel: new SimPanel(),
      wifi: new NoWifi(),
      log: this.log,
    };
    const config = hubConfig({ data: "sim", "app-port": "1", "mqtt-port": "2" });
    const { writer } = this.#plant;
    const hub = buildHub(platform, profilesById, config, {
      version: "0.0.0",
      place: { sun: () => sun, held: () => undefined, zone: () => zone, isMoved: () => false },
      ...(writer === undefined ? {} : { writer }),
    });
    this.#plant.sabotage?.(hub, platform, this);
    this.#hub = hub;
    hub.bus.subscribeAll((event) => {
      // What a hub without power still has in its hands happens to nobody.
      if (this.#hub === hub) this.#happened(event);
    });
    this.told.clear();
    hub.broker.subscribe("lampkeeper/#", ({ topic, payload }) =>
      this.told.set(topic, Buffer.from(payload).toString()),
    );
  }

  async #openDoors(): Promise<void> {
    const hub = this.#hub;
    if (hub === undefined) return;
    await hub.start();
    await hub.open();
    if (this.#hub !== hub) return;
    const { token, secret } = hub.tokens.issueForThisRun();
    this.#token = bearerText(token.id, secret);
    for (const light of hub.lights.list()) {
      this.#announced(light.id, light.cause.command);
      // What a lamp came with is what it goes back to when all it was ever asked is young.
      if (!this.facts.asked.has(light.id)) this.#asked(light.id, light.desired);
    }
    this.radio.up(hub.broker);
  }

  /** The devices move in once; they outlive every hub. */
  #furnish(): SimHouse {
    const hub = this.#hub as Hub;
    const size = { bulbs: 3 + this.random.fork("size").below(6), sensors: 3 };
    const plan = furnish(this.random.fork("house"), size);
    const rooms = plan.rooms.map((_, at) => hub.inventory.addRoom(`${canary} room ${at}`));
    const devices = hub.inventory.addDevices(
      plan.devices.map(({ profile, powerOn, room }, at) => ({
        profile,
        name: `${canary} device ${at}`,
        address: `dev-${at}`,
        room: rooms[room]?.id ?? null,
        ...(powerOn !== "previous" && hub.inventory.powerOnChoices(profile).includes(powerOn)
          ? { powerOn }
          : {}),
      })),
    );
    for (const { id, name } of [...rooms, ...devices]) this.facts.names.set(id, new Set([name]));
    for (const [id, name] of this.ble.moveIn(hub, `${canary} BLE`)) this.facts.names.set(id, new Set([name]));
    let next = 0;
    return new SimHouse(this.clock, this.random.fork("devices"), plan, {
      enrol: () => {
        const { id, address } = devices[next++] as (typeof devices)[number];
        return { id, address, username: address, password: Buffer.alloc(0) };
      },
      transport: ({ address, id }) => {
        const device = devices.find((each) => each.id === id) as Device;
        const link = profilesById.get(device.profile)?.link;
        if (link?.kind !== "mqtt") throw new InvariantBroken("this world has only MQTT devices");
        const joins = () => this.#hub?.grantOfDevice(device)?.joins;
        return this.radio.transport(address, link, askedEachTime(joins), this.#plant.wideGrants === true);
      },
    });
  }

  #happened(event: DomainEvent): void {
    this.trace.add(this.clock.monotonic(), event.kind, event);
    if (event.kind === "light.desired-changed")
      this.#wasAsked(event.lamp, event.desired, event.cause.command);
    if (event.kind === "rule.fired") this.#fired(event);
    if (
      event.kind === "light.reported" &&
      this.facts.causes.get(event.lamp)?.has(event.cause.command) !== true
    ) {
      this.broke("one-cause", `${event.lamp} reported a change that no command announced`);
    }
  }

  #fired({ occurrence, rule }: EventOf<"rule.fired">): void {
    if (occurrence === undefined) return;
    if (this.facts.occurrences.has(occurrence)) this.broke("fires-once", `${occurrence} fired twice`);
    this.facts.occurrences.add(occurrence);
    const isTimer = this.#hub?.schedules.get(rule)?.triggers.some(({ kind }) => kind === "timer");
    if (this.clock.trust().level !== "trusted" && isTimer !== true)
      this.broke("trusted-clock-only", `${occurrence} fired while nobody knew the time`);
  }

  #wasAsked(lamp: LampId, desired: LightState, command: string): void {
    if (this.facts.causes.get(lamp)?.has(command)) {
      this.broke("one-cause", `${lamp} changed twice for ${command}`);
    }
    this.#announced(lamp, command);
    this.#asked(lamp, desired);
  }

  #asked(lamp: LampId, desired: LightState): void {
    const asked = this.facts.asked.get(lamp) ?? [];
    asked.push({ at: this.clock.monotonic(), desired });
    this.facts.asked.set(lamp, asked);
  }

  #announced(lamp: string, command: string): void {
    const known = this.facts.causes.get(lamp) ?? new Set();
    known.add(command);
    this.facts.causes.set(lamp, known);
  }

  /** After a start every lamp has a state it was asked for, and not one older than coalescing allows. */
  #checkRestored(): void {
    const oldest = this.#oldestAllowed();
    for (const [lamp, asked] of this.facts.asked) {
      const light = this.#hub?.lights.get(lamp);
      if (light === undefined) continue;
      const allowed = asked.filter((_, index) => (asked[index + 1]?.at ?? Infinity) > oldest);
      if (allowed.length > 0 && !allowed.some(({ desired }) => same(desired, light.desired))) {
        this.broke("at-most-5-s-lost", `${lamp} came back with a state older than 5 s`);
      }
      // From here on this is what was asked last.
      asked.push({ at: this.clock.monotonic(), desired: light.desired });
    }
  }

  /** 5 s before the power went; a disk that refused until then excuses the hub for as long as it did. */
  #oldestAllowed(): number {
    const wasRefusing = this.#refusedSince !== undefined && this.#refusedUntil > this.#cutAt - Seconds(5);
    const from = wasRefusing ? Math.min(this.#refusedSince ?? Infinity, this.#cutAt) : this.#cutAt;
    if (!wasRefusing) this.#refusedSince = undefined;
    return from - Seconds(5);
  }

  #heard(address: string, topic: string, payload: Uint8Array): void {
    this.trace.add(
      this.clock.monotonic(),
      `air ${address} ${topic}`,
      Buffer.from(payload).toString("base64"),
    );
    if (topic.split("/").includes(address) || this.#isOfGroupOf(address, topic)) return;
    this.broke("own-topics-only", `${address} heard ${topic}`);
  }

  /** `device/group/<room, zone or group>-<product>/command`, of a group that the device is in. */
  #isOfGroupOf(address: string, topic: string): boolean {
    const [, group = "", product = ""] =
      /^device\/group\/([a-z]-[a-z2-7]{12})-([a-z-]+)\/command$/.exec(topic) ?? [];
    const device = this.#hub?.inventory.deviceAt(address);
    const members = this.#hub?.inventory.members(group as LightTargetId) ?? [];
    return device?.profile.endsWith(`/${product}`) === true && members.some((id) => id === device.id);
  }
}

/** Of whichever hub there is now, so nothing is remembered. */
const askedEachTime = (joins: () => Joins | undefined): Joins => {
  let asked = 0;
  return {
    get edition() {
      return ++asked;
    },
    of: (address) => joins()?.of(address) ?? [],
  };
};

const same = (a: LightState, b: LightState): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (state: LightState): unknown => Object.entries(state).sort(([a], [b]) => a.localeCompare(b));
