import { Conflict, InvalidInput, NotCapable, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import type { BluetoothWay, Device, Group, LightTargetId, Room, Via, Zone } from "../domain/home.ts";
import {
  type DeviceId,
  type GroupId,
  idEntropyBytes,
  idFrom,
  isId,
  type LampId,
  type RoomId,
  type ZoneId,
} from "../domain/ids.ts";
import type { PowerOnBehaviour } from "../domain/light.ts";
import { parseName } from "../domain/name.ts";
import type { Profile } from "../domain/profile.ts";
import { lampsOf } from "../domain/zone-lamps.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Collection, PurposeStore } from "../privacy/guarded-store.ts";
import {
  addressesOf,
  assertSecondLink,
  bleAddressIn,
  type DeviceAttachment,
  isReachedAlike,
  NoOwnBroker,
  viaOf,
} from "./device-ways.ts";

export interface NewDevice {
  readonly profile: string;
  readonly name: string;
  readonly room?: RoomId | null;
  /**
   * What the device calls itself on its link; drawn when absent. Letters, digits, `-` and `_`, at most 64; over BLE its address,
   * `a4:c1:38:02:83:f4`, with `-random` behind it where that is its kind.
   */
  readonly address?: string;
  readonly powerOn?: PowerOnBehaviour;
  /** Absent: `hub`. */
  readonly via?: Via;
}

export interface DeviceChange {
  /** Another driver of the same kind, for a device that is reached over BLE by a connection. */
  readonly profile?: string;
  readonly name?: string;
  readonly room?: RoomId | null;
  readonly powerOn?: PowerOnBehaviour;
  readonly isolated?: boolean;
}

/** The product that takes a device's place, and by what it is reached. */
export type Successor = Pick<NewDevice, "profile" | "address" | "via">;

const addresses = /^[A-Za-z0-9_-]{1,64}$/;

/** `held` without `member`, in a list; empty when it was not in it. */
const without = <Member extends string, Held extends { readonly members: readonly Member[] }>(
  held: Held,
  member: string,
): Held[] => {
  const members = held.members.filter((each) => each !== member);
  return members.length === held.members.length ? [] : [{ ...held, members }];
};

/** What belongs to the home: devices, rooms, zones, groups. Every change is on the disk when the call returns. */
export class Inventory {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"lighting">;
  readonly #links: DeviceAttachment;
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #devices = new Map<DeviceId, Device>();
  readonly #byAddress = new Map<string, DeviceId>();
  readonly #rooms = new Map<RoomId, Room>();
  readonly #zones = new Map<ZoneId, Zone>();
  readonly #groups = new Map<GroupId, Group>();

  constructor(
    clock: Clock,
    entropy: Entropy,
    bus: EventBus,
    store: PurposeStore<"lighting">,
    links: DeviceAttachment,
    profiles: ReadonlyMap<string, Profile>,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#store = store;
    this.#links = links;
    this.#profiles = profiles;
  }

  /** Loads the home. Devices whose profile this version does not know stay in the store and are left alone. */
  start(): void {
    for (const [, room] of this.#store.collection("rooms").entries()) this.#rooms.set(room.id, room);
    for (const [, zone] of this.#store.collection("zones").entries()) this.#zones.set(zone.id, zone);
    for (const [, group] of this.#store.collection("groups").entries()) this.#groups.set(group.id, group);
    for (const [, device] of this.#store.collection("devices").entries()) {
      const profile = this.#profiles.get(device.profile);
      // Ten thousand devices name a few products and rooms: each name is held once.
      const room = device.room === null ? null : (this.#rooms.get(device.room)?.id ?? device.room);
      if (profile !== undefined) this.#keep({ ...device, profile: profile.id, room });
    }
  }

  devices(): readonly Device[] {
    return [...this.#devices.values()];
  }

  device(id: DeviceId): Device | undefined {
    return this.#devices.get(id);
  }

  deviceAt(address: string): Device | undefined {
    const id = this.#byAddress.get(address);
    return id === undefined ? undefined : this.#devices.get(id);
  }

  profile(id: string): Profile | undefined {
    return this.#profiles.get(id);
  }

  rooms(): readonly Room[] {
    return [...this.#rooms.values()];
  }

  room(id: RoomId): Room | undefined {
    return this.#rooms.get(id);
  }

  zones(): readonly Zone[] {
    return [...this.#zones.values()];
  }

  zone(id: ZoneId): Zone | undefined {
    return this.#zones.get(id);
  }

  groups(): readonly Group[] {
    return [...this.#groups.values()];
  }

  group(id: GroupId): Group | undefined {
    return this.#groups.get(id);
  }

  /** @throws InvalidInput profile, name, address; Conflict address; NotFound room; NoOwnBroker; NotCapable power-on */
  addDevice(wanted: NewDevice): Device {
    const [device] = this.addDevices([wanted]) as [Device];
    return device;
  }

  /** As `addDevice`, for many at once: all of them or none. */
  addDevices(wanted: readonly NewDevice[]): readonly Device[] {
    const devices = wanted.map((each) => this.#newDevice(each));
    const taken = new Set(devices.map((device) => device.address));
    if (taken.size < devices.length) throw new Conflict("two devices with one address");
    const records = this.#store.collection("devices");
    this.#store.atomically(() => {
      for (const device of devices) records.put(device.id, device);
    });
    for (const device of devices) {
      this.#keep(device);
      this.#changed("device", device.id, "added");
    }
    return devices;
  }

  /** @throws NotFound device or room; InvalidInput name, profile; NotCapable power-on behaviour, profile */
  changeDevice(id: DeviceId, change: DeviceChange): Device {
    const before = this.#need(this.#devices, id, "device");
    const profile =
      change.profile === undefined ? before.profile : this.#otherDialect(before, change.profile).id;
    this.#assertWakes(profile, change.powerOn);
    const device: Device = {
      ...this.#wakingAs(profile, before),
      ...(change.name === undefined ? {} : { name: parseName(change.name) }),
      ...(change.room === undefined ? {} : { room: this.#existingRoom(change.room) }),
      ...(change.powerOn === undefined ? {} : { powerOn: change.powerOn }),
      ...(change.isolated === undefined ? {} : { isolated: change.isolated }),
    };
    this.#store.collection("devices").put(id, device);
    if (profile === before.profile && device.isolated === before.isolated) this.#devices.set(id, device);
    else this.#keep(device);
    this.#changed("device", id, "changed");
    return device;
  }

  /**
   * Another product stands where this one stood: rules, scenes, rooms and groups mean it from now on. What it replaces is out of the home.
   * @throws NotFound; InvalidInput profile, address; Conflict address; NotCapable another kind of device; NoOwnBroker
   */
  replaceDevice(id: DeviceId, wanted: Successor): Device {
    const before = this.#need(this.#devices, id, "device");
    const { name, room } = before;
    const { id: _, ...successor } = this.#newDevice({ ...wanted, name, room });
    if (successor.kind !== before.kind)
      throw new NotCapable("a lamp is replaced by a lamp, and a sensor by a sensor", { path: "profile" });
    const { powerOn } = this.#wakingAs(successor.profile, before);
    const device: Device = { ...successor, id, ...(powerOn === undefined ? {} : { powerOn }) };
    this.#store.collection("devices").put(id, device);
    for (const address of addressesOf(before)) this.#forget(address);
    this.#keep(device);
    this.#changed("device", id, "changed");
    return device;
  }

  /** Also leaves every zone and group it was in. @throws NotFound */
  removeDevice(id: DeviceId): void {
    const device = this.#need(this.#devices, id, "device");
    const zones = [...this.#zones.values()].flatMap((zone) => without(zone, id));
    const groups = [...this.#groups.values()].flatMap((group) => without(group, id));
    // The disk first: if it refuses, the home in memory has not changed either.
    this.#store.atomically(() => {
      this.#store.collection("devices").remove(id);
      for (const zone of zones) this.#store.collection("zones").put(zone.id, zone);
      for (const group of groups) this.#store.collection("groups").put(group.id, group);
    });
    for (const zone of zones) this.#replace(this.#zones, zone, "zone");
    for (const group of groups) this.#replace(this.#groups, group, "group");
    this.#devices.delete(id);
    for (const address of addressesOf(device)) this.#forget(address);
    this.#changed("device", id, "removed");
  }

  /**
   * A lamp that is reached over MQTT can be reached by the hub's radio as well, from now on.
   * @throws NotFound device; InvalidInput profile, address; NotCapable it is no such lamp, or no such driver; Conflict it has a
   * second way already, or the address belongs to another device
   */
  addBluetooth(id: DeviceId, wanted: BluetoothWay): Device {
    const device = this.#need(this.#devices, id, "device");
    const profile = this.#existingProfile(wanted.profile);
    assertSecondLink(device, profile);
    if (device.bluetooth !== undefined) throw new Conflict("this lamp has a second link: remove it first");
    const address = this.#freeAddress(bleAddressIn(wanted));
    return this.#rewired({ ...device, bluetooth: { profile: profile.id, address } });
  }

  /** It is reached over MQTT alone from now on; what its radio was paired with is forgotten. @throws NotFound */
  removeBluetooth(id: DeviceId): Device {
    const { bluetooth, ...device } = this.#need(this.#devices, id, "device");
    if (bluetooth === undefined) throw new NotFound("this device has no second link", { what: "link" });
    const changed = this.#rewired(device);
    this.#forget(bluetooth.address);
    return changed;
  }

  addRoom(name: string): Room {
    const room: Room = { id: this.#newId("room"), name: parseName(name) };
    this.#save(this.#store.collection("rooms"), this.#rooms, room, "room", "added");
    return room;
  }

  renameRoom(id: RoomId, name: string): Room {
    const room: Room = { ...this.#need(this.#rooms, id, "room"), name: parseName(name) };
    this.#save(this.#store.collection("rooms"), this.#rooms, room, "room", "changed");
    return room;
  }

  /** Its devices stay in the home, without a room. */
  removeRoom(id: RoomId): void {
    this.#need(this.#rooms, id, "room");
    const homeless = this.devices().flatMap((device) =>
      device.room === id ? [{ ...device, room: null }] : [],
    );
    this.#store.atomically(() => {
      for (const device of homeless) this.#store.collection("devices").put(device.id, device);
      this.#store.collection("rooms").remove(id);
    });
    for (const device of homeless) this.#replace(this.#devices, device, "device");
    this.#rooms.delete(id);
    this.#changed("room", id, "removed");
  }

  addZone(name: string, members: readonly DeviceId[]): Zone {
    const zone: Zone = { id: this.#newId("zone"), name: parseName(name), members: this.#existing(members) };
    this.#save(this.#store.collection("zones"), this.#zones, zone, "zone", "added");
    return zone;
  }

  changeZone(id: ZoneId, change: { readonly name?: string; readonly members?: readonly DeviceId[] }): Zone {
    const before = this.#need(this.#zones, id, "zone");
    const zone: Zone = {
      id,
      name: change.name === undefined ? before.name : parseName(change.name),
      members: change.members === undefined ? before.members : this.#existing(change.members),
    };
    this.#save(this.#store.collection("zones"), this.#zones, zone, "zone", "changed");
    return zone;
  }

  removeZone(id: ZoneId): void {
    this.#need(this.#zones, id, "zone");
    this.#store.collection("zones").remove(id);
    this.#zones.delete(id);
    this.#changed("zone", id, "removed");
  }

  addGroup(name: string, members: readonly LampId[]): Group {
    const group: Group = {
      id: this.#newId("group"),
      name: parseName(name),
      members: this.#existingLamps(members),
    };
    this.#save(this.#store.collection("groups"), this.#groups, group, "group", "added");
    return group;
  }

  changeGroup(id: GroupId, change: { readonly name?: string; readonly members?: readonly LampId[] }): Group {
    const before = this.#need(this.#groups, id, "group");
    const group: Group = {
      id,
      name: change.name === undefined ? before.name : parseName(change.name),
      members: change.members === undefined ? before.members : this.#existingLamps(change.members),
    };
    this.#save(this.#store.collection("groups"), this.#groups, group, "group", "changed");
    return group;
  }

  removeGroup(id: GroupId): void {
    this.#need(this.#groups, id, "group");
    this.#store.collection("groups").remove(id);
    this.#groups.delete(id);
    this.#changed("group", id, "removed");
  }

  /** The lamps a command to `target` reaches, each once; undefined when there is no such target. */
  members(target: LightTargetId): readonly LampId[] | undefined {
    if (isId("lamp", target)) return this.#devices.has(target) ? [target] : undefined;
    if (isId("group", target)) return this.#groups.get(target)?.members;
    const zone = isId("zone", target) ? this.#zones.get(target) : undefined;
    if (zone !== undefined) return lampsOf(zone);
    if (!isId("room", target) || !this.#rooms.has(target)) return undefined;
    return this.devices().flatMap((device) =>
      device.room === target && isId("lamp", device.id) ? [device.id] : [],
    );
  }

  /** What a device of a profile can be told to do when its mains comes back. */
  powerOnChoices(profile: string): readonly PowerOnBehaviour[] {
    const known = this.#profiles.get(profile);
    return known?.kind === "lamp" ? (known.capabilities.powerOn ?? []) : [];
  }

  /** A choice that nobody could tell the device would be a lie. */
  #assertWakes(profile: string, behaviour: PowerOnBehaviour | undefined): void {
    const can = this.powerOnChoices(profile);
    if (behaviour === undefined || can.includes(behaviour)) return;
    const known = can.length === 0 ? "none over this link" : can.join(", ");
    throw new NotCapable(`this device cannot wake up like that; it knows ${known}`, { path: "powerOn", can });
  }

  /** What another driver does not know how to tell a device, it was not told. */
  #wakingAs(profile: string, device: Device): Device {
    const { powerOn, ...rest } = device;
    const isTold = powerOn !== undefined && this.powerOnChoices(profile).includes(powerOn);
    return { ...rest, profile, ...(isTold ? { powerOn } : {}) };
  }

  /** Two dialects of one kind of lamp look alike until one of them is tried. @throws InvalidInput, NotCapable */
  #otherDialect(device: Device, id: string): Profile {
    const [before, after] = [this.#existingProfile(device.profile), this.#existingProfile(id)];
    if (before.id === after.id) return after;
    if (!isReachedAlike(before, after))
      throw new NotCapable("this device is reached in another way: remove it, and add it anew", {
        path: "profile",
      });
    return after;
  }

  #existingProfile(id: string): Profile {
    const profile = this.#profiles.get(id);
    if (profile !== undefined) return profile;
    const known = [...this.#profiles.keys()].join(", ");
    throw new InvalidInput(`there is no such profile; there are ${known}`, { path: "profile" });
  }

  #newDevice(wanted: NewDevice): Device {
    const profile = this.#existingProfile(wanted.profile);
    const via = viaOf(profile, wanted.via);
    const address = via === "ble" ? bleAddressIn(wanted) : this.#addressIn(wanted);
    this.#assertWakes(profile.id, wanted.powerOn);
    this.#freeAddress(address);
    if (via === "owner") this.#assertOwnBroker();
    return {
      id: profile.kind === "lamp" ? this.#newId("lamp") : this.#newId("sensor"),
      kind: profile.kind,
      profile: profile.id,
      address,
      name: parseName(wanted.name),
      room: this.#existingRoom(wanted.room ?? null),
      ...(wanted.powerOn === undefined ? {} : { powerOn: wanted.powerOn }),
      ...(via === "hub" ? {} : { via }),
    };
  }

  #addressIn({ address = this.#entropy.bytes(8).toString("hex") }: NewDevice): string {
    if (!addresses.test(address)) {
      throw new InvalidInput("an address has 1 to 64 letters, digits, - and _", { path: "address" });
    }
    return address;
  }

  #freeAddress(address: string): string {
    if (this.#byAddress.has(address)) throw new Conflict("this address belongs to another device");
    return address;
  }

  #assertOwnBroker(): void {
    if (!this.#links.reaches("owner")) {
      throw new NoOwnBroker("this hub has no broker of your own: start it with --broker URL");
    }
  }

  #newId<Kind extends "lamp" | "sensor" | "room" | "zone" | "group">(kind: Kind) {
    return idFrom(kind, this.#entropy.bytes(idEntropyBytes));
  }

  #keep(device: Device): void {
    this.#devices.set(device.id, device);
    this.#attach(device, device, device.via ?? "hub");
    if (device.bluetooth !== undefined) this.#attach(device, device.bluetooth, "ble");
  }

  #attach({ id, isolated }: Device, { address, profile }: BluetoothWay, via: Via): void {
    this.#byAddress.set(address, id);
    const known = this.#profiles.get(profile);
    if (isolated === true) this.#links.detach(address);
    else if (known !== undefined) this.#links.attach(address, known.link, via);
  }

  #forget(address: string): void {
    this.#byAddress.delete(address);
    this.#links.forget(address);
  }

  /** The same device, with other ways to it. */
  #rewired(device: Device): Device {
    this.#store.collection("devices").put(device.id, device);
    this.#devices.set(device.id, device);
    if (device.bluetooth !== undefined) this.#attach(device, device.bluetooth, "ble");
    this.#changed("device", device.id, "changed");
    return device;
  }

  #existingRoom(id: RoomId | null): RoomId | null {
    if (id !== null) this.#need(this.#rooms, id, "room");
    return id;
  }

  #existing(members: readonly DeviceId[]): readonly DeviceId[] {
    for (const member of members) this.#need(this.#devices, member, "device");
    return [...new Set(members)];
  }

  #existingLamps(members: readonly LampId[]): readonly LampId[] {
    return this.#existing(members).filter((member) => isId("lamp", member));
  }

  #need<Key, Value>(from: ReadonlyMap<Key, Value>, id: Key, what: string): Value {
    const found = from.get(id);
    if (found === undefined) throw new NotFound(`no such ${what}`, { what });
    return found;
  }

  #save<Value extends { readonly id: string }>(
    records: Collection<Value>,
    held: Map<Value["id"], Value>,
    value: Value,
    what: "device" | "room" | "zone" | "group",
    change: "added" | "changed",
  ): void {
    records.put(value.id, value);
    held.set(value.id, value);
    this.#changed(what, value.id, change);
  }

  #replace<Value extends { readonly id: string }>(
    held: Map<Value["id"], Value>,
    value: Value,
    what: "device" | "zone" | "group",
  ): void {
    held.set(value.id, value);
    this.#changed(what, value.id, "changed");
  }

  #changed(
    what: "device" | "room" | "zone" | "group",
    id: string,
    change: "added" | "changed" | "removed",
  ): void {
    this.#bus.publish({ kind: "home.changed", what, id, change, at: this.#clock.now() });
  }
}
