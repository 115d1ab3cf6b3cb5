import { beforeEach, describe, expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import { Conflict, InvalidInput, NotFound } from "../../../hub/domain/errors.ts";
import type { DomainEvent } from "../../../hub/domain/event.ts";
import type { Device, Via } from "../../../hub/domain/home.ts";
import { type DeviceId, isId, type LampId, type RoomId } from "../../../hub/domain/ids.ts";
import type { LampProfile, SensorProfile } from "../../../hub/domain/profile.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { type DeviceCredentials, DeviceIdentities } from "../../../hub/inventory/device-identity.ts";
import { Inventory } from "../../../hub/inventory/inventory.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { bleTestProfiles } from "../../support/ble-test-lamp.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

const base = {
  vendor: "Test",
  description: "",
  source: "",
  link: { kind: "mqtt", publishes: [], subscribes: [] },
} as const;
const lampProfile: LampProfile = {
  ...base,
  kind: "lamp",
  id: "test/lamp",
  model: "lamp",
  capabilities: {},
  encode: () => [],
  decode: () => undefined,
  query: [],
  examples: [],
};
const sensorProfile: SensorProfile = {
  ...base,
  kind: "sensor",
  id: "test/sensor",
  model: "sensor",
  senses: ["occupancy"],
  decode: () => undefined,
  examples: [],
};

let store: MemoryGuardedStore;
let attached: Map<string, Via>;
let brokers: Set<Via>;
let events: DomainEvent[];

const open = (): Inventory => {
  attached = new Map();
  events = [];
  const bus = new SyncEventBus();
  bus.subscribeAll((event) => events.push(event));
  const inventory = new Inventory(
    new VirtualClock(Instant(0)),
    new SeededEntropy(new SeededRandom(store.records.size + 1)),
    bus,
    store,
    {
      reaches: (via) => brokers.has(via),
      attach: (address, _link, via) => attached.set(address, via),
      detach: (address) => attached.delete(address),
      forget: (address) => attached.delete(address),
    },
    new Map([lampProfile, sensorProfile, bleTestProfiles.open].map((profile) => [profile.id, profile])),
  );
  inventory.start();
  return inventory;
};

const key = { derive: (label: string) => Buffer.from(label.padEnd(32, ".")) };

const credentialsOf = (identities: DeviceIdentities, device: Device): DeviceCredentials => {
  const credentials = identities.credentialsOf(device);
  if (credentials === undefined) throw new Error("no credentials");
  return credentials;
};

const lampIn = (inventory: Inventory, room: RoomId | null = null): LampId =>
  inventory.addDevice({ profile: "test/lamp", name: "Lamp", room }).id as LampId;

beforeEach(() => {
  store = new MemoryGuardedStore();
  brokers = new Set(["hub"]);
});

describe("the home", () => {
  test("comes back as it was after a restart", () => {
    const first = open();
    const room = first.addRoom("Kitchen");
    const lamp = lampIn(first, room.id);
    const sensor = first.addDevice({ profile: "test/sensor", name: "Door", address: "door-1" });
    const zone = first.addZone("Downstairs", [lamp, sensor.id]);
    const group = first.addGroup("Ceiling", [lamp]);
    const again = open();
    expect(again.rooms()).toEqual([room]);
    expect(again.device(lamp)).toEqual(first.device(lamp));
    expect(again.deviceAt("door-1")).toEqual(sensor);
    expect(again.zones()).toEqual([zone]);
    expect(again.groups()).toEqual([group]);
    expect(new Set(attached.keys())).toEqual(new Set(["door-1", first.device(lamp)?.address]));
  });

  test("a device whose profile is unknown to this version stays in the store and does no harm", () => {
    const lamp = lampIn(open());
    store.collection("devices").put(lamp, { ...open().device(lamp), profile: "test/future" } as never);
    expect(open().devices()).toEqual([]);
    expect(store.collection("devices").get(lamp)).toMatchObject({ profile: "test/future" });
  });

  test("a removed device leaves its zones, groups and address", () => {
    const inventory = open();
    const lamp = lampIn(inventory);
    const other = lampIn(inventory);
    const zone = inventory.addZone("All", [lamp, other]);
    const group = inventory.addGroup("Pair", [lamp, other]);
    const address = inventory.device(lamp)?.address ?? "";
    inventory.removeDevice(lamp);
    expect(inventory.zone(zone.id)?.members).toEqual([other]);
    expect(inventory.group(group.id)?.members).toEqual([other]);
    expect(inventory.deviceAt(address)).toBeUndefined();
    expect(attached.has(address)).toBe(false);
    expect(
      open()
        .devices()
        .map((device) => device.id),
    ).toEqual([other]);
  });

  test("a removed room leaves its devices in the home, without a room", () => {
    const inventory = open();
    const room = inventory.addRoom("Attic");
    const lamp = lampIn(inventory, room.id);
    inventory.removeRoom(room.id);
    expect(inventory.device(lamp)?.room).toBeNull();
    expect(open().device(lamp)?.room).toBeNull();
  });

  test("a write the disk refuses leaves the home as it was", () => {
    const inventory = open();
    const room = inventory.addRoom("Hall");
    const lamp = lampIn(inventory, room.id);
    for (const change of [
      () => inventory.removeDevice(lamp),
      () => inventory.removeRoom(room.id),
      () => inventory.renameRoom(room.id, "Other"),
      () => inventory.addRoom("New"),
      () => inventory.addDevice({ profile: "test/lamp", name: "New" }),
    ]) {
      store.refuse = new Error("disk full");
      expect(change).toThrow("disk full");
      expect(inventory.rooms()).toEqual([room]);
      expect(inventory.devices()).toHaveLength(1);
      expect(inventory.device(lamp)?.room).toBe(room.id);
    }
  });

  test("every change is an event with an id and no name", () => {
    const inventory = open();
    const room = inventory.addRoom("Secret place");
    inventory.renameRoom(room.id, "Other secret");
    inventory.removeRoom(room.id);
    expect(events.map((event) => (event.kind === "home.changed" ? event.change : ""))).toEqual([
      "added",
      "changed",
      "removed",
    ]);
    expect(JSON.stringify(events)).not.toContain("ecret");
  });
});

describe("what a command reaches", () => {
  test("a lamp itself, the lamps of a room, zone or group, each once; never a sensor", () => {
    const inventory = open();
    const room = inventory.addRoom("Kitchen");
    const [a, b] = [lampIn(inventory, room.id), lampIn(inventory)];
    const sensor = inventory.addDevice({ profile: "test/sensor", name: "Motion", room: room.id }).id;
    const zone = inventory.addZone("Zone", [a, b, b, sensor]);
    const group = inventory.addGroup("Group", [b, b]);
    expect(inventory.members(a)).toEqual([a]);
    expect(inventory.members(room.id)).toEqual([a]);
    expect(inventory.members(zone.id)).toEqual([a, b]);
    expect(inventory.members(group.id)).toEqual([b]);
    expect(inventory.members("r-aaaaaaaaaaaa" as RoomId)).toBeUndefined();
    expect(inventory.members("l-aaaaaaaaaaaa" as LampId)).toBeUndefined();
  });
});

describe("wrong input", () => {
  const cases: [string, (inventory: Inventory) => unknown, new (...given: never[]) => Error][] = [
    ["an empty name", (home) => home.addRoom("  "), InvalidInput],
    ["a name with a control character", (home) => home.addRoom("a\u0007b"), InvalidInput],
    ["a name with an invisible direction mark", (home) => home.addRoom("a\u202eb"), InvalidInput],
    ["a name of 10,000 characters", (home) => home.addRoom("x".repeat(10_000)), InvalidInput],
    ["an unknown profile", (home) => home.addDevice({ profile: "no/such", name: "A" }), InvalidInput],
    [
      "an address with a wildcard",
      (home) => home.addDevice({ profile: "test/lamp", name: "A", address: "a/+" }),
      InvalidInput,
    ],
    ["a room that is not there", (home) => lampIn(home, "r-aaaaaaaaaaaa" as RoomId), NotFound],
    ["a zone of strangers", (home) => home.addZone("A", ["l-aaaaaaaaaaaa" as DeviceId]), NotFound],
    [
      "a rename of nothing",
      (home) => home.changeDevice("l-aaaaaaaaaaaa" as DeviceId, { name: "A" }),
      NotFound,
    ],
  ];

  test.each(cases)("refuses %s and changes nothing", (_what, attempt, refusal) => {
    const inventory = open();
    expect(() => attempt(inventory)).toThrow(refusal);
    expect(inventory.devices()).toEqual([]);
    expect(inventory.rooms()).toEqual([]);
  });

  test("refuses an address that is taken, also within one batch", () => {
    const inventory = open();
    inventory.addDevice({ profile: "test/lamp", name: "A", address: "one" });
    expect(() => inventory.addDevice({ profile: "test/lamp", name: "B", address: "one" })).toThrow(Conflict);
    const twin = { profile: "test/lamp", name: "C", address: "two" };
    expect(() => inventory.addDevices([twin, twin])).toThrow(Conflict);
    expect(inventory.devices()).toHaveLength(1);
  });
});

describe("a device on the owner's own broker", () => {
  const wanted = { profile: "test/lamp", name: "Porch", address: "porch", via: "owner" } as const;

  test("is refused when there is no such broker, and nothing is kept of it", () => {
    const inventory = open();
    expect(() => inventory.addDevice(wanted)).toThrow(expect.objectContaining({ code: "no_own_broker" }));
    expect(inventory.devices()).toEqual([]);
  });

  test("is attached to that broker and to no other, also after a restart", () => {
    brokers.add("owner");
    const inventory = open();
    const { via } = inventory.addDevice(wanted);
    lampIn(inventory);
    expect([via, attached.get("porch"), attached.size]).toEqual(["owner", "owner", 2]);
    expect(open().deviceAt("porch")?.via).toBe("owner");
    expect(attached.get("porch")).toBe("owner");
  });

  test("a record from before there was a choice is the hub's", () => {
    const lamp = lampIn(open());
    const device = open().device(lamp);
    expect(device).not.toHaveProperty("via");
    expect(attached.get(device?.address ?? "")).toBe("hub");
  });

  test("has no credentials, and nobody enters the hub's broker under its address", () => {
    brokers.add("owner");
    const inventory = open();
    const identities = new DeviceIdentities(key, inventory);
    const device = inventory.addDevice(wanted);
    expect(identities.credentialsOf(device)).toBeUndefined();
    const { via: _owner, ...asIfHub } = device;
    const derived = credentialsOf(identities, asIfHub).password;
    expect(identities.authenticate("porch", derived)).toBeUndefined();
  });
});

describe("a second link", () => {
  const way = { profile: "test/open", address: "A4:C1:38:00:00:01" };

  test("is attached beside the first, also after a restart, and gone when it is removed", () => {
    const inventory = open();
    const lamp = lampIn(inventory);
    const { address, bluetooth } = inventory.addBluetooth(lamp, way);
    expect(bluetooth).toEqual({ profile: "test/open", address: "a4c138000001" });
    const both = [
      [address, "hub"],
      ["a4c138000001", "ble"],
    ];
    expect([...attached]).toEqual(both);
    const again = open();
    expect([...attached]).toEqual(both);
    expect(again.deviceAt("a4c138000001")?.id).toBe(lamp);
    again.removeBluetooth(lamp);
    expect([...attached]).toEqual([[address, "hub"]]);
    expect([again.deviceAt("a4c138000001"), again.device(lamp)?.bluetooth]).toEqual([undefined, undefined]);
    expect(open().device(lamp)).not.toHaveProperty("bluetooth");
  });

  test("leaves with its lamp, and its address is free again", () => {
    const inventory = open();
    const lamp = lampIn(inventory);
    inventory.addBluetooth(lamp, way);
    inventory.removeDevice(lamp);
    expect(attached.size).toBe(0);
    expect(inventory.addDevice({ ...way, name: "Shelf" })).toMatchObject({ via: "ble" });
  });

  test("is refused where there cannot be one, and nothing is changed", () => {
    const inventory = open();
    const [lamp, other] = [lampIn(inventory), lampIn(inventory)];
    const shelf = inventory.addDevice({ profile: "test/open", name: "Shelf", address: "a4:c1:38:00:00:02" });
    const sensor = inventory.addDevice({ profile: "test/sensor", name: "Door" });
    const refused = (id: DeviceId, wanted: typeof way) => {
      expect(() => inventory.addBluetooth(id, wanted)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^(conflict|not_capable|invalid_input)$/) }),
      );
    };
    refused(lamp, { ...way, profile: "test/lamp" });
    refused(lamp, { ...way, profile: "none/such" });
    refused(lamp, { ...way, address: "hall" });
    refused(lamp, { ...way, address: shelf.address });
    refused(shelf.id, way);
    refused(sensor.id, way);
    inventory.addBluetooth(lamp, way);
    refused(lamp, { ...way, address: "a4:c1:38:00:00:03" });
    refused(other, way);
    expect(() => inventory.removeBluetooth(other)).toThrow(NotFound);
    expect(inventory.device(lamp)?.bluetooth?.address).toBe("a4c138000001");
  });

  test("is no name to sign in by", () => {
    const inventory = open();
    const device = inventory.addBluetooth(lampIn(inventory), way);
    const identities = new DeviceIdentities(key, inventory);
    const { username, password } = credentialsOf(identities, device);
    expect(identities.authenticate(username, password)).toEqual(device);
    expect(identities.authenticate("a4c138000001", password)).toBeUndefined();
  });
});

