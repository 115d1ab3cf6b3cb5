import type { Random } from "../../../hub/ports/random.ts";

/** Something that was seen to pass, by whoever sits on the wire. */
export interface Passed {
  readonly at: number;
  readonly bytes: number;
}

/** A stretch of time, and whether somebody was home in it. */
export interface Stretch {
  readonly features: readonly number[];
  readonly home: boolean;
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};

/** What sizes, gaps and counts tell of what passed between two moments. */
export const featuresOf = (all: readonly Passed[], from: number, to: number): readonly number[] => {
  const passed = all.filter(({ at }) => at >= from && at < to);
  const sizes = passed.map(({ bytes }) => bytes);
  const gaps = passed.slice(1).map(({ at }, index) => at - (passed[index]?.at ?? 0));
  return [passed.length, mean(sizes), spread(sizes), Math.max(0, ...sizes), mean(gaps), spread(gaps)];
};

const voters = 7;

/** How often the nearest of those that it was shown say right where somebody is; half of them it is shown. A tie is a coin. */
export const accuracyOf = (stretches: readonly Stretch[], random: Random): number => {
  const scales = (stretches[0]?.features ?? []).map(
    (_, index) => spread(stretches.map(({ features }) => features[index] ?? 0)) || 1,
  );
  const apart = (a: Stretch, b: Stretch): number =>
    scales.reduce(
      (sum, scale, index) => sum + (((a.features[index] ?? 0) - (b.features[index] ?? 0)) / scale) ** 2,
      0,
    );
  const shown = stretches.filter((_, index) => index % 4 < 2);
  const asked = stretches.filter((_, index) => index % 4 >= 2);
  /** The word of the nearest few, and of all who are as near as the last of those. */
  const guessed = (of: Stretch): boolean => {
    const near = shown
      .map((each) => ({ home: each.home, far: apart(of, each) }))
      .sort((a, b) => a.far - b.far);
    const edge = near[Math.min(voters, near.length) - 1]?.far ?? 0;
    const voices = near.filter(({ far }) => far <= edge);
    const home = voices.filter((each) => each.home).length;
    return home * 2 === voices.length ? random.next() < 0.5 : home * 2 > voices.length;
  };
  return asked.filter((each) => guessed(each) === each.home).length / asked.length;
};
