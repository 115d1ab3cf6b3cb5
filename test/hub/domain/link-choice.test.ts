import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseLink, firstChoice, type LinkKind, type LinkSigns } from "../../../hub/domain/link-choice.ts";
import { type Signal, smoothed } from "../../../hub/domain/signal.ts";
import type { Monotonic } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";

/** A second of a trace: what is known of either link. */
type Second = Readonly<Record<LinkKind, LinkSigns>>;

const at = (second: number): Monotonic => (second * 1_000) as Monotonic;

/** What the product chooses, looking once a second. */
const chosen = (trace: readonly Second[]): readonly LinkKind[] => {
  let choice = firstChoice;
  return trace.map((signs, second) => {
    choice = chooseLink(choice, signs, at(second));
    return choice.link;
  });
};

/** Better than the link in use, where both are up: the numbers of docs/adr/0044-two-links.md, written down once more. */
const isBetter = (inUse: LinkKind, { mqtt, ble }: Second): boolean => {
  if (!mqtt.isUp || !ble.isUp) return false;
  const [network, air] = [mqtt.signal ?? 0, ble.signal];
  if (inUse === "mqtt") return network < -80 && air !== undefined && air >= -75;
  return network >= -74 || (air !== undefined && air < -88);
};

/**
 * The same specification read another way: no state is carried along but the second of the newest change; whether it is time is
 * looked up in the whole stretch of the trace behind it.
 */
const specified = (trace: readonly Second[]): readonly LinkKind[] => {
  const links: LinkKind[] = [];
  let [inUse, changedIn] = ["mqtt" as LinkKind, -1];
  for (const [second, signs] of trace.entries()) {
    const other = inUse === "mqtt" ? "ble" : "mqtt";
    const stretch = trace.slice(Math.max(changedIn + 1, second - 30), second + 1);
    const isTime = stretch.length === 31 && stretch.every((each) => isBetter(inUse, each));
    if (signs[other].isUp && (!signs[inUse].isUp || isTime)) [inUse, changedIn] = [other, second];
    links.push(inUse);
  }
  return links;
};

const changesIn = (links: readonly LinkKind[]): readonly (readonly [second: number, to: LinkKind])[] =>
  links.flatMap((link, second) => (link === (links[second - 1] ?? "mqtt") ? [] : [[second, link] as const]));

const up = (signal?: number): LinkSigns => ({ isUp: true, signal });
const down: LinkSigns = { isUp: false };
const stretch = (seconds: number, second: (at: number) => Second): readonly Second[] =>
  Array.from({ length: seconds }, (_, index) => second(index));
const steady = (seconds: number, mqtt: LinkSigns, ble: LinkSigns) => stretch(seconds, () => ({ mqtt, ble }));

/** Readings as a radio gives them, smoothed as the hub does. */
const heardAs = (readings: readonly number[]): readonly number[] => {
  let signal: Signal | undefined;
  return readings.map((reading, second) => {
    signal = smoothed(signal, reading, at(second));
    return signal.level;
  });
};

/** Noise of a room: 8 dB around a level, the same each time. */
const noisy = (level: number, seconds: number): readonly number[] =>
  heardAs(
    Array.from({ length: seconds }, (_, index) => level + 8 * Math.sin(index * 12.9898) * Math.cos(index)),
  );

const strong = up(-60);
const traces: Readonly<Record<string, readonly [readonly Second[], ReturnType<typeof changesIn>]>> = {
  "a good network is stayed on": [steady(600, strong, strong), []],
  "a network that says nothing of its signal is stayed on": [steady(600, up(), strong), []],
  "a network that fades slowly is left once it has been weak for half a minute": [
    stretch(600, (second) => ({ mqtt: up(-60 - second / 10), ble: strong })),
    [[231, "ble"]],
  ],
  "noise around the threshold changes nothing": [
    noisy(-80, 3_600).map((level) => ({ mqtt: up(level), ble: strong })),
    [],
  ],
  "noise between the two thresholds changes nothing, whichever link is in use": [
    [
      ...steady(10, down, strong),
      ...noisy(-77, 3_600).map((level): Second => ({ mqtt: up(level), ble: strong })),
    ],
    [[0, "ble"]],
  ],
  "a weak network is better than a weak radio": [steady(600, up(-85), up(-80)), []],
  "a network that is lost is left at once, and taken again half a minute after it is back": [
    [...steady(100, strong, strong), ...steady(100, down, strong), ...steady(100, strong, strong)],
    [
      [100, "ble"],
      [230, "mqtt"],
    ],
  ],
  "a network that comes and goes every few seconds is left once": [
    stretch(600, (second) => ({ mqtt: second % 20 < 10 ? down : strong, ble: strong })),
    [[0, "ble"]],
  ],
  "both gone: nothing is changed, and whichever is back is taken": [
    [...steady(50, strong, strong), ...steady(50, down, down), ...steady(50, down, strong)],
    [[100, "ble"]],
  ],
  "both gone and both back: the one before stays": [
    [...steady(50, strong, strong), ...steady(50, down, down), ...steady(50, strong, strong)],
    [],
  ],
  "a radio that fades on a weak network gives the network back": [
    [...steady(40, up(-85), strong), ...steady(60, up(-85), up(-92))],
    [
      [30, "ble"],
      [70, "mqtt"],
    ],
  ],
};

describe(`the link is the one that is specified ${proves("U15")}`, () => {
  test.each(Object.entries(traces))("%s", (_, [trace, changes]) => {
    expect(changesIn(chosen(trace))).toEqual(changes);
    expect(chosen(trace)).toEqual(specified(trace));
  });
});

const signs = fc.record(
  { isUp: fc.boolean(), signal: fc.constantFrom(-95, -89, -88, -81, -80, -76, -75, -74, -60) },
  { requiredKeys: ["isUp"] },
);
const anyTrace = fc
  .array(fc.record({ seconds: fc.integer({ min: 1, max: 90 }), mqtt: signs, ble: signs }), { maxLength: 40 })
  .map((parts) => parts.flatMap(({ seconds, mqtt, ble }) => steady(seconds, mqtt, ble)));

test(`on any trace the link is the specified one, can be reached if either can, and does not flap ${proves("U15")}`, () => {
  fc.assert(
    fc.property(anyTrace, (trace) => {
      const links = chosen(trace);
      expect(links).toEqual(specified(trace));
      const unreached = trace.filter((second, index) => {
        const { mqtt, ble } = second;
        return (mqtt.isUp || ble.isUp) && !second[links[index] as LinkKind].isUp;
      });
      expect(unreached).toEqual([]);
      const changes = changesIn(links);
      const needed = changes.filter(
        ([second, to]) => trace[second]?.[to === "mqtt" ? "ble" : "mqtt"].isUp === false,
      );
      expect(changes.length - needed.length).toBeLessThanOrEqual(trace.length / 30);
    }),
    { numRuns: 500 },
  );
});
