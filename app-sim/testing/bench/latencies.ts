import { Percent } from "../../../hub/domain/units.ts";
import type { Clock } from "../../../hub/ports/clock.ts";
import { conformanceLimits } from "./conformance-cases.ts";
import type { LampSession } from "./lamp-session.ts";
import { histogramOf, type Spread, spreadOf } from "./samples.ts";

export interface OperationTimes {
  readonly operation: string;
  readonly ms: Spread;
  readonly histogram: ReturnType<typeof histogramOf>;
}

export interface LatencyReport {
  readonly schema: "lampkeeper.ble-bench/1";
  readonly address: string;
  readonly profile: string;
  /** dBm of the link at the beginning and at the end; absent: the radio does not say. */
  readonly rssi?: readonly number[];
  readonly operations: readonly OperationTimes[];
}

/**
 * How long each operation takes: connections, then writes, reads and answers on one link.
 * @param count of each
 * @throws BleError: what is measured has to work
 */
export const latenciesOf = async (
  session: LampSession,
  clock: Clock,
  address: string,
  count: number,
): Promise<LatencyReport> => {
  const times = new Map<string, number[]>();
  const keep = (operation: string, ms: number) => times.set(operation, [...(times.get(operation) ?? []), ms]);
  const timed = async (operation: string, call: () => Promise<unknown>): Promise<void> => {
    const from = clock.monotonic();
    await call();
    keep(operation, clock.monotonic() - from);
  };
  const { profile } = session;
  for (let round = 0; round < count; round++) {
    await session.close();
    await timed("connect", () => session.connect());
  }
  await session.prepare();
  const rssi = [await session.link.rssi()];
  for (let round = 0; round < count; round++) {
    const target = { on: true, brightness: Percent(round % 2 === 0 ? 50 : 100) };
    await timed("command", () => session.command(target));
    if (profile.link.reads.length > 0) await timed("read", () => session.read());
    if (profile.query.length === 0) continue;
    const answer = await session.answerTo(() => session.write(profile.query), conformanceLimits.settledMs);
    if (answer !== undefined) keep("answer", answer);
  }
  rssi.push(await session.link.rssi());
  await session.close();
  const heard = rssi.filter((each) => each !== undefined);
  return {
    schema: "lampkeeper.ble-bench/1",
    address,
    profile: profile.id,
    ...(heard.length === 0 ? {} : { rssi: heard }),
    operations: [...times].flatMap(([operation, samples]) => {
      const ms = spreadOf(samples);
      return ms === undefined ? [] : [{ operation, ms, histogram: histogramOf(samples) }];
    }),
  };
};
