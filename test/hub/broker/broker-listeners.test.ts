import { once } from "node:events";
import { connect as connectTls } from "node:tls";
import mqtt from "mqtt";
import { afterEach, describe, expect, test } from "vitest";
import { NodeNetwork } from "../../../hub/platform/node/network.ts";
import { BrokerRig, closing, Inbox } from "../../support/broker-rig.ts";
import { testIdentity } from "../../support/certificates.ts";
import { proves } from "../../support/proves.ts";

const rigs: BrokerRig[] = [];
const make = (): BrokerRig => {
  const rig = new BrokerRig();
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

describe("listeners", () => {
  test.each(["0.0.0.0", "::", "192.0.2.7", "hub.local"])("plain MQTT on %s is refused", async (host) => {
    await expect(make().broker.listen({ host, port: 0 })).rejects.toMatchObject({
      code: "plain_listener_refused",
    });
    await expect(make().broker.listen({ host, port: 0, webSocket: true })).rejects.toMatchObject({
      code: "plain_listener_refused",
    });
  });

  test.each(["0.0.0.0", "::", "", "0", "00.0.0.0", "0x0", "0.0", "::0", "0:0:0:0:0:0:0:0", "::ffff:0.0.0.0"])(
    "a legacy listener on %j is refused: it must be one address",
    async (host) => {
      await expect(make().broker.listen({ host, port: 0, legacy: true })).rejects.toMatchObject({
        code: "legacy_listener_too_wide",
      });
    },
  );

  test("a legacy listener admits devices with their credentials, nobody else, and declares itself", async () => {
    const rig = make();
    const { endpoint, declaration } = await rig.broker.listen({ host: "127.0.0.1", port: 0, legacy: true });
    rig.port = endpoint.port;
    rig.access.device("lamp");
    const lamp = await rig.client("lamp");
    expect(lamp.connected).toBe(true);
    await expect(rig.client("owner")).rejects.toThrow(/not authorized/i);
    await expect(rig.client("lamp", { password: "guess" })).rejects.toThrow();
    expect(declaration).toEqual({
      kind: "legacy",
      transport: "mqtt",
      encrypted: false,
      leavesHost: false,
      admits: "devices",
      port: endpoint.port,
    });
  });

  test("a legacy listener with TLS or WebSocket makes no sense", async () => {
    const wish = { host: "127.0.0.1", port: 0, legacy: true };
    await expect(make().broker.listen({ ...wish, webSocket: true })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("a taken port is an error with a code, and the broker can still listen elsewhere", async () => {
    const rig = await make().listen();
    await expect(rig.broker.listen({ host: "127.0.0.1", port: rig.port })).rejects.toMatchObject({
      code: "port_busy",
    });
    await rig.broker.listen({ host: "127.0.0.1", port: 0 });
  });

  test(`TLS 1.3 serves, 1.2 is refused ${proves("A37", "U23", "EN303645:5.5-1")}`, async () => {
    const rig = make();
    const tls = testIdentity();
    const { endpoint, declaration } = await rig.broker.listen({ host: "127.0.0.1", port: 0, tls });
    rig.port = endpoint.port;
    const client = await rig.client("owner", {
      protocol: "mqtts",
      ca: tls.certificate,
    });
    const inbox = new Inbox().listen(client);
    await client.subscribeAsync("a");
    await client.publishAsync("a", "sealed", { qos: 1 });
    await inbox.has(1);
    expect(declaration).toMatchObject({ kind: "tls", encrypted: true });
    const old = connectTls({ ...endpoint, ca: tls.certificate, maxVersion: "TLSv1.2" });
    const [error] = await once(old, "error");
    expect(String(error)).toMatch(/alert protocol version|unsupported protocol/i);
  });

  test("MQTT over WebSocket, with the same rules, and nothing else at that port", async () => {
    const rig = make();
    const { endpoint } = await rig.broker.listen({ host: "127.0.0.1", port: 0, webSocket: true });
    rig.port = endpoint.port;
    rig.access.device("lamp");
    const lamp = await rig.client("lamp", { protocol: "ws", path: "/mqtt" });
    const inbox = new Inbox().listen(lamp);
    await lamp.subscribeAsync("device/lamp/command");
    await expect(lamp.subscribeAsync("#")).rejects.toThrow();
    for (let n = 0; n < 1_000; n++) rig.broker.publish("device/lamp/command", String(n));
    expect((await inbox.has(1_000)).at(-1)?.payload).toBe("999");
    await expect(rig.client("lamp", { protocol: "ws", path: "/other" })).rejects.toThrow();
    const page = await fetch(`http://127.0.0.1:${endpoint.port}/`);
    expect(page.status).toBe(426);
  });

  test("a server with other pages can carry it as an upgrade", async () => {
    const rig = make();
    const upgrade = await rig.broker.webSocketUpgrade();
    const server = await new NodeNetwork().serve({ host: "127.0.0.1", port: 0, upgrades: [upgrade] }, () => ({
      status: 200,
      headers: {},
      body: "app",
    }));
    const url = `ws://127.0.0.1:${server.endpoint.port}/mqtt`;
    const client = await mqtt.connectAsync(url, rig.options("owner"));
    expect(client.connected).toBe(true);
    client.end(true);
    await server.close();
  });

  test("a listener that closes ends its connections, the others stay", async () => {
    const rig = await make().listen();
    const second = await rig.broker.listen({ host: "127.0.0.1", port: 0 });
    const first = await rig.client("owner", { clientId: "1" });
    const onSecond = await rig.client("owner", { clientId: "2", port: second.endpoint.port });
    const gone = closing(onSecond);
    await second.close();
    await gone;
    expect(first.connected).toBe(true);
  });
});
