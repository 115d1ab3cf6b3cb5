import { packetTypes, publishPacket } from "../mqtt-wire.ts";
import { cpuMs, ownShare } from "../process-meter.ts";
import { RawClient } from "../raw-client.ts";
import { quantile } from "../statistics.ts";
import { logins, type Outcome, type RoundTrip, topics } from "./job.ts";

/** Sends one message after the other, each when its time has come and the one before is back. */
export const paced = async (
  messages: number,
  perSecond: number,
  once: (index: number) => Promise<void>,
): Promise<number[]> => {
  const took: number[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < messages; index++) {
    const wait = perSecond === 0 ? 0 : startedAt + (index * 1_000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const sentAt = performance.now();
    await once(index);
    took.push(performance.now() - sentAt);
  }
  return took;
};

/** From publisher to subscriber and, with `echo`, back: each message alone on its way. */
export const roundTrip = async ({ target, messages, perSecond, qos, echo }: RoundTrip): Promise<Outcome> => {
  const [near, far] = [0, 1].map((index) => new RawClient(target, logins.client(index)));
  if (near === undefined || far === undefined) throw new Error("no clients");
  await Promise.all([near.connect(), far.connect()]);
  await far.subscribe([topics.flow(0)], qos);
  await near.subscribe([topics.flow(1)], qos);
  const there = publishPacket(topics.flow(0), Buffer.alloc(64, "x"), qos);
  const back = publishPacket(topics.flow(1), Buffer.alloc(64, "y"), qos);
  let arrived = (): void => undefined;
  const onPublish = (call: () => void) => (firstByte: number) => {
    if (firstByte >> 4 === packetTypes.publish) call();
  };
  far.onPacket = onPublish(() => {
    if (echo) far.send(back);
    else arrived();
  });
  near.onPacket = onPublish(() => arrived());
  const once = (): Promise<void> =>
    new Promise((resolve) => {
      arrived = resolve;
      near.send(there);
    });
  await paced(Math.min(50, messages), 0, once);
  const share = ownShare();
  const cpuBefore = cpuMs(target.pid);
  const took = await paced(messages, perSecond, once);
  const figures = {
    p50: quantile(took, 0.5) * 1_000,
    p99: quantile(took, 0.99) * 1_000,
    cpuMicros: ((cpuMs(target.pid) - cpuBefore) * 1_000) / messages,
  };
  const generatorShare = share();
  near.close();
  far.close();
  return { figures, generatorShare };
};
