/** The middle of what was measured, and its ends. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The value below which `share` of the values lie (nearest rank). @param values not empty, any order */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
};

/** Median (mean of the middle two) and range. Without values everything is NaN. */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = Float64Array.from(values).sort();
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
};

/** Ours over theirs, round by round: what disturbs a round disturbs both. @param theirs as long as `ours` */
export const ratiosOf = (ours: readonly number[], theirs: readonly number[]): number[] =>
  ours.map((value, round) => value / (theirs[round] ?? Number.NaN));

/** The order of `count` targets in a round: each stands in each place as often as the others. */
export const rotated = <T>(targets: readonly T[], round: number): T[] =>
  targets.map((_, place) => targets[(place + round) % targets.length] as T);
