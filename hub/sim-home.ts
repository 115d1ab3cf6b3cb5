import { furnish, type HousePlan, type PlannedDevice } from "../devices/sim/furnish.ts";
import { SimHouse } from "../devices/sim/house.ts";
import type { LampAir } from "../devices/sim/provisioning/lamp-air.ts";
import type { Hub } from "./compose.ts";
import type { SimConfig } from "./config.ts";
import type { Device, Via } from "./domain/home.ts";
import type { DeviceId, RoomId } from "./domain/ids.ts";
import { NoOwnBroker } from "./inventory/device-ways.ts";
import { numberOf, plannedOf, type SimHomeWorld, type SimHost, SimSupplies } from "./sim-supplies.ts";

const vias: readonly Via[] = ["hub", "owner"];

/** As they stand on the shelf, kelvin. */
const eveningWhites = [2_200, 2_700, 3_000];

/** Some firmwares count in kelvin, the others in mireds, and no white has a thousand of these. */
const inUnitOf = ([, most]: readonly [least: number, most: number], kelvin: number): number =>
  most > 1_000 ? kelvin : 1_000_000 / kelvin;

const lampsFirst = (a: Device, b: Device): number =>
  a.kind === b.kind ? numberOf(a) - numberOf(b) : a.kind === "lamp" ? -1 : 1;

/**
 * A furnished house whose devices have moved into a hub. The hub remembers them: started again, the same devices come
 * back, under the names and in the rooms they have by then, and `--bulbs` can only add to them.
 */
export class SimHome {
  readonly house: SimHouse;
  readonly #hub: Hub;
  readonly #world: SimHomeWorld;
  readonly #supplies: SimSupplies;
  readonly #residents: Device[] = [];
  readonly #newcomers: DeviceId[] = [];

  /** @param air where lamps are told a network */
  constructor(hub: Hub, world: SimHomeWorld, air: LampAir, config: SimConfig) {
    this.#hub = hub;
    this.#world = world;
    this.#supplies = new SimSupplies(hostIn(hub), world, config, hub.store);
    this.#assertReachable();
    const devices = this.#moveIn(furnish(world.random.fork("house"), config));
    this.#residents.push(...devices);
    const plan = { rooms: [], devices: devices.map(plannedOf) };
    let next = 0;
    this.house = new SimHouse(world.clock, world.random.fork("devices"), plan, {
      enrol: () => this.#supplies.enrolment(this.#residents[next++] as Device),
      transport: (enrolment) => this.#supplies.transport(enrolment),
      flash: ({ address }) => this.#supplies.flash(address),
      firmwareFlash: () => this.#supplies.flash("firmware"),
    });
    for (const lamp of this.house.lamps) air.add(lamp);
  }

  start(): void {
    this.house.start();
  }

  /**
   * Those who have just moved in light some lamps, as on any evening: a home to look at, not a row of dark bulbs. A room has
   * one white, and its lamps are dimmed in steps that people choose.
   */
  lightSome(): void {
    const chance = this.#world.random.fork("evening");
    const whites = new Map<RoomId | null, number>();
    for (const id of this.#newcomers) {
      const lamp = this.house.lamp(id);
      const isLit = chance.next() < 0.6;
      if (lamp === undefined || !isLit) continue;
      const { full, temperature: range } = lamp.model.limits;
      const level = full * (0.35 + 0.05 * Math.floor(14 * chance.next()));
      // Drawn for each lamp: which others are lit does not depend on its room.
      const drawn = eveningWhites[Math.floor(eveningWhites.length * chance.next())] ?? 0;
      const room = this.#hub.inventory.device(id)?.room ?? null;
      const white = whites.get(room) ?? drawn;
      whites.set(room, white);
      lamp.touch({ on: true, level, temperature: range && inUnitOf(range, white) });
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
    return [...known, ...added].sort(lampsFirst);
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

  #viaOf(number: number): Via {
    return this.#world.owner !== undefined && this.#supplies.hasSocket(number) ? "owner" : "hub";
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
}

const hostIn = ({ broker, inventory, identities, grantOfDevice }: Hub): SimHost => ({
  broker,
  grantOfDevice,
  deviceAt: (address) => inventory.deviceAt(address),
  credentialsOf: (device) => identities.credentialsOf(device),
});
