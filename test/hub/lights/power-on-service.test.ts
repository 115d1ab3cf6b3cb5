import { beforeEach, expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import type { Device } from "../../../hub/domain/home.ts";
import type { LampId } from "../../../hub/domain/ids.ts";
import type { LinkKind } from "../../../hub/domain/link-choice.ts";
import type { Frame } from "../../../hub/domain/profile.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { PowerOnService } from "../../../hub/lights/power-on-service.ts";

const id = "l-aaaaaaaaaaaa" as LampId;
let bus: SyncEventBus;
let device: Device | undefined;
let sent: unknown[];

const open = (powerOn?: Device["powerOn"], profile = "tasmota/dimmer"): void => {
  bus = new SyncEventBus();
  sent = [];
  device = { id, kind: "lamp", profile, address: "a", name: "Lamp", room: null, ...(powerOn && { powerOn }) };
  new PowerOnService(
    bus,
    {
      devices: () => (device === undefined ? [] : [device]),
      device: () => device,
      profile: (wanted) => profiles.find((each) => each.id === wanted),
      members: () => undefined,
    },
    {
      send: (_, frames: readonly Frame[]) =>
        sent.push(...frames.map((each) => "payload" in each && each.payload)),
    },
  ).start();
};
const changed = (change: "added" | "changed" | "removed" = "changed") =>
  bus.publish({ kind: "home.changed", what: "device", id, change, at: Instant(0) });
const isThere = (online: boolean) =>
  bus.publish({ kind: "device.availability-changed", device: id, online, at: Instant(0) });

beforeEach(() => open());

test("a lamp is told when its owner chooses, and not when anything else of it changes", () => {
  changed();
  if (device !== undefined) device = { ...device, powerOn: "toggle" };
  changed();
  if (device !== undefined) device = { ...device, name: "Other" };
  changed();
  expect(sent).toEqual(["PowerOnState 2"]);
});

test("a lamp that comes back is told again, also after a restart of the hub", () => {
  open("off");
  isThere(true);
  isThere(false);
  isThere(true);
  expect(sent).toEqual(["PowerOnState 0", "PowerOnState 0"]);
});

test("a lamp that is reached over its network again is told again, and over Bluetooth it is not", () => {
  open("off");
  const by = (link: LinkKind) =>
    bus.publish({ kind: "device.link-changed", device: id, link, reason: "lost", at: Instant(0) });
  by("ble");
  expect(sent).toEqual([]);
  by("mqtt");
  expect(sent).toEqual(["PowerOnState 0"]);
});

test("without a choice, and for a lamp that cannot be told, nothing is said", () => {
  isThere(true);
  open("on", "wled/rgb-strip");
  isThere(true);
  expect(sent).toEqual([]);
});

test("a lamp that is removed is forgotten", () => {
  open("on");
  device = undefined;
  changed("removed");
  isThere(true);
  expect(sent).toEqual([]);
});
