/** Milliseconds that an operation took, in short. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  /** Absent under 100 samples: of fewer nobody can say what the hundredth would be. */
  readonly p99?: number;
  readonly max: number;
}

const samplesForP99 = 100;
const tenth = (value: number): number => Math.round(value * 10) / 10;

/** By the nearest rank. Undefined: there is none. */
export const spreadOf = (samples: readonly number[]): Spread | undefined => {
  if (samples.length === 0) return undefined;
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) => tenth(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return {
    count: sorted.length,
    p50: at(0.5),
    p95: at(0.95),
    ...(sorted.length < samplesForP99 ? {} : { p99: at(0.99) }),
    max: at(1),
  };
};

/** How many samples lie in each range, the ranges doubling from 1 ms on. */
export const histogramOf = (
  samples: readonly number[],
): readonly { readonly belowMs: number; readonly count: number }[] => {
  const most = Math.max(1, ...samples);
  const edges = Array.from({ length: Math.ceil(Math.log2(most)) + 2 }, (_, power) => 2 ** power);
  return edges
    .map((belowMs, at) => ({
      belowMs,
      count: samples.filter((each) => each < belowMs && each >= (edges[at - 1] ?? 0)).length,
    }))
    .filter(({ count }) => count > 0);
};
