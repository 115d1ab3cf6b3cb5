import { BleError } from "../../../hub/domain/ble-errors.ts";
import { Millis } from "../../../hub/domain/units.ts";
import type { BleCentral, BlePeer, GattLink } from "../../../hub/ports/ble.ts";
import type { Clock } from "../../../hub/ports/clock.ts";
import { listened } from "./found-devices.ts";
import { histogramOf, type Spread, spreadOf } from "./samples.ts";

export interface SoakReport {
  readonly schema: "lampkeeper.ble-soak/1";
  readonly address: string;
  /** Nobody waited for its end. */
  readonly interrupted: boolean;
  readonly durationMs: number;
  readonly connections: number;
  readonly failures: number;
  /** How often each reason was met: those of `BleError`, and of a closed link why it ended. */
  readonly reasons: Readonly<Record<string, number>>;
  /** From the wish to connect until its attributes are known. */
  readonly usableMs?: Spread;
  readonly histogram: ReturnType<typeof histogramOf>;
}

export interface SoakOptions {
  readonly peer: BlePeer;
  /** Connections, and milliseconds: whichever comes first. */
  readonly most: { readonly count?: number; readonly ms?: number };
  readonly signal: AbortSignal;
  /** After each connection. */
  readonly tried?: (connections: number, failures: number) => void;
}

/** Between two connections. */
const pause = Millis(1_000);

const reasonOf = (error: BleError): string =>
  [error.context["reason"], error.context["end"]].filter((each) => typeof each === "string").join(": ");

/** Connects to a lamp again and again. What was found out until it is interrupted is reported. */
export const soaked = async (
  central: BleCentral,
  clock: Clock,
  { peer, most, signal, tried }: SoakOptions,
): Promise<SoakReport> => {
  const from = clock.monotonic();
  const usable: number[] = [];
  const reasons: Record<string, number> = {};
  let failures = 0;
  const isOver = () =>
    signal.aborted ||
    usable.length + failures >= (most.count ?? Number.POSITIVE_INFINITY) ||
    clock.monotonic() - from >= (most.ms ?? Number.POSITIVE_INFINITY);
  while (!isOver()) {
    try {
      usable.push(await usableAfter(central, clock, peer, signal));
    } catch (error) {
      if (!(error instanceof BleError)) throw error;
      if (error.context["reason"] === "cancelled") break;
      failures++;
      const reason = reasonOf(error);
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    tried?.(usable.length + failures, failures);
    await listened(clock, pause, signal);
  }
  const spread = spreadOf(usable);
  return {
    schema: "lampkeeper.ble-soak/1",
    address: peer.address,
    interrupted: signal.aborted,
    durationMs: Math.round(clock.monotonic() - from),
    connections: usable.length + failures,
    failures,
    reasons,
    ...(spread === undefined ? {} : { usableMs: spread }),
    histogram: histogramOf(usable),
  };
};

const usableAfter = async (
  central: BleCentral,
  clock: Clock,
  peer: BlePeer,
  signal: AbortSignal,
): Promise<number> => {
  const from = clock.monotonic();
  let link: GattLink | undefined;
  try {
    link = await central.connect(peer, { bond: "never", signal });
    await link.entries();
    return clock.monotonic() - from;
  } finally {
    await link?.close();
    await link?.closed;
  }
};
