import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Duplex, Readable } from "node:stream";
import { connect as connectTls } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { createWebSocketStream, WebSocket } from "ws";
import { Instant, Millis, Seconds } from "../../hub/domain/units.ts";
import { ArpTable } from "../../hub/platform/node/arp-table.ts";
import { NodeNetwork } from "../../hub/platform/node/network.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimNetwork } from "../../hub/platform/sim/sim-network.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import { testIdentity } from "../support/certificates.ts";
import { type NetworkRig, networkContract } from "./network.contract.ts";

const simulated = () => {
  const clock = new VirtualClock(Instant(0));
  return { clock, network: new SimNetwork(clock, new SeededRandom(1)) };
};

/** The kernel's table, in a file of ours. */
const kernelTable = () => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  const file = join(folder, "arp");
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const flags = new Map<string, number>();
  return {
    table: new ArpTable(file, () => undefined),
    neighbour: (address: string, isPresent: boolean) => {
      flags.set(address, isPresent ? 2 : 0);
      const lines = [...flags].map(([each, flag], at) => `10.0.0.${at}  0x1  0x${flag}  ${each}  *  eth0`);
      writeFileSync(file, ["IP address  HW type  Flags  HW address  Mask  Device", ...lines].join("\n"));
    },
  };
};

const overSockets = {
  request: (url: string, init?: RequestInit) => fetch(url, init),
  upgrade: async (url: string, protocol: string): Promise<Duplex> => {
    const socket = new WebSocket(url.replace("http", "ws"), protocol);
    const stream = createWebSocketStream(socket);
    stream.on("error", () => undefined);
    await once(socket, "open");
    return stream;
  },
} satisfies Partial<NetworkRig>;

networkContract("node", () => {
  const { table, neighbour } = kernelTable();
  return { ...overSockets, network: new NodeNetwork(undefined, table), neighbour };
});

networkContract("sim", () => {
  const { network } = simulated();
  return {
    network,
    request: (url, init) => network.fetch(url, init),
    upgrade: async (url, protocol) => network.upgrade(url, protocol),
    neighbour: (address, isPresent) => network.around.set(address, isPresent),
  };
});

describe("TLS", () => {
  const identity = testIdentity();
  const listen = () =>
    new NodeNetwork().listen({ host: "127.0.0.1", port: 0, tls: identity }, ({ stream }) =>
      stream.pipe(stream),
    );

  test("speaks 1.3 to who trusts its certificate", async () => {
    const listener = await listen();
    const stream = await new NodeNetwork().connect({
      ...listener.endpoint,
      tls: { authority: identity.certificate },
    });
    stream.write("sealed");
    expect(String((await once(stream, "data"))[0])).toBe("sealed");
    stream.destroy();
    await listener.close();
  });

  test("refuses 1.2", async () => {
    const listener = await listen();
    const socket = connectTls({ ...listener.endpoint, ca: identity.certificate, maxVersion: "TLSv1.2" });
    const [error] = await once(socket, "error");
    expect(String(error)).toMatch(/alert protocol version|unsupported protocol/i);
    await listener.close();
  });

  test("does not connect to a certificate nobody vouched for", async () => {
    const listener = await listen();
    await expect(new NodeNetwork().connect({ ...listener.endpoint, tls: {} })).rejects.toMatchObject({
      code: "network_failed",
    });
    await listener.close();
  });

  test("noise instead of a handshake ends that connection only", async () => {
    const listener = await listen();
    const noise = createConnection(listener.endpoint.port, "127.0.0.1");
    noise.on("error", () => undefined);
    noise.end("GET / HTTP/1.1\r\n\r\n");
    noise.resume();
    await once(noise, "close");
    const stream = await new NodeNetwork().connect({
      ...listener.endpoint,
      tls: { authority: identity.certificate },
    });
    expect(stream.destroyed).toBe(false);
    stream.destroy();
    await listener.close();
  });
});