describe("device identities", () => {
  test("a device is known by its own password and by no other's", () => {
    const inventory = open();
    const identities = new DeviceIdentities(key, inventory);
    const [a, b] = [lampIn(inventory), lampIn(inventory)].map((id) => inventory.device(id));
    if (a === undefined || b === undefined) throw new Error("no devices");
    const credentials = credentialsOf(identities, a);
    expect(identities.authenticate(credentials.username, credentials.password)).toEqual(a);
    expect(identities.authenticate(b.address, credentials.password)).toBeUndefined();
    expect(identities.authenticate(a.address, Buffer.from("short"))).toBeUndefined();
    expect(identities.authenticate("nobody", credentials.password)).toBeUndefined();
  });

  test("a device that is removed and added again gets a new password", () => {
    const inventory = open();
    const identities = new DeviceIdentities(key, inventory);
    const first = inventory.addDevice({ profile: "test/lamp", name: "A", address: "same" });
    const old = credentialsOf(identities, first).password;
    inventory.removeDevice(first.id);
    expect(identities.authenticate("same", old)).toBeUndefined();
    inventory.addDevice({ profile: "test/lamp", name: "A", address: "same" });
    expect(identities.authenticate("same", old)).toBeUndefined();
  });

  test("ids say which kind of thing they name", () => {
    const inventory = open();
    const lamp = lampIn(inventory);
    expect(isId("lamp", lamp)).toBe(true);
    expect(isId("sensor", lamp)).toBe(false);
  });
});
