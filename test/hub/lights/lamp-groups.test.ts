import { beforeEach, describe, expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import type { Device, Group, Room, Zone } from "../../../hub/domain/home.ts";
import type { GroupId, LampId, RoomId } from "../../../hub/domain/ids.ts";
import type { LinkKind } from "../../../hub/domain/link-choice.ts";
import { Instant, Percent, Seconds } from "../../../hub/domain/units.ts";
import { LampGroups } from "../../../hub/lights/lamp-groups.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

const room = "r-aaaaaaaaaaaa" as RoomId;
const other = "r-bbbbbbbbbbbb" as RoomId;
const group = "g-aaaaaaaaaaaa" as GroupId;
const bulb = "lampkeeper/color-bulb";
const tasmota = "tasmota/dimmer";

let clock: VirtualClock;
let bus: SyncEventBus;
let devices: Map<LampId, Device>;
let groupsOfHome: Group[];
let zones: Zone[];
let sent: string[];
let groups: LampGroups;

const idOf = (address: string) => `l-${address.padEnd(12, "a")}` as LampId;
const put = (address: string, profile = bulb, at: RoomId | null = room, via?: "owner"): void => {
  const id = idOf(address);
  const device = { id, kind: "lamp", profile, address, name: "Lamp", room: at } as const;
  devices.set(id, via === undefined ? device : { ...device, via });
};
const profileOf = (address: string) => {
  const profile = profiles.find(({ id }) => id === devices.get(idOf(address))?.profile);
  if (profile?.kind !== "lamp") throw new Error("no such lamp");
  return profile;
};
const online = (address: string, is = true): void =>
  bus.publish({ kind: "device.availability-changed", device: idOf(address), online: is, at: Instant(0) });
const changed = async (): Promise<void> => {
  bus.publish({ kind: "home.changed", what: "device", id: "l-a", change: "changed", at: Instant(0) });
  await clock.advance(Seconds(1));
};
/** The lamps come and say that they listen where they were told to. */
const come = (...addresses: string[]): void => {
  for (const address of addresses) {
    online(address);
    groups.heard(address, namesOf(address));
  }
  sent.length = 0;
};
const namesOf = (address: string): string[] =>
  groups.of(address).map((topic) => topic.split("/").find((level) => /^[rgz]-/.test(level)) ?? "");
const write = (address: string, brightness = 50): void =>
  groups.send(
    address,
    profileOf(address).encode({ on: true, brightness: Percent(brightness), command: "c" }),
  );
const command = (...addresses: string[]): void =>
  groups.together(() => {
    for (const address of addresses) write(address);
  });

beforeEach(() => {
  clock = new VirtualClock(Instant(0));
  bus = new SyncEventBus();
  devices = new Map();
  [groupsOfHome, zones, sent] = [[], [], []];
  const rooms: Room[] = [
    { id: room, name: "Room" },
    { id: other, name: "Other" },
  ];
  groups = new LampGroups(
    clock,
    bus,
    {
      devices: () => [...devices.values()],
      device: (id) => devices.get(id),
      deviceAt: (address) => devices.get(idOf(address)),
      profile: (wanted) => profiles.find(({ id }) => id === wanted),
      rooms: () => rooms,
      zones: () => zones,
      groups: () => groupsOfHome,
    },
    {
      send: (address, frames) =>
        sent.push(...frames.map((each) => `${address} ${"payload" in each && each.payload}`)),
      sendToGroup: (member, name, frames) => sent.push(`${member}.. ${name} x${frames.length}`),
    },
  );
  groups.start();
  for (const address of ["a", "b", "c"]) put(address);
});

describe("one message", () => {
  test("reaches all lamps of a room that shall show the same", () => {
    come("a", "b", "c");
    command("a", "b", "c");
    expect(sent).toEqual([`a.. group/${room}-color-bulb x1`]);
  });

  test("is not sent while one of them is not to get it: it would hear it too", () => {
    come("a", "b", "c");
    command("a", "b");
    expect(sent).toHaveLength(2);
    sent.length = 0;
    groups.together(() => {
      write("a");
      write("b");
      write("c", 20);
    });
    expect(sent).toHaveLength(3);
  });

  test("is not sent while one of them has not said that it listens, or is gone", () => {
    come("a", "b");
    command("a", "b", "c");
    expect(sent).toHaveLength(3);
    come("c");
    online("b", false);
    command("a", "b", "c");
    expect(sent).toHaveLength(3);
  });

  test("is not sent while one of them is spoken to over Bluetooth; back on its network that one is told its groups", () => {
    const by = (link: LinkKind) =>
      bus.publish({ kind: "device.link-changed", device: idOf("b"), link, reason: "lost", at: Instant(0) });
    come("a", "b", "c");
    by("ble");
    command("a", "b", "c");
    expect(sent).toHaveLength(3);
    sent.length = 0;
    by("mqtt");
    expect(sent).toEqual([expect.stringContaining("groups")]);
    come("b");
    command("a", "b", "c");
    expect(sent).toEqual([`a.. group/${room}-color-bulb x1`]);
  });

  test("goes by product, so that every lamp gets what was made for it", () => {
    for (const address of ["d", "e"]) put(address, "lampkeeper/dimmable-bulb");
    put("f", "zigbee2mqtt/color-light");
    come("a", "b", "c", "d", "e", "f");
    command("a", "b", "c", "d", "e", "f");
    expect(sent).toHaveLength(3);
    expect(sent.slice(0, 2)).toEqual([
      `a.. group/${room}-color-bulb x1`,
      `d.. group/${room}-dimmable-bulb x1`,
    ]);
  });

  test("takes the largest group, and none twice", () => {
    groupsOfHome = [{ id: group, name: "Two", members: [idOf("a"), idOf("b")] }];
    come("a", "b", "c");
    command("a", "b");
    command("a", "b", "c");
    expect(sent).toEqual([`a.. group/${group}-color-bulb x1`, `a.. group/${room}-color-bulb x1`]);
  });

  test("never crosses from one broker to another", () => {
    put("c", bulb, room, "owner");
    come("a", "b", "c");
    command("a", "b", "c");
    expect(sent).toHaveLength(2);
  });

  test("is only for what leaves together: a single write, and a retry, stay single", () => {
    come("a", "b", "c");
    for (const address of ["a", "b", "c"]) write(address);
    expect(sent).toHaveLength(3);
  });
});

describe("a lamp", () => {
  test("may hear the groups it is in and no others, from the moment that changes", async () => {
    expect(groups.of("a")).toEqual([`device/group/${room}-color-bulb/command`]);
    put("a", bulb, other);
    await changed();
    expect(groups.of("a")).toEqual([]);
    expect(groups.of("b")).toEqual([`device/group/${room}-color-bulb/command`]);
    expect(groups.of("nobody")).toEqual([]);
  });

  test("is told its groups when it comes, and when they change", async () => {
    online("a");
    expect(sent).toEqual([`a {"groups":["${room}-color-bulb"]}`]);
    groups.heard("a", [`${room}-color-bulb`]);
    sent.length = 0;
    await changed();
    expect(sent).toEqual([]);
    put("a", bulb, other);
    await changed();
    expect(sent).toEqual([`a {"groups":[]}`]);
  });

  test("that begins anew when it is told is asked first, and told three times at most", () => {
    for (const address of ["s", "t"]) put(address, tasmota);
    online("s");
    expect(sent).toEqual(["s "]);
    sent.length = 0;
    for (let n = 0; n < 5; n++) groups.heard("s", []);
    expect(sent).toEqual(Array.from({ length: 3 }, () => `s ${room}-dimmer`));
    groups.heard("s", [`${room}-dimmer`]);
    expect(sent).toHaveLength(3);
  });

  test("of a firmware with one group topic is in its room's group", () => {
    for (const address of ["s", "t"]) put(address, tasmota);
    groupsOfHome = [{ id: group, name: "Two", members: [idOf("s"), idOf("t")] }];
    expect(namesOf("s")).toEqual([`${room}-dimmer`]);
    come("s", "t");
    command("s", "t");
    expect(sent).toEqual([`s.. ${room}-dimmer x1`]);
  });
});

describe("many that cannot be reached as one", () => {
  const addresses = Array.from({ length: 2_500 }, (_, each) => `n${each}`);

  beforeEach(() => {
    for (const address of addresses) put(address, "zigbee2mqtt/color-light", null);
  });

  test("get theirs a thousand in a turn, all of them in order", async () => {
    command(...addresses);
    expect(sent).toHaveLength(1_000);
    await clock.advance(Seconds(0));
    expect(sent.map((each) => each.split(" ")[0])).toEqual(addresses);
  });

  test("what is sent to one that still waits lands behind it", async () => {
    const last = addresses.at(-1) ?? "";
    command(...addresses);
    write(last, 77);
    expect(sent).toHaveLength(1_000);
    await clock.advance(Seconds(0));
    const own = sent.filter((each) => each.startsWith(`${last} `));
    expect(own).toHaveLength(2);
    expect(own[1]).toBe(sent.at(-1));
    expect(own[0]).not.toBe(own[1]);
  });

  test("what waits when the hub closes is not sent", async () => {
    command(...addresses);
    groups.close();
    await clock.advance(Seconds(1));
    expect(sent).toHaveLength(1_000);
  });
});
