import { expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import type { DomainEvent } from "../../../hub/domain/event.ts";
import type { LampId } from "../../../hub/domain/ids.ts";
import { Instant } from "../../../hub/domain/units.ts";

const lamp = "l-aaaaaaaaaaaa" as LampId;
const online = (value: boolean): DomainEvent => ({
  kind: "device.availability-changed",
  device: lamp,
  online: value,
  at: Instant(0),
});

test("a listener hears its kind, in order, until it leaves", () => {
  const bus = new SyncEventBus();
  const heard: boolean[] = [];
  const leave = bus.subscribe("device.availability-changed", (event) => heard.push(event.online));
  bus.subscribe("light.reported", () => heard.push(false));
  bus.publish(online(true));
  leave();
  bus.publish(online(false));
  expect(heard).toEqual([true]);
});

test("an event published by a listener comes after the one being delivered, for everybody", () => {
  const bus = new SyncEventBus();
  const first: boolean[] = [];
  const second: boolean[] = [];
  bus.subscribe("device.availability-changed", (event) => {
    first.push(event.online);
    if (event.online) bus.publish(online(false));
  });
  bus.subscribeAll((event) => {
    if (event.kind === "device.availability-changed") second.push(event.online);
  });
  bus.publish(online(true));
  expect(first).toEqual([true, false]);
  expect(second).toEqual([true, false]);
});
