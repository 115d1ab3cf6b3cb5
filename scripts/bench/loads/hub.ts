import { Agent, request } from "node:http";
import { packetTypes, payloadOf, publishPacket, topicOf } from "../mqtt-wire.ts";
import { cpuMs, ownShare } from "../process-meter.ts";
import { RawClient } from "../raw-client.ts";
import { quantile } from "../statistics.ts";
import type {
  CommandBurst,
  Commands,
  Dialect,
  HttpCommands,
  HubTarget,
  LampTopics,
  Outcome,
  WholeHouse,
} from "./job.ts";
import { paced } from "./round-trip.ts";

const dialects: Record<Dialect, LampTopics> = {
  hub: {
    set: (lamp) => `lampkeeper/${lamp}/set`,
    state: (lamp) => `lampkeeper/${lamp}`,
    allStates: "lampkeeper/+",
  },
  bulb: {
    set: (lamp) => `bulb/${lamp}/set`,
    state: (lamp) => `bulb/${lamp}/state`,
    allStates: "bulb/+/state",
  },
};

/** Whole percents as 0..254: what lamps that count to 100, 254 or 255 all give back as it was. */
const levelOf = (command: number): number => Math.round((1 + (command % 100)) * 2.54);

/** "Confirmed" is within one of 254. */
const isLevel = (shown: number, level: number): boolean => Math.abs(shown - level) <= 1;

/** Lamps fade by themselves; a state on the way is not yet the answer. */
const commandOf = (level: number): string => `{"state":"ON","brightness":${level},"transition":0}`;

const brightnessIn = (payload: Buffer): number =>
  Number(/"brightness":\s*(\d+)/.exec(payload.toString("latin1"))?.[1] ?? Number.NaN);

interface Wire {
  readonly send: (lamp: string, level: number) => void;
  readonly client: RawClient;
  readonly close: () => void;
}

/** One connection that commands and one that hears every state. */
const openWire = async (
  target: HubTarget,
  { set, state, allStates }: LampTopics,
  onLevel: (lamp: string, level: number) => void,
): Promise<Wire> => {
  const client = new RawClient(target, target.login);
  const watcher = new RawClient(target, { ...target.login, clientId: `${target.login.clientId}-watcher` });
  await client.connect();
  await watcher.connect();
  const lampOf = new Map(target.lamps.map((lamp) => [state(lamp), lamp]));
  watcher.onPacket = (firstByte, bytes, start, end) => {
    if (firstByte >> 4 !== packetTypes.publish) return;
    const lamp = lampOf.get(topicOf(bytes, start));
    if (lamp !== undefined) onLevel(lamp, brightnessIn(payloadOf(firstByte, bytes, start, end)));
  };
  await watcher.subscribe([allStates]);
  return {
    client,
    send: (lamp, level) => client.send(publishPacket(set(lamp), commandOf(level))),
    close: () => {
      client.close();
      watcher.close();
    },
  };
};

const patienceMs = 10_000;

/** Fails when nothing has happened for so long. */
const untilDone = async (isDone: () => boolean, progress: () => number): Promise<void> => {
  let [seen, since] = [progress(), performance.now()];
  while (!isDone()) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (progress() !== seen) [seen, since] = [progress(), performance.now()];
    if (performance.now() - since > patienceMs) return;
  }
};

/** From command to the state that shows it: one by one at a pace, or with a window full of them under way. */
export const commands = async (job: Commands): Promise<Outcome> => {
  const { target, window, perSecond } = job;
  const waiting = new Map<string, { level: number; sentAt: number; done?: () => void }>();
  const took: number[] = [];
  let [sent, lastAt] = [0, 0];
  const wire = await openWire(target, dialects[job.dialect], (lamp, level) => {
    const open = waiting.get(lamp);
    if (open === undefined || !isLevel(level, open.level)) return;
    waiting.delete(lamp);
    lastAt = performance.now();
    took.push(lastAt - open.sentAt);
    open.done?.();
    if (perSecond === 0 && sent < job.commands) send();
  });
  const send = (done?: () => void): void => {
    const lamp = target.lamps[sent % target.lamps.length] ?? "";
    const level = levelOf(7 * Math.floor(sent / target.lamps.length) + (sent % 3));
    waiting.set(lamp, { level, sentAt: performance.now(), ...(done === undefined ? {} : { done }) });
    wire.send(lamp, level);
    sent++;
  };
  const share = ownShare();
  const [cpuBefore, startedAt] = [cpuMs(target.pid), performance.now()];
  if (perSecond > 0) {
    await paced(job.commands, perSecond, () => new Promise((resolve) => send(resolve)));
  } else {
    for (let i = 0; i < Math.min(window, target.lamps.length, job.commands); i++) send();
    await untilDone(
      () => took.length >= job.commands,
      () => took.length,
    );
  }
  const figures = {
    p50: quantile(took, 0.5) * 1_000,
    p99: quantile(took, 0.99) * 1_000,
    perSecond: took.length / ((lastAt - startedAt) / 1_000),
    cpuMicros: ((cpuMs(target.pid) - cpuBefore) * 1_000) / job.commands,
    lost: job.commands - took.length,
  };
  const generatorShare = share();
  wire.close();
  return { figures, generatorShare };
};

