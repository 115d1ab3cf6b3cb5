import { furnish, type HousePlan, type PlannedDevice } from "../devices/sim/furnish.ts";
import { type Enrolment, SimHouse } from "../devices/sim/house.ts";
import { MqttTransport } from "../devices/sim/mqtt-transport.ts";
import type { LampAir } from "../devices/sim/provisioning/lamp-air.ts";
import { type SessionHost, SessionTransport } from "../devices/sim/session-transport.ts";
import type { DeviceTransport, Flash } from "../devices/sim/transport.ts";
import type { Hub } from "./compose.ts";
import type { SimConfig } from "./config.ts";
import { NotAuthorised } from "./domain/errors.ts";
import type { Device, Via } from "./domain/home.ts";
import type { RoomId } from "./domain/ids.ts";
import { NoOwnBroker } from "./inventory/inventory.ts";
import type { ConnectOptions } from "./ports/network.ts";
import type { Platform } from "./ports/platform.ts";
import type { Random } from "./ports/random.ts";
import type { CollectionValue } from "./privacy/data-map.ts";
import type { Collection } from "./privacy/guarded-store.ts";

/** What the simulated devices run on. `sockets` keeps the pace of real sockets, whatever the home's speed. */
export interface SimHomeWorld extends Pick<Platform, "clock" | "network"> {
  readonly random: Random;
  readonly sockets: Platform["clock"];
  /** Where lamps are told a network. */
  readonly air: LampAir;
  /** Where the hub's broker takes devices with a socket of their own. */
  readonly broker: ConnectOptions;
  /** The owner's own broker and the hub's login there; present: devices with a socket of their own live on it. */
  readonly owner?: OwnerLogin;
}

export interface OwnerLogin {
  readonly endpoint: ConnectOptions;
  readonly username?: string | undefined;
  readonly password?: Buffer | undefined;
}

const vias: readonly Via[] = ["hub", "owner"];
const numberOf = ({ address }: Device): number => Number(address.slice(address.lastIndexOf("-") + 1));

/**
 * A furnished house whose devices have moved into a hub. The hub remembers them: started again, the same devices come
 * back, under the names and in the rooms they have by then, and `--bulbs` can only add to them.
 */
export class SimHome {
  readonly house: SimHouse;
  readonly #hub: Hub;
  readonly #world: SimHomeWorld;
  readonly #config: SimConfig;
  readonly #flashes: Collection<CollectionValue<"sim-flash">>;
  readonly #residents: Device[] = [];
  readonly #newcomers: string[] = [];

  constructor(hub: Hub, world: SimHomeWorld, config: SimConfig) {
    this.#hub = hub;
    this.#world = world;
    this.#config = config;
    this.#flashes = hub.store.collection("sim-flash");
    this.#assertReachable();
    const devices = this.#moveIn(furnish(world.random.fork("house"), config));
    this.#residents.push(...devices);
    const plan = { rooms: [], devices: devices.map(plannedOf) };
    let next = 0;
    this.house = new SimHouse(world.clock, world.random.fork("devices"), plan, {
      enrol: () => this.#enrolment(next++),
      transport: (enrolment) => this.#transport(enrolment),
      flash: (enrolment) => this.#flash(enrolment.address),
      firmwareFlash: () => this.#flash("firmware"),
    });
    for (const lamp of this.house.lamps) world.air.add(lamp);
  }

  start(): void {
    this.house.start();
  }

  /** Those who have just moved in light some lamps, as on any evening: a home to look at, not a row of dark bulbs. */
  lightSome(): void {
    const chance = this.#world.random.fork("evening");
    for (const id of this.#newcomers) {
      const lamp = this.house.lamp(id);
      const isLit = chance.next() < 0.6;
      const [coolest, warmest] = lamp?.model.limits.temperature ?? [0, 0];
      if (lamp === undefined || !isLit) continue;
      const level = lamp.model.limits.full * (0.35 + 0.65 * chance.next());
      lamp.touch({
        on: true,
        level,
        temperature: coolest + (warmest - coolest) * (0.5 + 0.4 * chance.next()),
      });
    }
  }

  close(): void {
    this.house.close();
  }

