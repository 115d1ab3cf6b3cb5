import { expect, test } from "vitest";
import {
  type Flash,
  ledPatterns,
  mostFlashesPerSecond,
  panelSignals,
} from "../../../hub/domain/led-pattern.ts";

/** When the light comes on, over ten rounds of a pattern, in milliseconds. */
const onsets = (flashes: readonly Flash[]): readonly number[] => {
  let at = 0;
  return Array.from({ length: 10 }, () => flashes)
    .flat()
    .map(([onMs, offMs]) => {
      const onset = at;
      at += onMs + offMs;
      return onset;
    });
};

/** The most flashes that begin within any one second. */
const fastest = (flashes: readonly Flash[]): number => {
  const all = onsets(flashes);
  return Math.max(0, ...all.map((from) => all.filter((at) => at >= from && at < from + 1_000).length));
};

test.each(panelSignals)("%s never flashes more than three times a second", (signal) => {
  expect(fastest(ledPatterns[signal].flashes)).toBeLessThanOrEqual(mostFlashesPerSecond);
});

test("the measure sees a pattern that is too fast", () => {
  expect(fastest([[100, 100]])).toBeGreaterThan(mostFlashesPerSecond);
});

test("no two signals look alike, and the longer the button is held the faster it flashes", () => {
  const looks = panelSignals.map((signal) =>
    JSON.stringify([ledPatterns[signal].flashes, ledPatterns[signal].isLit]),
  );
  expect(new Set(looks).size).toBe(panelSignals.length);
  const period = (signal: "button-held" | "level-network" | "level-factory") =>
    ledPatterns[signal].flashes.flat().reduce((sum, ms) => sum + ms, 0);
  expect(period("level-network")).toBeLessThan(period("button-held"));
  expect(period("level-factory")).toBeLessThan(period("level-network"));
});