/** One message to a zone; until every lamp of it has shown the new level. */
export const wholeHouse = async ({ target, zone, repeats }: WholeHouse): Promise<Outcome> => {
  const silent = new Set<string>();
  let [level, firstAt, lastAt] = [0, 0, 0];
  const wire = await openWire(target, dialects.hub, (lamp, shown) => {
    if (!isLevel(shown, level) || !silent.delete(lamp)) return;
    lastAt = performance.now();
    if (silent.size === target.lamps.length - 1) firstAt = lastAt;
  });
  const [spreads, alls]: [number[], number[]] = [[], []];
  const share = ownShare();
  let missing = 0;
  for (let repeat = -2; repeat < repeats; repeat++) {
    for (const lamp of target.lamps) silent.add(lamp);
    level = levelOf(30 + ((repeat + 2) % 70));
    const sentAt = performance.now();
    wire.send(zone, level);
    await untilDone(
      () => silent.size === 0,
      () => silent.size,
    );
    missing += silent.size;
    silent.clear();
    if (repeat < 0) continue;
    spreads.push(lastAt - firstAt);
    alls.push(lastAt - sentAt);
  }
  const figures = {
    spreadMs: quantile(spreads, 0.5),
    allMs: quantile(alls, 0.5),
    lost: missing,
  };
  const generatorShare = share();
  wire.close();
  return { figures, generatorShare };
};

/** Many commands in one write. A lamp may skip what is overtaken; it must end as it was asked last. */
export const commandBurst = async ({ target, commands: count }: CommandBurst): Promise<Outcome> => {
  const shown = new Map<string, number>();
  let heard = 0;
  const wire = await openWire(target, dialects.hub, (lamp, level) => {
    shown.set(lamp, level);
    heard++;
  });
  const pinger = new RawClient(target, { ...target.login, clientId: "pinger" });
  await pinger.connect();
  const wanted = new Map<string, number>();
  let [stall, isOver] = [0, false];
  const pinging = (async () => {
    while (!isOver) {
      const at = performance.now();
      await pinger.ping();
      stall = Math.max(stall, performance.now() - at);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  const share = ownShare();
  for (let i = 0; i < count; i++) {
    const lamp = target.lamps[i % target.lamps.length] ?? "";
    const level = levelOf(Math.floor(i / target.lamps.length) * 7 + (i % 11));
    wanted.set(lamp, level);
    wire.send(lamp, level);
  }
  const unlike = (): number =>
    [...wanted].filter(([lamp, level]) => !isLevel(shown.get(lamp) ?? 0, level)).length;
  await untilDone(
    () => unlike() === 0,
    () => heard,
  );
  isOver = true;
  await pinging;
  const figures = { stallMs: stall, lost: unlike() };
  const generatorShare = share();
  pinger.close();
  wire.close();
  return { figures, generatorShare };
};

const put = (
  agent: Agent,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const length = { "content-length": String(Buffer.byteLength(body)), "content-type": "application/json" };
    const sent = request(url, { method: "PUT", agent, headers: { ...headers, ...length } }, (answer) => {
      answer.resume();
      answer.on("end", () => {
        if (answer.statusCode !== undefined && answer.statusCode < 300) resolve();
        else reject(new Error(`PUT was answered with ${answer.statusCode}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });

/** Requests over kept connections, each answered when the lamp has done it. */
export const httpCommands = async (job: HttpCommands): Promise<Outcome> => {
  const agent = new Agent({ keepAlive: true, maxSockets: job.window });
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent < job.commands) {
      const number = sent++;
      const { url, body } = job.requests[number % job.requests.length] ?? { url: "", body: "" };
      const level = 2 + (Math.floor(number / job.requests.length) % 90);
      await put(agent, url, body.replace("{level}", String(level)), job.headers);
    }
  };
  const share = ownShare();
  const [cpuBefore, startedAt] = [cpuMs(job.pid), performance.now()];
  await Promise.all(Array.from({ length: job.window }, worker));
  const figures = {
    perSecond: job.commands / ((performance.now() - startedAt) / 1_000),
    cpuMicros: ((cpuMs(job.pid) - cpuBefore) * 1_000) / job.commands,
  };
  const generatorShare = share();
  agent.destroy();
  return { figures, generatorShare };
};