  /** Devices of the plan that the hub does not have yet are added, in one write. */
  #moveIn(plan: HousePlan): readonly Device[] {
    const { inventory } = this.#hub;
    const known = this.#known();
    const count = { lamp: 0, sensor: 0 };
    const missing = plan.devices.flatMap((device) => {
      const number = count[device.kind]++;
      const isKnown = vias.some((via) => inventory.deviceAt(this.#address(device.kind, number, via)));
      const via = this.#viaOf(number);
      return isKnown ? [] : [{ ...device, via, address: this.#address(device.kind, number, via) }];
    });
    const rooms = this.#roomsFor(plan, missing);
    const added = inventory.addDevices(
      missing.map(({ profile, name, powerOn, address, via, room }) => ({
        profile,
        name,
        address,
        via,
        room: rooms.get(room) ?? null,
        ...(powerOn !== "previous" && inventory.powerOnChoices(profile).includes(powerOn) ? { powerOn } : {}),
      })),
    );
    this.#newcomers.push(...added.map(({ id }) => id));
    return [...known, ...added].sort((a, b) => a.kind.localeCompare(b.kind) || numberOf(a) - numberOf(b));
  }

  /** A room of the plan is one the home has by that name, or a new one. */
  #roomsFor(plan: HousePlan, devices: readonly PlannedDevice[]): ReadonlyMap<number, RoomId> {
    const { inventory } = this.#hub;
    const wanted = [...new Set(devices.map(({ room }) => room))];
    return new Map(
      wanted.map((index) => {
        const name = plan.rooms[index] ?? "Room";
        const room = inventory.rooms().find((each) => each.name === name) ?? inventory.addRoom(name);
        return [index, room.id];
      }),
    );
  }

  #enrolment(index: number): Enrolment {
    const device = this.#residents[index] as Device;
    const { id, address } = device;
    // An object in this process is let in as what it is: it needs no password, and each one costs a derivation.
    if (device.via !== "owner" && !this.#hasSocket(numberOf(device))) return { id, address };
    const { username, password } = this.#hub.identities.credentialsOf(device) ?? this.#world.owner ?? {};
    return { id, address, username, password };
  }

  #transport({ address, username, password }: Enrolment): DeviceTransport {
    const { sockets, random, network, broker, owner } = this.#world;
    const device = this.#hub.inventory.deviceAt(address) as Device;
    const home = device.via === "owner" ? owner?.endpoint : undefined;
    if (home === undefined && !this.#hasSocket(numberOf(device))) {
      return new SessionTransport(sockets, this.#host, address);
    }
    const login = { clientId: address, username, password };
    return new MqttTransport(sockets, random.fork(address), network, { endpoint: home ?? broker, ...login });
  }

  /** What a device may touch is for the hub to say, as over a socket; what it asks for itself counts for nothing. */
  readonly #host: SessionHost = {
    attach: ({ id }, listener) => {
      const device = this.#hub.inventory.deviceAt(id);
      const grant = device === undefined ? undefined : this.#hub.grantOfDevice(device);
      if (grant === undefined) throw new NotAuthorised("no such device", { id });
      return this.#hub.broker.attach(grant, listener);
    },
  };

  #hasSocket(number: number): boolean {
    return this.#config.lamps === "mqtt" || number < this.#config.external;
  }

  #viaOf(number: number): Via {
    return this.#world.owner !== undefined && this.#hasSocket(number) ? "owner" : "hub";
  }

  /**
   * Simulated devices go by kind and number: a home that is started again finds its own. On a broker that other hubs
   * and simulators share, the hub's id keeps them apart.
   */
  #address(kind: Device["kind"], number: number, via: Via): string {
    return via === "owner" ? `sim-${this.#hub.id}-${kind}-${number}` : `sim-${kind}-${number}`;
  }

  #known(): readonly Device[] {
    return this.#hub.inventory
      .devices()
      .filter(
        (device) => device.address === this.#address(device.kind, numberOf(device), device.via ?? "hub"),
      );
  }

  /** @throws NoOwnBroker */
  #assertReachable(): void {
    if (this.#world.owner !== undefined || this.#known().every(({ via }) => via !== "owner")) return;
    throw new NoOwnBroker(
      "the simulated devices of this home live on your own broker: start with --broker, or take another --data",
    );
  }

  /** A simulated device's flash lies in the hub's store, sealed like everything that tells of a home. */
  #flash(address: string): Flash {
    return new RecordFlash(this.#flashes, address);
  }
}

class RecordFlash implements Flash {
  readonly #records: Collection<CollectionValue<"sim-flash">>;
  readonly #address: string;

  constructor(records: Collection<CollectionValue<"sim-flash">>, address: string) {
    this.#records = records;
    this.#address = address;
  }

  load(): Uint8Array | undefined {
    const kept = this.#records.get(this.#address);
    return kept === undefined ? undefined : Buffer.from(kept.content, "base64");
  }

  save(bytes: Uint8Array): void {
    const content = Buffer.from(bytes).toString("base64");
    this.#records.put(this.#address, { address: this.#address, content });
  }
}

const plannedOf = (device: Device): PlannedDevice => ({
  kind: device.kind,
  profile: device.profile,
  name: device.name,
  room: 0,
  powerOn: device.powerOn ?? "previous",
});
