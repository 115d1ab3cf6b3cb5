import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";

/** A running hub, and people who mean it no good. */

const folder = scratch();
let hub: HubProcess;
let slow: readonly { readonly ended: Promise<unknown> }[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  hub = await HubProcess.start(folder.path, "--bulbs", "20");
  // These are shown out by the clock; everything below happens meanwhile.
  slow = [
    dial(app(), "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "),
    dial(app(), ""),
    dial(broker(), Buffer.of(0x10, 200, 1, 0, 4)),
    dial(broker(), ""),
  ];
}, 60_000);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  expect(await hub.stop()).toBe(0);
  folder[Symbol.dispose]();
});

const app = (): number => Number(new URL(hub.ready.app).port);
const broker = (): number => Number(new URL(hub.ready.mqtt.url).port);

/** A raw connection that says one thing. `ended` resolves with what came back, when the other side is done. */
const dial = (port: number, said: string | Buffer) => {
  const socket = connect(port, "127.0.0.1", () => said.length > 0 && socket.write(said));
  sockets.add(socket);
  let heard = "";
  socket.on("data", (chunk) => {
    heard += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  return { socket, ended: once(socket, "close").then(() => heard) };
};

/** One request as written, answered and closed. */
const ask = async (line: string, ...headers: readonly string[]): Promise<string> => {
  const head = [line, "Connection: close", ...headers].join("\r\n");
  return await dial(app(), `${head}\r\n\r\n`).ended;
};
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const ours = () => `Host: 127.0.0.1:${app()}`;
const owner = () => `Authorization: Bearer ${hub.ready.api.token}`;

const isWell = async (): Promise<void> => {
  expect((await fetch(new URL("/healthz", hub.ready.app))).status).toBe(200);
};
const lamp = (): string => hub.ready.lamps[0] ?? "";
const signIn = (): Promise<MqttClient> => {
  const { url, username, password } = hub.ready.mqtt;
  return mqtt.connectAsync(url, { username, password, reconnectPeriod: 0 });
};

describe("requests", () => {
  test.each<[what: string, body: string, status: number, code: string]>([
    ["no JSON", '{"on":', 400, "malformed_json"],
    ["NaN", '{"brightness":NaN}', 400, "malformed_json"],
    ["a list", "[]", 400, "invalid_input"],
    ["nothing", "null", 400, "invalid_input"],
    ["a wrong type", '{"on":"yes"}', 400, "invalid_input"],
    ["1e400", '{"brightness":1e400}', 400, "invalid_input"],
    ["2^53+1", '{"colorTemperature":9007199254740993}', 400, "range_violation"],
    ["a fade of ages", '{"on":true,"transition":1e308}', 400, "range_violation"],
    ["an unknown field", '{"onn":true}', 400, "unknown_field"],
    ["a prototype", '{"__proto__":{"on":true}}', 400, "unknown_field"],
    ["a hundred thousand levels", "[".repeat(100_000), 400, "malformed_json"],
    ["a megabyte", `{"effect":"${"x".repeat(1 << 20)}"}`, 413, "limit_exceeded"],
  ])("a command of %s changes nothing", async (_what, body, status, code) => {
    const before = await hub.api("GET", `/lights/${lamp()}`);
    const response = await fetch(`${hub.ready.api.url}/lights/${lamp()}/state`, {
      method: "PUT",
      headers: { authorization: `Bearer ${hub.ready.api.token}`, "content-type": "application/json" },
      body,
    });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect({ status: response.status, ...(await response.json()) }).toMatchObject({ status, code });
    expect(await hub.api("GET", `/lights/${lamp()}`)).toEqual(before);
  });

  test.each(["a\u0000b", "x".repeat(10_000), "\u202Eabc", "   ", "\uD800"])(
    "the name %j is refused",
    async (name) => {
      expect((await hub.api("PATCH", `/lights/${lamp()}`, { name })).status).toBe(400);
      expect((await hub.api("POST", "/rooms", { name })).status).toBe(400);
    },
  );

  test("ids that nobody has, or that are none, are not found", async () => {
    for (const id of ["l-aaaaaaaaaaaa", "%00", "%zz", "..%2f..%2fetc", "__proto__", "x".repeat(5_000)]) {
      expect(statusOf(await ask(`GET /api/v1/lights/${id} HTTP/1.1`, ours(), owner()))).toBe(404);
    }
  });

  test("no path leads out of the app's files", async () => {
    for (const path of [
      "/../../../../etc/passwd",
      "/%2e%2e/%2e%2e/package.json",
      "/assets/..%2f..%2fhub.js",
      "//etc/passwd",
      "/__proto__",
    ]) {
      const answer = await ask(`GET ${path} HTTP/1.1`, ours());
      expect([statusOf(answer), answer.includes("root:")], path).toEqual([404, false]);
    }
  });

  test("other names and other pages are refused, for WebSockets too", async () => {
    const upgrade = [
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol: mqtt",
    ];
    const foreignPage = "Origin: http://evil.example";
    for (const path of ["/", "/api/v1/lights", "/healthz"]) {
      expect(statusOf(await ask(`GET ${path} HTTP/1.1`, "Host: evil.example", owner()))).toBe(421);
      expect(statusOf(await ask(`GET ${path} HTTP/1.1`, "Host: 127.0.0.1.nip.io", owner()))).toBe(421);
      expect(statusOf(await ask(`GET ${path} HTTP/1.1`, ours(), foreignPage, owner()))).not.toBe(200);
    }
    expect(statusOf(await ask("GET /mqtt HTTP/1.1", "Host: evil.example", ...upgrade))).toBe(403);
    expect(statusOf(await ask("GET /mqtt HTTP/1.1", ours(), foreignPage, ...upgrade))).toBe(403);
    expect(statusOf(await ask("GET /mqtt HTTP/1.1", ours(), "Origin: null", ...upgrade))).toBe(403);
    const { socket } = dial(app(), ["GET /mqtt HTTP/1.1", ours(), ...upgrade, "", ""].join("\r\n"));
    expect(String((await once(socket, "data"))[0])).toContain("101 Switching Protocols");
  });

  test("a request that names two hosts or none is refused, one for a whole URL is answered", async () => {
    expect(statusOf(await ask("GET /healthz HTTP/1.1", ours(), "Host: evil.example"))).toBe(421);
    expect(statusOf(await ask("GET /healthz HTTP/1.1"))).toBe(400);
    expect(statusOf(await ask("GET /healthz HTTP/1.0"))).toBe(421);
    expect(statusOf(await ask(`GET ${hub.ready.app}healthz HTTP/1.1`, ours()))).toBe(200);
  });

  test("a body that breaks off changes nothing and is no fault of the hub", async () => {
    const before = await hub.api("GET", `/lights/${lamp()}`);
    const head = [`PUT /api/v1/lights/${lamp()}/state HTTP/1.1`, ours(), owner(), "Content-Length: 100"];
    const { socket } = dial(app(), `${head.join("\r\n")}\r\n\r\n{"on":`);
    await once(socket, "connect");
    socket.end();
    await once(socket, "close");
    expect(await hub.api("GET", `/lights/${lamp()}`)).toEqual(before);
    await isWell();
  });

  test("HEAD is answered like GET, methods that make no sense are named", async () => {
    const head = await ask("HEAD / HTTP/1.1", ours());
    expect(statusOf(head)).toBe(200);
    expect(head.split("\r\n\r\n")[1]).toBe("");
    expect(statusOf(await ask("TRACE / HTTP/1.1", ours()))).toBe(405);
    expect(statusOf(await ask("DELETE / HTTP/1.1", ours()))).toBe(405);
    const preflight = await ask(
      "OPTIONS /api/v1/lights HTTP/1.1",
      ours(),
      "Access-Control-Request-Method: PUT",
    );
    expect(statusOf(preflight)).toBe(405);
    expect(preflight.toLowerCase()).not.toContain("access-control-allow");
  });

  test("what is no request at all is refused and ends its connection only", async () => {
    const bigHead = `X: ${"a".repeat(20_000)}`;
    expect(statusOf(await ask("GET / HTTP/1.1", ours(), bigHead))).toBe(431);
    const twoLengths = ["Content-Length: 5", "Transfer-Encoding: chunked"];
    expect(statusOf(await ask("POST / HTTP/1.1", ours(), ...twoLengths))).toBe(400);
    expect(statusOf(await ask("POST / HTTP/1.1", ours(), "Content-Length: -1"))).toBe(400);
    for (let at = 1; at <= 50; at++) {
      expect([400, 431]).toContain(
        statusOf(await dial(app(), `${randomBytes(40 * at).toString("latin1")}\r\n\r\n`).ended),
      );
    }
    await isWell();
  });
});

describe("MQTT", () => {
  test("messages that are no commands are answered on the lamp's error topic and change nothing", async () => {
    const { base } = hub.ready.mqtt;
    const client = await signIn();
    const codes: string[] = [];
    const bad: readonly (readonly [payload: string, code: string])[] = [
      ['{"on":', "malformed_json"],
      ["", "malformed_json"],
      ['{"brightness":NaN}', "malformed_json"],
      ["[]", "invalid_input"],
      ['{"state":"perhaps"}', "invalid_input"],
      ['{"brightness":"10"}', "invalid_input"],
      ['{"brightness":255}', "range_violation"],
      ['{"brightness":1e400}', "range_violation"],
      ['{"transition":1e308}', "range_violation"],
      ['{"foo":1}', "unknown_field"],
      ["[".repeat(60_000), "limit_exceeded"],
    ];
    const answered = new Promise<void>((done) => {
      client.on("message", (_topic, payload) => {
        codes.push(JSON.parse(payload.toString()).code);
        if (codes.length === bad.length) done();
      });
    });
    await client.subscribeAsync(`${base}/${lamp()}/error`);
    const before = await hub.api("GET", `/lights/${lamp()}`);
    for (const [payload] of bad) await client.publishAsync(`${base}/${lamp()}/set`, payload, { qos: 1 });
    await answered;
    expect(codes).toEqual(bad.map(([, code]) => code));
    expect(await hub.api("GET", `/lights/${lamp()}`)).toEqual(before);
    await client.endAsync();
  });

  const publish = (topic: string, payload: Buffer): Buffer => {
    const body = Buffer.concat([
      Buffer.of(topic.length >> 8, topic.length & 255),
      Buffer.from(topic),
      payload,
    ]);
    const length = [(body.length & 127) | 128, ((body.length >> 7) & 127) | 128, (body.length >> 14) & 127];
    return Buffer.concat([Buffer.of(0x30, ...length), body]);
  };

  test.each<[what: string, bytes: () => Buffer]>([
    ["a megabyte", () => publish(`lampkeeper/${lamp()}/set`, Buffer.alloc(1 << 20))],
    ["a topic of ten thousand levels", () => publish("a/".repeat(10_000), Buffer.of(1))],
    ["a wildcard in a topic", () => publish("lampkeeper/#", Buffer.of(1))],
    ["a zero byte in a topic", () => publish("lamp\0keeper", Buffer.of(1))],
    ["a lamp's own topic", () => publish("device/sim-lamp-0/state", Buffer.from("{}"))],
    ["the hub's own topic", () => publish(`lampkeeper/${lamp()}`, Buffer.from('{"state":"ON"}'))],
    ["a second CONNECT", () => Buffer.of(0x10, 12, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 0)],
    ["noise", () => Buffer.alloc(4_000, 0xff)],
  ])("%s ends the client that sent it, and nobody else", async (_what, bytes) => {
    const [hostile, bystander] = [await signIn(), await signIn()];
    hostile.on("error", () => {});
    const gone = new Promise<void>((done) => hostile.on("close", () => done()));
    hostile.stream.write(bytes());
    await gone;
    expect(bystander.connected).toBe(true);
    await bystander.subscribeAsync(`lampkeeper/${lamp()}`);
    await bystander.endAsync();
    await isWell();
  });

  test("noise instead of a CONNECT is shown out", async () => {
    const strangers = Array.from({ length: 100 }, (_, at) =>
      dial(broker(), Buffer.concat([Buffer.of(0xf0 | at), randomBytes(100)])),
    );
    await Promise.all(strangers.map(({ ended }) => ended));
    await isWell();
  });
});

test("a thousand connections that say nothing take nothing from the others", {
  timeout: 30_000,
}, async () => {
  const crowd = [app(), broker()].flatMap((port) => Array.from({ length: 500 }, () => dial(port, "").socket));
  await Promise.all(crowd.map((socket) => once(socket, "connect")));
  await isWell();
  const put = await hub.api("PUT", `/lights/${lamp()}/state?wait=reported`, { on: true });
  expect(put.status).toBe(200);
  // Half of them vanish without a word, half say goodbye.
  for (const [at, socket] of crowd.entries()) {
    if (at % 2 === 0) socket.resetAndDestroy();
    else socket.end();
  }
  await isWell();
});

test("ten thousand commands at once: the last of each lamp is confirmed, the hub answers meanwhile", {
  timeout: 60_000,
}, async () => {
  const { lamps, mqtt: at } = hub.ready;
  const client = await signIn();
  const last = new Map<string, number>();
  const done = new Promise<void>((resolve) => {
    const open = new Set(lamps);
    client.on("message", (topic, payload) => {
      const id = topic.slice(at.base.length + 1);
      const { state, brightness } = JSON.parse(payload.toString());
      const wanted = last.get(id) ?? 0;
      // Sensors speak here too.
      if (!last.has(id)) return;
      const isShown = state === "ON" && Math.abs((brightness ?? wanted) - wanted) <= 1;
      if (isShown) open.delete(id);
      else open.add(id);
      if (open.size === 0) resolve();
    });
  });
  await client.subscribeAsync(`${at.base}/+`);
  let isOver = false;
  const watched = (async () => {
    while (!isOver) await isWell();
  })();
  const sent = Array.from({ length: 10_000 }, (_, number) => {
    const id = lamps[number % lamps.length] ?? "";
    const brightness = 1 + ((number * 7) % 253);
    last.set(id, brightness);
    const payload = JSON.stringify({ state: "ON", brightness, transition: 0 });
    return client.publishAsync(`${at.base}/${id}/set`, payload, { qos: 1 });
  });
  await Promise.all(sent);
  await done;
  isOver = true;
  await watched;
  await client.endAsync();
});

test("who is slow to say what it wants is shown out", { timeout: 45_000 }, async () => {
  await Promise.all(slow.map(({ ended }) => ended));
  await isWell();
});
