import { furnish, type HousePlan, type PlannedDevice } from "../devices/sim/furnish.ts";
import { type Enrolment, SimHouse } from "../devices/sim/house.ts";
import { MqttTransport } from "../devices/sim/mqtt-transport.ts";
import { SessionTransport } from "../devices/sim/session-transport.ts";
import type { DeviceTransport, Flash } from "../devices/sim/transport.ts";
import type { Hub } from "./compose.ts";
import type { SimConfig } from "./config.ts";
import type { Device } from "./domain/home.ts";
import type { RoomId } from "./domain/ids.ts";
import type { ConnectOptions } from "./ports/network.ts";
import type { Platform } from "./ports/platform.ts";
import type { Random } from "./ports/random.ts";

/** What the simulated devices run on. `sockets` keeps the pace of real sockets, whatever the home's speed. */
export interface SimHomeWorld extends Pick<Platform, "clock" | "network"> {
  readonly random: Random;
  readonly sockets: Platform["clock"];
  /** Where the broker takes devices with a socket of their own. */
  readonly broker: ConnectOptions;
}

/** Addresses of simulated devices, by kind and number: a home that is started again finds its own. */
const addressOf = (kind: Device["kind"], number: number): string => `sim-${kind}-${number}`;
const isSimulated = ({ address }: Device): boolean => /^sim-(lamp|sensor)-\d+$/.test(address);
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
  readonly #residents: Device[] = [];

  constructor(hub: Hub, world: SimHomeWorld, config: SimConfig) {
    this.#hub = hub;
    this.#world = world;
    this.#config = config;
    const devices = this.#moveIn(furnish(world.random.fork("house"), config));
    this.#residents.push(...devices);
    const plan = { rooms: [], devices: devices.map(plannedOf) };
    let next = 0;
    this.house = new SimHouse(world.clock, world.random.fork("devices"), plan, {
      enrol: () => this.#enrolment(next++),
      transport: (enrolment) => this.#transport(enrolment),
      flash: (enrolment) => this.#flash(enrolment.address),
    });
  }

  start(): void {
    this.house.start();
  }

  close(): void {
    this.house.close();
  }

  /** Devices of the plan that the hub does not have yet are added, in one write. */
  #moveIn(plan: HousePlan): readonly Device[] {
    const { inventory } = this.#hub;
    const known = inventory.devices().filter(isSimulated);
    const count = { lamp: 0, sensor: 0 };
    const missing = plan.devices.flatMap((device) => {
      const address = addressOf(device.kind, count[device.kind]++);
      return inventory.deviceAt(address) === undefined ? [{ ...device, address }] : [];
    });
    const rooms = this.#roomsFor(plan, missing);
    const added = inventory.addDevices(
      missing.map(({ profile, name, powerOn, address, room }) => ({
        profile,
        name,
        address,
        room: rooms.get(room) ?? null,
        ...(powerOn === "previous" ? {} : { powerOn }),
      })),
    );
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
    return { id: device.id, address: device.address, ...this.#hub.identities.credentialsOf(device) };
  }

  #transport({ address, username, password }: Enrolment): DeviceTransport {
    const { sockets, random, network, broker: endpoint } = this.#world;
    if (this.#config.lamps === "object" && !this.#isExternal(address)) {
      return new SessionTransport(sockets, this.#hub.broker, address);
    }
    return new MqttTransport(sockets, random.fork(address), network, { endpoint, username, password });
  }

  #isExternal(address: string): boolean {
    return Number(address.slice(address.lastIndexOf("-") + 1)) < this.#config.external;
  }

  /** A simulated device's flash lies in the hub's store, sealed like everything that tells of a home. */
  #flash(address: string): Flash {
    const records = this.#hub.store.collection("sim-flash");
    return {
      load: () => {
        const kept = records.get(address);
        return kept === undefined ? undefined : Buffer.from(kept.content, "base64");
      },
      save: (bytes) => records.put(address, { address, content: Buffer.from(bytes).toString("base64") }),
    };
  }
}

const plannedOf = (device: Device): PlannedDevice => ({
  kind: device.kind,
  profile: device.profile,
  name: device.name,
  room: 0,
  powerOn: device.powerOn ?? "previous",
});
