import { createSocket, type RemoteInfo } from "node:dgram";
import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

/*
 * What runs at either end of the cable while it is watched. One word says which part this is:
 * `world` answers whoever calls, and tells of it; `control` calls once by name and once by address, as a home must not;
 * `life` lives through days with a hub.
 */

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const doors = [25, 80, 123, 443, 853, 1883, 5222, 8080, 8443, 8883];

/** A name of a DNS query, from the bytes behind its header [RFC 1035 4.1.2]. */
const nameIn = (query: Buffer): string => {
  const labels: string[] = [];
  for (let at = 12; at < query.length && query[at] !== 0; at += (query[at] ?? 0) + 1)
    labels.push(query.toString("latin1", at + 1, at + 1 + (query[at] ?? 0)));
  return labels.join(".");
};

/** Every name has an address, and everybody is at it. */
const answerTo = (query: Buffer): Buffer => {
  const end = query.indexOf(0, 12) + 5;
  const isAddress = query.readUInt16BE(end - 4) === 1;
  const head = Buffer.from([
    query[0] ?? 0,
    query[1] ?? 0,
    0x81,
    0x80,
    0,
    1,
    0,
    isAddress ? 1 : 0,
    0,
    0,
    0,
    0,
  ]);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 198, 51, 100, 7]);
  return Buffer.concat([head, query.subarray(12, end), ...(isAddress ? [record] : [])]);
};

const world = async (): Promise<void> => {
  const names = createSocket("udp4", (query: Buffer, { port, address }: RemoteInfo) => {
    say({ seen: "look-up", name: nameIn(query) });
    names.send(answerTo(query), port, address);
  });
  const time = createSocket("udp4", () => say({ seen: "datagram", port: 123 }));
  const opened = [
    ...doors.map((port) => {
      const door = createServer((socket) => {
        say({ seen: "connection", port });
        socket.on("error", () => {});
        socket.once("data", () => socket.end("yes\r\n"));
      });
      return new Promise((done) => door.listen(port, "0.0.0.0", () => done(port)));
    }),
    new Promise<void>((done) => names.bind(53, "0.0.0.0", () => done())),
    new Promise<void>((done) => time.bind(123, "0.0.0.0", () => done())),
  ];
  await Promise.all(opened);
  say({ ready: true });
  for await (const _line of createInterface({ input: process.stdin })) say({ packets: arrivedPackets() });
  process.exit(0);
};

/** What has come in by the cable, as the kernel counts it: every frame of any protocol. */
const arrivedPackets = (): number => {
  const line = /cable:\s*\d+\s+(\d+)/.exec(readFileSync("/proc/self/net/dev", "latin1"));
  return Number(line?.[1] ?? Number.NaN);
};

/** IPv6 packets that had nowhere to go. */
const strandedPackets = (): number =>
  Number(/^Ip6OutNoRoutes\s+(\d+)/m.exec(readFileSync("/proc/self/net/snmp6", "latin1"))?.[1] ?? 0);

const control = async (name: string): Promise<void> => {
  const { address } = await lookup(name, { family: 4 });
  const answer = await new Promise<string>((done, fail) => {
    const socket = connect({ host: address, port: 443 }, () => socket.write("anybody there?"));
    socket.once("data", (bytes) => done(`${bytes}`.trim()));
    socket.once("error", fail);
  });
  const before = strandedPackets();
  await new Promise((done) => {
    connect({ host: "2001:db8::7", port: 443 }).once("error", done);
  });
  say({ address, answer, stranded: strandedPackets() - before });
};

interface Lamp {
  readonly id: string;
}

const life = async (url: string, days: number): Promise<void> => {
  // By standard input: words of a command line are everybody's to read.
  const token = await new Promise<string>((done) =>
    createInterface({ input: process.stdin }).once("line", done),
  );
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", connection: "close" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  const before = strandedPackets();
  const { data: lamps } = (await call("GET", "/lights")) as { data: Lamp[] };
  const evening = { kind: "sun", event: "sunset", offset: -900 };
  await call("POST", "/schedules", {
    name: "evening",
    triggers: [{ kind: "daily", at: evening }],
    actions: [{ kind: "light", target: lamps[0]?.id, command: { on: true } }],
  });
  const start = (await call("GET", "/sim/clock")) as { now: string };
  const whenLit = new Set<string>();
  for (let day = 1; day <= days; day++) {
    await call("PUT", `/lights/${lamps[0]?.id}/state`, { on: false });
    await call("POST", "/sim/clock/advance", { seconds: 86_400 });
    const why = (await call("GET", `/lights/${lamps[0]?.id}/why`)) as {
      cause: { kind: string; at: string };
    };
    if (why.cause.kind === "rule") whenLit.add(why.cause.at);
    say({ day });
  }
  const end = (await call("GET", "/sim/clock")) as { now: string };
  const livedDays = (Date.parse(end.now) - Date.parse(start.now)) / 86_400_000;
  const { data: left } = (await call("GET", "/privacy/disclosures")) as { data: unknown[] };
  say({
    livedDays,
    evenings: whenLit.size,
    ledgerLines: left.length,
    stranded: strandedPackets() - before,
  });
};

const [part = "", ...words] = process.argv.slice(2);
if (part === "world") await world();
else if (part === "control") await control(words[0] ?? "");
else await life(words[0] ?? "", Number(words[1]));
process.exit(0);