test("an answer that goes on is over before it begins when whoever asked has left", async () => {
  const body = new Readable({ read: () => undefined });
  const listener = await new NodeNetwork().serve({ host: "127.0.0.1", port: 0 }, async (request) => {
    await expect(request.body(10)).rejects.toMatchObject({ code: "network_failed" });
    return { status: 200, headers: {}, body };
  });
  const socket = createConnection(listener.endpoint.port, "127.0.0.1");
  socket.end("POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 10\r\n\r\nhalf");
  socket.resume();
  await once(body, "close");
  await listener.close();
});

test("answers of one turn reach each who asked over one connection, in order", async () => {
  const listener = await new NodeNetwork().serve({ host: "127.0.0.1", port: 0 }, ({ target }) => ({
    status: 200,
    headers: {},
    body: target,
  }));
  const socket = createConnection(listener.endpoint.port, "127.0.0.1");
  const ask = (path: string, also = "") => `GET ${path} HTTP/1.1\r\nHost: hub\r\n${also}\r\n`;
  socket.end(ask("/1") + ask("/2") + ask("/3", "Connection: close\r\n"));
  const said = (await socket.toArray()).join("");
  expect(said.match(/^\/\d/gm)).toEqual(["/1", "/2", "/3"]);
  await listener.close();
});

describe("faults of a simulated link", () => {
  const pair = async (network: SimNetwork) => {
    const arrived: string[] = [];
    const closed: string[] = [];
    const listener = await network.listen({ host: "hub", port: 1883 }, ({ stream }) => {
      stream.on("data", (chunk) => arrived.push(String(chunk)));
      stream.on("close", () => closed.push("hub"));
    });
    const stream = await network.from("lamp").connect(listener.endpoint);
    stream.on("data", () => undefined);
    stream.on("close", () => closed.push("lamp"));
    return { stream, arrived, closed };
  };

  test("delay keeps the order and takes its time", async () => {
    const { clock, network } = simulated();
    const { stream, arrived } = await pair(network);
    network.setFaults("lamp", { delay: { least: Millis(100), most: Millis(200) } });
    stream.write("1");
    await clock.advance(Millis(1));
    stream.write("2");
    await clock.advance(Millis(98));
    expect(arrived).toEqual([]);
    await clock.advance(Seconds(1));
    expect(arrived.join("")).toBe("12");
  });

  test("a pulled plug is silent first, then noticed by both ends", async () => {
    const { clock, network } = simulated();
    const { stream, arrived, closed } = await pair(network);
    network.setFaults("lamp", { unplugged: { noticed: Seconds(90) } });
    stream.write("lost");
    await clock.advance(Seconds(89));
    expect([arrived, closed]).toEqual([[], []]);
    await expect(network.from("lamp").connect({ host: "hub", port: 1883 })).rejects.toMatchObject({
      code: "network_failed",
    });
    await clock.advance(Seconds(2));
    expect(closed.sort()).toEqual(["hub", "lamp"]);
  });

  test("a plug put back in time loses nothing", async () => {
    const { clock, network } = simulated();
    const { stream, arrived, closed } = await pair(network);
    network.setFaults("lamp", { unplugged: { noticed: Seconds(90) } });
    stream.write("kept");
    await clock.advance(Seconds(30));
    network.setFaults("lamp", undefined);
    await clock.advance(Seconds(100));
    expect([arrived, closed]).toEqual([["kept"], []]);
  });

  test("loss takes connections down, others stay", async () => {
    const { clock, network } = simulated();
    const { stream, closed } = await pair(network);
    network.setFaults("someone-else", { cut: 1 });
    stream.write("fine");
    await clock.advance(Seconds(1));
    expect(closed).toEqual([]);
    network.setFaults("lamp", { cut: 1 });
    stream.write("gone");
    await clock.advance(Seconds(1));
    expect(closed.sort()).toEqual(["hub", "lamp"]);
  });
});
