import { packetTypes, publishPacket, topicOf } from "../mqtt-wire.ts";
import { cpuMs, ownShare } from "../process-meter.ts";
import { openAll, RawClient } from "../raw-client.ts";
import { quantile } from "../statistics.ts";
import { type Command, type Fleet, type House, logins, type Outcome, topics } from "./job.ts";
import { paced } from "./round-trip.ts";

const command = '{"on":true,"brightness":128}';
const state = '{"on":true,"brightness":128,"colorTemperature":370}';

const isPublish = (firstByte: number): boolean => firstByte >> 4 === packetTypes.publish;

/** Lamps on their own connections: each answers a command to it, or to all, with its state. */
const openLamps = async (
  { target, lamps }: { readonly target: House["target"]; readonly lamps: number },
  commanded: (lamp: number) => void = () => undefined,
): Promise<{ readonly clients: RawClient[]; readonly report: (lamp: number) => void }> => {
  const answers = Array.from({ length: lamps }, (_, lamp) => publishPacket(topics.state(lamp), state));
  const clients = await openAll(
    lamps,
    (lamp) => new RawClient(target, logins.lamp(lamp)),
    (client, lamp) => client.subscribe([topics.set(lamp), topics.group]),
  );
  const report = (lamp: number): void => {
    const answer = answers[lamp];
    if (answer !== undefined) clients[lamp]?.send(answer);
  };
  clients.forEach((client, lamp) => {
    client.onPacket = (firstByte) => {
      if (!isPublish(firstByte)) return;
      commanded(lamp);
      report(lamp);
    };
  });
  return { clients, report };
};

/** One message to all lamps, and one to each: until every lamp has answered. */
export const house = async (job: House): Promise<Outcome> => {
  const { target, lamps, repeats } = job;
  let [firstAt, lastAt, reached, answered] = [0, 0, 0, 0];
  let finish = (): void => undefined;
  const { clients } = await openLamps(job, () => {
    lastAt = performance.now();
    if (reached++ === 0) firstAt = lastAt;
  });
  const controller = new RawClient(target, logins.client(0));
  await controller.connect();
  await controller.subscribe([topics.state("+")]);
  controller.onPacket = (firstByte) => {
    if (isPublish(firstByte) && ++answered === lamps) finish();
  };
  const group = publishPacket(topics.group, command);
  const singles = Array.from({ length: lamps }, (_, lamp) => publishPacket(topics.set(lamp), command));
  const run = async (send: () => void): Promise<{ spread: number; all: number }> => {
    [reached, answered] = [0, 0];
    const sentAt = performance.now();
    await new Promise<void>((resolve, reject) => {
      const patience = setTimeout(
        () => reject(new Error(`${lamps - answered} lamps did not answer`)),
        10_000,
      );
      finish = () => {
        clearTimeout(patience);
        resolve();
      };
      send();
    });
    return { spread: lastAt - firstAt, all: performance.now() - sentAt };
  };
  const toGroup = (): void => controller.send(group);
  const toEach = (): void => {
    for (const packet of singles) controller.send(packet);
  };
  for (const send of [toGroup, toEach, toGroup]) await run(send);
  const share = ownShare();
  const cpuBefore = cpuMs(target.pid);
  const [groups, each] = [[] as { spread: number; all: number }[], [] as { all: number }[]];
  for (let i = 0; i < repeats; i++) {
    groups.push(await run(toGroup));
    each.push(await run(toEach));
  }
  const figures = {
    spreadMs: quantile(
      groups.map(({ spread }) => spread),
      0.5,
    ),
    groupMs: quantile(
      groups.map(({ all }) => all),
      0.5,
    ),
    eachMs: quantile(
      each.map(({ all }) => all),
      0.5,
    ),
    cpuMicros: ((cpuMs(target.pid) - cpuBefore) * 1_000) / (2 * repeats * lamps),
  };
  const generatorShare = share();
  for (const client of [...clients, controller]) client.close();
  return { figures, generatorShare };
};

/** Every lamp reports once a second, spread over the second, and answers commands. Never ends by itself. */
export const fleet = async (job: Fleet): Promise<Outcome> => {
  const { report } = await openLamps(job);
  const perTick = Math.ceil(job.lamps / 100);
  let next = 0;
  setInterval(() => {
    for (let i = 0; i < perTick; i++) report(next++ % job.lamps);
  }, 10);
  return { figures: {}, generatorShare: 0 };
};

/** Commands to one lamp after the other of a fleet, until it answers. */
export const commandLamps = async ({ target, lamps, messages, perSecond }: Command): Promise<Outcome> => {
  const controller = new RawClient(target, logins.client(0));
  await controller.connect();
  const watcher = new RawClient(target, logins.client(1));
  await watcher.connect();
  await watcher.subscribe([topics.state("+")]);
  let [awaited, arrived] = ["", (): void => undefined];
  watcher.onPacket = (firstByte, bytes, start) => {
    if (isPublish(firstByte) && topicOf(bytes, start) === awaited) arrived();
  };
  const once = (index: number): Promise<void> =>
    new Promise((resolve) => {
      // A stride that visits all lamps in no order they report in.
      const lamp = (index * 617) % lamps;
      awaited = topics.state(lamp);
      arrived = resolve;
      controller.send(publishPacket(topics.set(lamp), command));
    });
  await paced(20, 0, once);
  const share = ownShare();
  const [cpuBefore, startedAt] = [cpuMs(target.pid), performance.now()];
  const took = await paced(messages, perSecond, once);
  const figures = {
    p50: quantile(took, 0.5) * 1_000,
    p99: quantile(took, 0.99) * 1_000,
    cpuPercent: ((cpuMs(target.pid) - cpuBefore) / (performance.now() - startedAt)) * 100,
  };
  const generatorShare = share();
  controller.close();
  watcher.close();
  return { figures, generatorShare };
};
