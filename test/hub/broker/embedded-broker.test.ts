import { afterEach, describe, expect, test } from "vitest";
import type { BrokerLimits } from "../../../hub/broker/broker-limits.ts";
import { BrokerRig, closing, Inbox } from "../../support/broker-rig.ts";
import { proves } from "../../support/proves.ts";

const rigs: BrokerRig[] = [];
const start = async (limits: Partial<BrokerLimits> = {}): Promise<BrokerRig> => {
  const rig = await new BrokerRig(limits).listen();
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

describe("who may come in", () => {
  test(`nobody without credentials, nor with wrong ones ${proves("EN303645:5.5-4")}`, async () => {
    const rig = await start();
    await expect(rig.client("", { password: "" })).rejects.toThrow();
    await expect(rig.client("owner", { password: "guess" })).rejects.toThrow(/bad user ?name or password/i);
    await expect(rig.client("nobody")).rejects.toThrow(/bad user ?name or password/i);
    expect(rig.broker.gauges.sessions).toBe(0);
    expect(rig.broker.counters.signInsRefused).toBe(3);
  });

  test("MQTT 5 is refused with the code that says so", async () => {
    const rig = await start();
    await expect(rig.client("owner", { protocolVersion: 5 })).rejects.toThrow(/protocol version/i);
  });

  test("a client that is remembered needs a name", async () => {
    const rig = await start();
    await expect(rig.client("owner", { clean: false, clientId: "" })).rejects.toThrow();
  });

  test("a will outside the grant refuses the whole connection", async () => {
    const rig = await start();
    rig.access.device("lamp");
    const will = {
      topic: "device/other/availability",
      payload: Buffer.from("offline"),
      qos: 0,
      retain: true,
    } as const;
    await expect(rig.client("lamp", { will })).rejects.toThrow(/not authorized/i);
  });
});

describe("what a device may do", () => {
  test("its own topics, both ways, and the hub knows who spoke", async () => {
    const rig = await start();
    rig.access.device("lamp");
    const lamp = await rig.client("lamp");
    const commands = new Inbox().listen(lamp);
    await lamp.subscribeAsync("device/lamp/command");
    const states = new Inbox();
    let from: string | undefined;
    rig.broker.subscribe("device/+/state", (message) => {
      from = message.from;
      states.push(message);
    });
    rig.broker.publish("device/lamp/command", "ON");
    await commands.has(1);
    await lamp.publishAsync("device/lamp/state", "ON", { qos: 1 });
    expect(await states.has(1)).toEqual([{ topic: "device/lamp/state", payload: "ON", retain: false }]);
    expect(from).toBe("lamp");
  });

  test("publishing on another's topic ends it, and nobody sees the message", async () => {
    const rig = await start();
    rig.access.device("lamp");
    rig.access.device("other");
    const lamp = await rig.client("lamp");
    const other = await rig.client("other");
    const seen = new Inbox();
    rig.broker.subscribe("#", seen.push);
    lamp.publish("device/other/state", "forged");
    await closing(lamp);
    await other.publishAsync("device/other/state", "true", { qos: 1 });
    expect((await seen.has(1)).map(({ payload }) => payload)).toEqual(["true"]);
    expect(rig.broker.counters.publishesRefused).toBe(1);
  });

  test.each(["#", "device/#", "device/+/command", "device/other/command", "$SYS/#", "$SYS/broker/uptime"])(
    "subscribing to %s is refused, and the connection lives",
    async (filter) => {
      const rig = await start();
      rig.access.device("lamp");
      rig.access.device("other");
      const lamp = await rig.client("lamp");
      await expect(lamp.subscribeAsync(filter)).rejects.toThrow();
      await lamp.subscribeAsync("device/lamp/command");
      const inbox = new Inbox().listen(lamp);
      rig.broker.publish("device/other/command", "not yours");
      rig.broker.publish("device/lamp/command", "yours");
      expect((await inbox.has(1)).map(({ payload }) => payload)).toEqual(["yours"]);
    },
  );

  test(`$SYS stays silent even for who may read everything ${proves("EN303645:5.6-2")}`, async () => {
    const rig = await start();
    const owner = await rig.client("owner");
    const inbox = new Inbox().listen(owner);
    await owner.subscribeAsync("#");
    await expect(owner.subscribeAsync("$SYS/#")).rejects.toThrow();
    await rig.client("owner");
    rig.broker.publish("last", "");
    rig.broker.publish("last", "x");
    expect((await inbox.has(2)).map(({ topic }) => topic)).toEqual(["last", "last"]);
  });
});

describe("sessions", () => {
  test("a device that comes twice takes over, stays online, and its first connection ends", async () => {
    const rig = await start();
    rig.access.device("lamp");
    const presence: string[] = [];
    rig.broker.onPresence((id, online) => presence.push(`${id} ${online}`));
    const first = await rig.client("lamp", { clientId: "a" });
    const gone = closing(first);
    const second = await rig.client("lamp", { clientId: "b" });
    await gone;
    expect(presence).toEqual(["lamp true"]);
    expect(rig.broker.counters.takeovers).toBe(1);
    const inbox = new Inbox().listen(second);
    await second.subscribeAsync("device/lamp/command");
    rig.broker.publish("device/lamp/command", "hello");
    await inbox.has(1);
    second.end();
    await closing(second);
    while (rig.broker.isOnline("lamp")) await new Promise((done) => setImmediate(done));
    expect(presence).toEqual(["lamp true", "lamp false"]);
  });

  test("no client can push another out by taking its name", async () => {
    const rig = await start();
    rig.access.client("guest", ["guest/x"], []);
    const owner = await rig.client("owner", { clientId: "panel" });
    await rig.client("guest", { clientId: "panel" });
    await rig.client("guest", { clientId: "owner\u0001panel" });
    await owner.publishAsync("still/here", "yes", { qos: 1 });
    expect(owner.connected).toBe(true);
  });

  test("the will is published when a link is lost, not after a goodbye", async () => {
    const rig = await start();
    rig.access.device("lamp");
    rig.access.device("polite");
    const seen = new Inbox();
    rig.broker.subscribe("device/+/availability", seen.push);
    const will = (id: string) =>
      ({
        topic: `device/${id}/availability`,
        payload: Buffer.from("offline"),
        qos: 1,
        retain: true,
      }) as const;
    const lamp = await rig.client("lamp", { will: will("lamp") });
    const polite = await rig.client("polite", { will: will("polite") });
    await polite.endAsync();
    lamp.stream.destroy();
    expect((await seen.has(1)).map(({ topic }) => topic)).toEqual(["device/lamp/availability"]);
    const late = new Inbox();
    rig.broker.subscribe("device/lamp/availability", late.push);
    expect((await late.has(1))[0]?.retain).toBe(true);
  });

  test("a withdrawn credential ends every session of it", async () => {
    const rig = await start();
    rig.access.client("guest", [], ["a"]);
    const first = await rig.client("guest", { clientId: "1" });
    const second = await rig.client("guest", { clientId: "2" });
    const gone = Promise.all([closing(first), closing(second)]);
    rig.access.grants.delete("guest");
    rig.broker.disconnect("guest");
    await gone;
    await expect(rig.client("guest")).rejects.toThrow();
    expect(rig.broker.isOnline("guest")).toBe(false);
  });

  test("a client that is remembered finds what it missed, up to the limit", async () => {
    const rig = await start({ keptMessages: 3 });
    const options = { clean: false, clientId: "panel", protocolVersion: 4 } as const;
    const before = await rig.client("owner", options);
    await before.subscribeAsync("news/#", { qos: 1 });
    await before.endAsync();
    while (rig.broker.isOnline("owner")) await new Promise((done) => setImmediate(done));
    for (let n = 1; n <= 5; n++) rig.broker.publish("news/x", String(n), { qos: 1 });
    rig.broker.publish("news/x", "not kept", { qos: 0 });
    const inbox = new Inbox();
    const after = rig.client("owner", options);
    // mqtt.js hands out messages from the first moment on; the listener must be there before.
    const client = await after;
    inbox.listen(client);
    client.publish("news/x", "6", { qos: 1 });
    await inbox.has(1);
    expect(rig.broker.counters.keptDropped).toBe(2);
    while (!inbox.messages.some(({ payload }) => payload === "6"))
      await new Promise((done) => setImmediate(done));
  });

  test("closing the hub publishes no wills", async () => {
    const rig = await start();
    rig.access.device("lamp");
    const seen = new Inbox();
    rig.broker.subscribe("#", seen.push);
    const will = {
      topic: "device/lamp/availability",
      payload: Buffer.from("offline"),
      qos: 0,
      retain: true,
    } as const;
    const lamp = await rig.client("lamp", { will });
    const gone = closing(lamp);
    await rig.broker.close();
    await gone;
    expect(seen.messages).toEqual([]);
  });
});

describe("retained messages", () => {
  test("come first, flagged; what follows is not", async () => {
    const rig = await start();
    rig.broker.publish("a/1", "old", { retain: true });
    rig.broker.publish("a/2", "old", { retain: true, qos: 1 });
    const owner = await rig.client("owner");
    const inbox = new Inbox().listen(owner);
    await owner.subscribeAsync("a/+", { qos: 1 });
    await inbox.has(2);
    rig.broker.publish("a/1", "new", { retain: true });
    const all = await inbox.has(3);
    expect(all.map(({ retain }) => retain)).toEqual([true, true, false]);
    expect(all[2]?.payload).toBe("new");
  });

  test("an empty one removes", async () => {
    const rig = await start();
    const owner = await rig.client("owner");
    await owner.publishAsync("a", "x", { retain: true, qos: 1 });
    await owner.publishAsync("a", "", { retain: true, qos: 1 });
    expect(rig.broker.gauges.retained).toBe(0);
  });

  test("one identity cannot fill the memory", async () => {
    const rig = await start({ retained: { messages: 100, bytes: 10_000, perIdentity: 2 } });
    const owner = await rig.client("owner");
    for (let n = 0; n < 5; n++) await owner.publishAsync(`a/${n}`, "x", { retain: true, qos: 1 });
    expect(rig.broker.gauges.retained).toBe(2);
    expect(rig.broker.counters.retainedRefused).toBe(3);
  });
});
