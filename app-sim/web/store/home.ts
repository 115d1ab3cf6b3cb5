import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { afterCommand } from "../model/command.ts";
import type { Device, Light, LightCommand, LightState, Room, Scene } from "../model/shapes.ts";

/** One lamp on the page. `light` is the hub's word; `pending` are the user's commands the hub has not answered yet. */
export class LampModel {
  readonly id: string;
  readonly light: Signal<Light>;
  readonly pending = signal<ReadonlyMap<number, LightCommand>>(new Map());
  /** False while the lamp is on its way to what was asked. */
  readonly settled = signal(true);
  /** What the controls show: what was asked, never the steps of a fade, so that a slider does not bounce. */
  readonly shown: ReadonlySignal<LightState>;

  constructor(light: Light) {
    this.id = light.id;
    this.light = signal(light);
    this.shown = computed(() =>
      [...this.pending.value.values()].reduce(afterCommand, this.light.value.desired),
    );
  }

  get isLit(): boolean {
    return this.light.value.reachable && this.shown.value.on;
  }

  expect(ticket: number, command: LightCommand): void {
    this.pending.value = new Map(this.pending.value).set(ticket, command);
  }

  /** Accepted: it becomes the desired state at once, so that nothing flickers until the hub's own event comes. */
  accept(ticket: number): void {
    const command = this.pending.value.get(ticket);
    if (!command) return;
    batch(() => {
      this.light.value = { ...this.light.value, desired: afterCommand(this.light.value.desired, command) };
      this.forget(ticket);
    });
  }

  /** Refused: the control goes back to what the hub holds. */
  forget(ticket: number): void {
    const left = new Map(this.pending.value);
    left.delete(ticket);
    this.pending.value = left;
  }
}

export interface Snapshot {
  readonly lights: readonly Light[];
  readonly rooms: readonly Room[];
  readonly scenes: readonly Scene[];
  readonly sensors: readonly Device[];
}

/** A room as a card shows it; `room` is null for lamps that stand in none. */
export interface RoomModel {
  readonly room: Room | null;
  readonly lamps: readonly LampModel[];
  readonly sensors: readonly Device[];
  readonly scenes: readonly Scene[];
}

const byName = <Named extends { readonly name: string }>(a: Named, b: Named): number =>
  a.name.localeCompare(b.name, undefined, { numeric: true });

/** The home as the hub last told it. */
export class HomeModel {
  readonly isLoaded = signal(false);
  readonly lamps = signal<ReadonlyMap<string, LampModel>>(new Map());
  readonly rooms = signal<readonly Room[]>([]);
  readonly scenes = signal<readonly Scene[]>([]);
  readonly sensors = signal<ReadonlyMap<string, Device>>(new Map());

  readonly cards = computed<readonly RoomModel[]>(() => {
    const rooms = [...this.rooms.value].sort(byName).map((room) => this.#card(room));
    const nowhere = this.#card(null);
    return nowhere.lamps.length > 0 ? [...rooms, nowhere] : rooms;
  });

  readonly lit = computed(() => [...this.lamps.value.values()].filter((lamp) => lamp.isLit));

  #card(room: Room | null): RoomModel {
    const here = (thing: { readonly room: string | null }): boolean =>
      thing.room === (room?.id ?? null) || (room === null && !this.#hasRoom(thing.room));
    return {
      room,
      lamps: [...this.lamps.value.values()]
        .filter((lamp) => here(lamp.light.value))
        .sort((a, b) => byName(a.light.value, b.light.value)),
      sensors: [...this.sensors.value.values()].filter(here).sort(byName),
      scenes: room === null ? [] : this.scenes.value.filter(here),
    };
  }

  #hasRoom(id: string | null): boolean {
    return this.rooms.value.some((room) => room.id === id);
  }

  lamp(id: string): LampModel | undefined {
    return this.lamps.value.get(id);
  }

  roomName(id: string | null): string | undefined {
    return this.rooms.value.find((room) => room.id === id)?.name;
  }

  /** Takes a fresh snapshot; lamps that stay keep their model, and with it what the user is just doing. */
  take(snapshot: Snapshot): void {
    batch(() => {
      const before = this.lamps.peek();
      this.lamps.value = new Map(
        snapshot.lights.map((light) => [light.id, renewed(before.get(light.id), light)]),
      );
      this.rooms.value = snapshot.rooms;
      this.scenes.value = [...snapshot.scenes].sort(byName);
      this.sensors.value = new Map(snapshot.sensors.map((sensor) => [sensor.id, sensor]));
      this.isLoaded.value = true;
    });
  }

  changeLight(id: string, change: Partial<Light>): void {
    const lamp = this.lamps.peek().get(id);
    if (lamp) lamp.light.value = { ...lamp.light.peek(), ...change };
  }

  changeSensor(id: string, change: (sensor: Device) => Partial<Device>): void {
    const sensor = this.sensors.peek().get(id);
    if (sensor) this.sensors.value = new Map(this.sensors.peek()).set(id, { ...sensor, ...change(sensor) });
  }
}

const renewed = (lamp: LampModel | undefined, light: Light): LampModel => {
  if (!lamp) return new LampModel(light);
  lamp.light.value = light;
  return lamp;
};

export const home = new HomeModel();
