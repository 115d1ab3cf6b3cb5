import type { Outsiders } from "../../../app-sim/world/outsiders.ts";
import type {
  SimPanelControl as PanelControl,
  SimControl,
  SimPeople,
  SimPersonView,
} from "../../../hub/api/traits.ts";
import type { ConnectionServices } from "../../../hub/connections-wiring.ts";
import { Conflict, NotFound } from "../../../hub/domain/errors.ts";
import type { DeviceId, PersonId } from "../../../hub/domain/ids.ts";
import { positionAt } from "../../../hub/domain/place.ts";
import { Seconds } from "../../../hub/domain/units.ts";
import type { Inventory } from "../../../hub/inventory/inventory.ts";
import type { PersonService } from "../../../hub/people/person-service.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import type { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { Entropy } from "../../../hub/ports/entropy.ts";
import type { SimAir } from "../../../hub/sim-air.ts";
import { SimPanelControl } from "../../../hub/sim-panel-control.ts";
import { SimOutsiders } from "../../../hub/sim-services.ts";

const newPhone = {
  distance: 0,
  location: true,
  wifi: true,
  bluetooth: true,
  notifications: true,
  address: "02:00:00:00:00:01",
  beacon: "00".repeat(20),
  signedIn: false,
  messages: 0,
  flightMode: false,
  battery: 100,
  waiting: 0,
};

/** Where a simulated world is needed and nothing of it. */
interface ToyHouse {
  readonly clock: VirtualClock;
  readonly inventory: Inventory;
  readonly people: PersonService;
  readonly air: SimAir;
  readonly entropy: Entropy;
  readonly outside: Outsiders;
  readonly privacy: { readonly connections: ConnectionServices };
}

/** The strings of a simulated world, which move nothing. */
export class ToyWorld implements SimControl {
  readonly house: ToyHouse;
  readonly misbehaviours = ["ignores", "answers-twice"];
  readonly panel: PanelControl;
  readonly services: SimOutsiders;
  readonly people: SimPeople = {
    list: () => this.house.people.list().map(({ id }) => ({ id, ...(this.#phones.get(id) ?? newPhone) })),
    put: () => {},
    signIn: async (id) => void this.#phones.set(id, { ...newPhone, signedIn: true }),
    change: (id, change) => void this.#phones.set(id, { ...newPhone, ...change }),
    homeOf: (id) => {
      const [phone] = this.house.people.phonesOf(id);
      if (phone === undefined) throw new NotFound("no such simulated person");
      return { phone: phone.id, position: positionAt(52.5, 13.4) };
    },
  };
  readonly #phones = new Map<PersonId, Omit<SimPersonView, "id">>();
  #paused = false;
  readonly #state = new Map<DeviceId, { plugged: boolean; misbehaviours: readonly string[] }>();

  constructor(house: ToyHouse) {
    this.house = house;
    this.services = new SimOutsiders(house.clock, house.entropy, house.outside, house.privacy.connections);
    this.panel = new SimPanelControl(house.clock, new SimPanel(), { signal: "ready" });
  }

  clock = () => ({ now: this.house.clock.now(), paused: this.#paused, speed: this.#paused ? 0 : 1 });
  pause(): void {
    this.#paused = true;
  }
  resume(): void {
    this.#paused = false;
  }
  advance = (by: number) => this.house.clock.advance(Seconds(by / 1_000));
  jump(byMs: number): void {
    if (byMs === 0) throw new Conflict("no jump at all");
    this.house.clock.step(byMs);
  }
  devices = () => this.house.inventory.devices().map(({ id }) => ({ id, ...this.#of(id) }));
  unplug = (id: DeviceId) => void this.#state.set(id, { ...this.#of(id), plugged: false });
  plug = (id: DeviceId) => void this.#state.set(id, { ...this.#of(id), plugged: true });
  misbehave = (id: DeviceId, misbehaviours: readonly string[]) =>
    void this.#state.set(id, { ...this.#of(id), misbehaviours });
  get accessPoint() {
    return this.house.air.accessPoint;
  }
  get shelf() {
    return this.house.air.shelf;
  }
  readonly phone = { tell: async () => ({ outcome: "no-hub", states: [] }) as const };
  touch(): void {}
  press(): void {}
  sense(): void {}
  #of = (id: DeviceId) => this.#state.get(id) ?? { plugged: true, misbehaviours: [] };
}
