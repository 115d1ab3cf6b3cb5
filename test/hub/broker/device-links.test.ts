import { expect, test } from "vitest";
import { DeviceLink } from "../../../hub/broker/device-link.ts";
import { DeviceLinks } from "../../../hub/broker/device-links.ts";
import { EmbeddedBroker } from "../../../hub/broker/embedded-broker.ts";
import type { MqttFrame, MqttLink } from "../../../hub/domain/profile.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { NodeNetwork } from "../../../hub/platform/node/network.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { settle, VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

const lamp: MqttLink = { kind: "mqtt", publishes: ["stat/{address}"], subscribes: ["cmnd/{address}"] };
const on: MqttFrame = { kind: "mqtt", topic: "cmnd/{address}", payload: "ON" };

const rig = () => {
  const clock = new VirtualClock(Instant(0));
  const bus = () =>
    new EmbeddedBroker(clock, new NodeNetwork(), new MemoryLog(), { authenticate: () => undefined });
  const [hub, owner] = [bus(), bus()];
  const links = new DeviceLinks({ hub: new DeviceLink(clock, hub), owner: new DeviceLink(clock, owner) });
  const heard: string[] = [];
  links.onFrame((address, frame) => heard.push(`${address} ${frame.kind === "mqtt" ? frame.payload : ""}`));
  const sent: string[] = [];
  hub.subscribe("cmnd/+", ({ topic }) => sent.push(`hub ${topic}`));
  owner.subscribe("cmnd/+", ({ topic }) => sent.push(`owner ${topic}`));
  return { clock, hub, owner, links, heard, sent };
};

test("a device is spoken to by its own broker only", async () => {
  const { links, sent } = rig();
  links.attach("a", lamp, "hub");
  links.attach("b", lamp, "owner");
  links.send("a", [on]);
  links.send("b", [on]);
  links.send("nobody", [on]);
  await settle();
  expect(sent).toEqual(["hub cmnd/a", "owner cmnd/b"]);
});

test("what is said in a device's name at the other broker reaches no driver", async () => {
  const { hub, owner, links, heard } = rig();
  links.attach("a", lamp, "hub");
  links.attach("b", lamp, "owner");
  for (const broker of [hub, owner]) {
    for (const address of ["a", "b"]) {
      broker.publish(`stat/${address}`, broker === hub ? "from hub" : "from owner");
    }
  }
  await settle();
  expect(heard).toEqual(["a from hub", "b from owner"]);
});

test("a device that moves is heard at its new broker and no longer at the old", async () => {
  const { hub, owner, links, heard } = rig();
  links.attach("a", lamp, "hub");
  links.attach("a", lamp, "owner");
  hub.publish("stat/a", "old");
  owner.publish("stat/a", "new");
  await settle();
  expect(heard).toEqual(["a new"]);
  links.detach("a");
  owner.publish("stat/a", "gone");
  await settle();
  expect(heard).toHaveLength(1);
});

test("without a broker of the owner's own a device there stays silent, and nothing fails", async () => {
  const { clock, hub } = rig();
  const links = new DeviceLinks({ hub: new DeviceLink(clock, hub) });
  await settle();
  expect([links.reaches("hub"), links.reaches("owner")]).toEqual([true, false]);
  links.attach("b", lamp, "owner");
  links.send("b", [on]);
  hub.publish("stat/b", "spoofed");
  links.close();
  await settle();
  expect([links.ignored, clock.armed]).toEqual([0, 0]);
});

test("frames that no driver can read are counted over both brokers", async () => {
  const { hub, owner, links } = rig();
  links.attach("a", lamp, "hub");
  links.attach("b", lamp, "owner");
  hub.publish("stat/a", Uint8Array.of(0xff));
  owner.publish("stat/b", "x".repeat(65_537));
  await settle();
  expect(links.ignored).toBe(2);
});
