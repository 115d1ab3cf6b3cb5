import { pingPacket } from "../mqtt-wire.ts";
import { cpuMs, ownShare, rssKiB } from "../process-meter.ts";
import { openAll, RawClient } from "../raw-client.ts";
import { type Connects, type Idle, logins, type Outcome, topics } from "./job.ts";

const settleMs = 2_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** From the opening of the socket to the CONNACK, some at once. All stay until the last is in; leaving is not counted. */
export const connects = async ({ target, connections, atOnce }: Connects): Promise<Outcome> => {
  const share = ownShare();
  const [cpuBefore, startedAt] = [cpuMs(target.pid), performance.now()];
  const clients = await openAll(
    connections,
    (index) => new RawClient(target, logins.lamp(index)),
    undefined,
    atOnce,
  );
  const elapsed = performance.now() - startedAt;
  const figures = {
    perSecond: connections / (elapsed / 1_000),
    cpuMicros: ((cpuMs(target.pid) - cpuBefore) * 1_000) / connections,
  };
  const generatorShare = share();
  for (const client of clients) client.close();
  await sleep(settleMs);
  return { figures, generatorShare };
};

/** Connections with one subscription each that only ping, spread over their keep-alive. */
export const idle = async ({ target, steps, watchMs }: Idle): Promise<Outcome> => {
  const clients: RawClient[] = [];
  const memory: number[] = [];
  const openedAt: number[] = [];
  for (const step of steps) {
    const from = clients.length;
    const more = await openAll(
      step - from,
      (index) => new RawClient(target, logins.lamp(from + index)),
      (client, index) => client.subscribe([topics.set(from + index)]),
    );
    clients.push(...more);
    openedAt.push(performance.now());
    await sleep(settleMs);
    memory.push(rssKiB(target.pid));
  }
  // Each pings twice in its keep-alive of a minute, as libraries do.
  const perTick = Math.ceil(clients.length / 300);
  let next = 0;
  const pings = setInterval(() => {
    for (let i = 0; i < perTick; i++) clients[next++ % clients.length]?.socket.write(pingPacket);
  }, 100);
  await sleep(settleMs);
  const share = ownShare();
  const cpuBefore = cpuMs(target.pid);
  await sleep(watchMs);
  const cpuShare = (cpuMs(target.pid) - cpuBefore) / watchMs;
  clearInterval(pings);
  const died = clients.filter(({ lost }) => lost !== undefined).length;
  const last = memory.at(-1) ?? Number.NaN;
  const before = memory.at(-2) ?? Number.NaN;
  const added = (steps.at(-1) ?? 0) - (steps.at(-2) ?? 0);
  const figures = {
    totalMiB: last / 1_024,
    marginalKiB: (last - before) / added,
    cpuPercent: cpuShare * 100,
    died,
  };
  const generatorShare = share();
  for (const client of clients) client.close();
  return { figures, generatorShare };
};
