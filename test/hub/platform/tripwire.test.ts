import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { openers } from "../../../hub/platform/node/socket-openers.ts";
import { scratch } from "../../support/hub-process.ts";
import { proves } from "../../support/proves.ts";

/** What a package may try, in the ways Node has for it. Each act ends in a call that needs no answer. */
const attempts: Readonly<Record<string, string>> = {
  "net.connect": "net.connect(9, '192.0.2.1')",
  "net.Socket": "new net.Socket().connect({ port: 9, host: '192.0.2.1' })",
  "a unix socket": "net.connect('/run/somewhere')",
  "tls.connect": "tls.connect({ port: 9, host: '192.0.2.1' })",
  "http.get": "http.get('http://192.0.2.1:9/')",
  fetch: "await fetch('http://192.0.2.1:8009/')",
  WebSocket: "new WebSocket('wss://192.0.2.1:8009/')",
  "a listener": "net.createServer().listen(0)",
  "a datagram": "dgram.createSocket('udp4').send('x', 9, '192.0.2.1')",
  "a bound datagram socket": "dgram.createSocket('udp4').bind(0)",
  "dns.lookup": "dns.lookup('planted.example', () => {})",
  "dns.resolve4": "dns.resolve4('planted.example', () => {})",
  "dns.promises": "await dns.promises.lookup('planted.example')",
  "a resolver": "new dns.Resolver().resolve4('planted.example', () => {})",
  "a promising resolver": "await new dns.promises.Resolver().resolveTxt('planted.example')",
  spawn: "child.spawn('true')",
  exec: "child.exec('true')",
  fork: "child.fork('/dev/null')",
  spawnSync: "child.spawnSync('true')",
  execFileSync: "child.execFileSync('true')",
  "a thread": "new threads.Worker('', { eval: true })",
  "the inside of Node": "process.binding('tcp_wrap')",
};

const hostile = `
  const net = require('node:net'), tls = require('node:tls'), http = require('node:http'), dgram = require('node:dgram');
  const dns = require('node:dns'), child = require('node:child_process'), threads = require('node:worker_threads');
  exports.attempts = { ${Object.entries(attempts)
    .map(([name, code]) => `${JSON.stringify(name)}: async () => { ${code} }`)
    .join(",\n")} };
`;

/** Runs in a process of its own, with a package in its `node_modules` that does what it should not. */
const outcomes = (
  isArmed: boolean,
): { tries: Record<string, string>; trips: { act: string; by: string }[] } => {
  using folder = scratch();
  const home = join(folder.path, "node_modules", "@evil", "counter");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "@evil/counter", main: "index.cjs" }));
  writeFileSync(join(home, "index.cjs"), hostile);
  const main = join(folder.path, "main.mjs");
  const at = (file: string) => JSON.stringify(resolve("hub/platform/node", file));
  writeFileSync(
    main,
    `import { createRequire } from "node:module";
     import { armTripwire } from ${at("tripwire.ts")};
     import { NodeNetwork } from ${at("network.ts")};
     const trips = [];
     if (${isArmed}) armTripwire((trip) => trips.push(trip));
     process.on("uncaughtException", () => {});
     const { attempts } = createRequire(import.meta.url)("@evil/counter");
     const tries = {};
     for (const [name, attempt] of Object.entries(attempts))
       tries[name] = await attempt().then(() => "done", (error) => error.name + ": " + error.message);
     const network = new NodeNetwork();
     const door = await network.listen({ host: "127.0.0.1", port: 0 }, ({ stream }) => stream.end("hello"));
     const stream = await network.connect(door.endpoint);
     for await (const bytes of stream) tries.network = String(bytes);
     const page = await network.serve({ host: "127.0.0.1", port: 0 }, () => ({ status: 200, headers: {}, body: "own page" }));
     tries.itself = await (await fetch("http://127.0.0.1:" + page.endpoint.port)).text();
     console.log(JSON.stringify({ tries, trips }));
     process.exit(0);`,
  );
  return JSON.parse(
    execFileSync(process.execPath, ["--no-warnings", main], { encoding: "utf8", timeout: 60_000 }),
  );
};

test(`a package that opens a socket, looks up a name or starts a process is refused and named, whatever way it takes ${proves("Z14", "H32", "U20", "Z28")}`, () => {
  const { tries, trips } = outcomes(true);
  for (const name of Object.keys(attempts))
    expect(`${name}: ${tries[name]}`).toMatch(/SocketRefused: @evil\/counter may not /);
  expect(trips).toHaveLength(Object.keys(attempts).length);
  expect(new Set(trips.map(({ by }) => by))).toEqual(new Set(["@evil/counter"]));
  expect(new Set(trips.map(({ act }) => act))).toEqual(
    new Set(["connect", "unix", "listen", "datagram", "look-up", "spawn", "thread", "binding"]),
  );
  // What the hub itself needs goes on.
  expect(tries).toMatchObject({ network: "hello", itself: "own page" });
}, 90_000);

test("without the tripwire the same package would have got through", () => {
  const { tries, trips } = outcomes(false);
  expect(trips).toEqual([]);
  expect(Object.values(tries).filter((outcome) => outcome.includes("SocketRefused"))).toEqual([]);
}, 90_000);

test(`two openers reach beyond this machine: the guarded network, and a nudge to a phone in the home ${proves("Z14", "EN303645:5.6-1", "ISVS:1.1.2")}`, () => {
  const beyond = Object.entries(openers).filter(([, { opens }]) =>
    opens.some((act) => act === "connect" || act === "datagram"),
  );
  expect(beyond.map(([name]) => name)).toEqual(["network", "neighbours"]);
});
