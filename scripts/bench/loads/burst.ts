import { packetTypes, publishPacket } from "../mqtt-wire.ts";
import { ownShare } from "../process-meter.ts";
import { RawClient } from "../raw-client.ts";
import { type Burst, logins, type Outcome, topics } from "./job.ts";

const patienceMs = 10_000;

/** Everything in one write; meanwhile another connection pings and keeps the longest time it waited. */
export const burst = async ({ target, messages }: Burst): Promise<Outcome> => {
  const [writer, reader, pinger] = [0, 1, 2].map((index) => new RawClient(target, logins.client(index)));
  if (writer === undefined || reader === undefined || pinger === undefined) throw new Error("no clients");
  await Promise.all([writer.connect(), reader.connect(), pinger.connect()]);
  await reader.subscribe([topics.flow(0)]);
  let delivered = 0;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  reader.onPacket = (firstByte) => {
    if (firstByte >> 4 === packetTypes.publish && ++delivered === messages) finish();
  };
  let stall = 0;
  let isOver = false;
  const pinging = (async () => {
    while (!isOver) {
      const at = performance.now();
      await pinger.ping();
      stall = Math.max(stall, performance.now() - at);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  const share = ownShare();
  const one = publishPacket(topics.flow(0), '{"on":true,"brightness":128}');
  writer.send(Buffer.concat(Array.from({ length: messages }, () => one)));
  await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
  isOver = true;
  await pinging;
  const generatorShare = share();
  for (const client of [writer, reader, pinger]) client.close();
  return { figures: { stallMs: stall, lost: messages - delivered }, generatorShare };
};
