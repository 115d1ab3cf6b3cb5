import { idOf, packetIdOffset, packetTypes, pubackPacket, publishPacket } from "../mqtt-wire.ts";
import { cpuMs, ownShare } from "../process-meter.ts";
import { openAll, RawClient } from "../raw-client.ts";
import { logins, type Outcome, type Throughput, topics } from "./job.ts";

/** How long nothing may arrive before what is missing counts as lost. */
const patienceMs = 5_000;

/** Closed loop: `window` messages under way at any time, until all are delivered and, with QoS 1, acknowledged. */
export const throughput = async (job: Throughput): Promise<Outcome> => {
  const { target, publishers, subscribers, qos, window, messages } = job;
  const expected = messages * subscribers;
  let delivered = 0;
  let acknowledged = 0;
  let published = 0;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const isDone = (): boolean => delivered >= expected && (qos === 0 || acknowledged >= messages);
  const advance = (): void => {
    const done = Math.floor(delivered / subscribers);
    if (isDone()) finish();
    else if (published < messages && published - done <= window / 2) fill(done);
  };

  const readers = await openAll(
    subscribers,
    (index) => new RawClient(target, logins.client(index)),
    (client) => client.subscribe([publishers === 1 ? topics.flow(0) : topics.allFlows], qos),
  );
  for (const reader of readers) {
    reader.onPacket = (firstByte, bytes, start) => {
      if (firstByte >> 4 !== packetTypes.publish) return;
      delivered++;
      if ((firstByte & 0x06) !== 0) reader.send(pubackPacket(idOf(bytes, start)));
    };
    reader.socket.on("data", advance);
  }
  const writers = await openAll(
    publishers,
    (index) => new RawClient(target, logins.client(subscribers + index)),
  );
  const payload = Buffer.alloc(job.payloadBytes, "x");
  const packets = writers.map((_, index) => publishPacket(topics.flow(index), payload, qos));
  const nextIds = new Uint16Array(publishers).fill(1);
  for (const writer of writers) {
    writer.onPacket = (firstByte) => {
      if (firstByte >> 4 === packetTypes.puback) acknowledged++;
    };
    if (qos === 1) writer.socket.on("data", advance);
  }
  const send = (index: number): void => {
    const packet = packets[index] ?? Buffer.alloc(0);
    if (qos === 0) {
      writers[index]?.send(packet);
      return;
    }
    const copy = Buffer.from(packet);
    const id = nextIds[index] ?? 1;
    copy.writeUInt16BE(id, packetIdOffset(packet));
    nextIds[index] = id === 65_535 ? 1 : id + 1;
    writers[index]?.send(copy);
  };
  const fill = (done: number): void => {
    while (published < messages && published - done < window) send(published++ % publishers);
  };

  const share = ownShare();
  const [cpuBefore, startedAt] = [cpuMs(target.pid), performance.now()];
  let seen = -1;
  const watch = setInterval(() => {
    if (seen === delivered) finish();
    seen = delivered;
  }, patienceMs);
  fill(0);
  await finished;
  clearInterval(watch);
  const stalledMs = isDone() ? 0 : patienceMs;
  const elapsed = performance.now() - startedAt - stalledMs;
  const figures = {
    perSecond: delivered / (elapsed / 1_000),
    cpuMicros: ((cpuMs(target.pid) - cpuBefore) * 1_000) / Math.max(1, delivered),
    lost: expected - delivered + (qos === 0 ? 0 : messages - acknowledged),
  };
  const generatorShare = share();
  for (const client of [...readers, ...writers]) client.close();
  return { figures, generatorShare };
};
