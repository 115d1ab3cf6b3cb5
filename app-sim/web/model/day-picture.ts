import { lampColor } from "./lamp-color.ts";
import type { Action, LightState, Rule, Run, Scene, SunDay, Tint } from "./shapes.ts";

/** The picture of a day, as shares: 0 at local midnight, 1 at the next; of 23, 24 or 25 hours. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** @param sun undefined where no place is set: then the day is 24 h from local midnight */
export const spanOf = (sun: SunDay | null, midnight: number): Span => {
  const [first, last] = [sun?.curve[0], sun?.curve.at(-1)];
  return first && last
    ? { start: Date.parse(first.at), end: Date.parse(last.at) }
    : { start: midnight, end: midnight + 86_400_000 };
};

export const shareOf = ({ start, end }: Span, at: string | number): number =>
  (new Date(at).getTime() - start) / (end - start);

/** Colours of a clear sky by the height of the sun: night, the three twilights, the golden hour, day. */
const skies: readonly (readonly [number, readonly [number, number, number]])[] = [
  [-18, [11, 14, 32]],
  [-12, [20, 27, 61]],
  [-6, [47, 58, 115]],
  [-2, [138, 84, 120]],
  [0, [226, 122, 88]],
  [4, [248, 178, 102]],
  [10, [196, 205, 214]],
  [25, [135, 184, 226]],
  [60, [98, 160, 222]],
];

export const skyColor = (elevation: number): string => {
  const above = skies.findIndex(([height]) => height >= elevation);
  const [low, high] = [skies[Math.max(0, above - 1)], skies[above]];
  if (low === undefined || high === undefined) return rgb(skies.at(-1)?.[1] ?? [0, 0, 0]);
  const part = low === high ? 0 : (elevation - low[0]) / (high[0] - low[0]);
  return rgb(low[1].map((channel, at) => channel + part * ((high[1][at] ?? 0) - channel)));
};

const rgb = (channels: readonly number[]): string => `rgb(${channels.map(Math.round).join(" ")})`;

/** Room above and below the curve, degrees. */
const margin = 9;

/** Where a height of the sun stands in the picture: 0 top, 1 bottom. */
export const depthOf = ({ curve }: SunDay, elevation: number): number => {
  const heights = curve.map((point) => point.elevation);
  const [low, high] = [Math.min(...heights, 0) - margin, Math.max(...heights, 0) + margin];
  return (high - elevation) / (high - low);
};

/** The curve between its points, in the units of a box. */
export const curvePath = (sun: SunDay, span: Span, width: number, height: number): string =>
  sun.curve
    .map(({ at, elevation }, index) => {
      const x = shareOf(span, at) * width;
      const y = depthOf(sun, elevation) * height;
      return `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(2)}`;
    })
    .join("");

/** The height of the sun between two points of the curve. */
export const heightAt = ({ curve }: SunDay, at: number): number => {
  const next = curve.findIndex((point) => Date.parse(point.at) >= at);
  const [before, after] = [curve[Math.max(0, next - 1)], curve[next]];
  if (before === undefined || after === undefined) return curve.at(-1)?.elevation ?? 0;
  const [from, to] = [Date.parse(before.at), Date.parse(after.at)];
  const part = to === from ? 0 : (at - from) / (to - from);
  return before.elevation + part * (after.elevation - before.elevation);
};

/** What a run brings: light of a colour and level, darkness, or something that cannot be drawn. */
export type Brings = Shine | "dark" | "other";

interface Shine {
  readonly color: string;
  readonly level: number;
  /** It goes off by itself after so many ms. */
  readonly holdMs?: number;
}

/** @param scenes of the home: a scene is drawn in the colour of its first lit lamp */
export const bringsOf = (run: Run, rule: Rule | undefined, scenes: readonly Scene[]): Brings => {
  if (rule === undefined) return "other";
  if (run.edge === "end" && rule.endActions === undefined) return "dark";
  const [action] = run.edge === "end" ? (rule.endActions ?? []) : rule.actions;
  return action === undefined ? "other" : lightOf(action, scenes);
};

const warm = 2_700;
const lit = (tint: Tint, brightness: number): Shine => ({ color: lampColor(tint), level: brightness / 100 });

const lightOf = (action: Action, scenes: readonly Scene[]): Brings => {
  switch (action.kind) {
    case "light": {
      const { on, brightness = 100, color, colorTemperature } = action.command;
      if (on === false || brightness === 0) return "dark";
      const shine = lit(color ? { color } : { colorTemperature: colorTemperature ?? warm }, brightness);
      return action.hold === undefined ? shine : { ...shine, holdMs: action.hold * 1_000 };
    }
    case "wake-up":
      return lit({ colorTemperature: warm }, action.brightness);
    case "scene": {
      const states: readonly LightState[] = Object.values(
        scenes.find(({ id }) => id === action.scene)?.states ?? {},
      );
      const first = states.find(({ on }) => on);
      return first === undefined ? "dark" : lit(first, first.brightness);
    }
    case "off-after":
      return "dark";
    default:
      return "other";
  }
};

/** A mark on a lane, and the bar of light that begins there, if one does. */
export interface Mark {
  readonly run: Run;
  readonly at: number;
  readonly brings: Brings;
  /** It was left out, or will be as things are. */
  readonly isHollow: boolean;
  /** Where its light ends; absent: it brings none. */
  readonly until?: number;
}

export interface Lane {
  readonly name: string;
  readonly marks: readonly Mark[];
}

/** One lane for all that acts on the same; in the order of the day. */
export const lanesOf = (
  runs: readonly Run[],
  span: Span,
  now: number,
  brings: (run: Run) => Brings,
): readonly Lane[] =>
  [...Map.groupBy(runs, ({ who, name }) => who || name)].map(([name, mine]) => ({
    name,
    marks: mine.map((run, index) => markOf(run, mine.slice(index + 1), span, now, brings(run))),
  }));

const markOf = (run: Run, later: readonly Run[], span: Span, now: number, brings: Brings): Mark => {
  const isPast = Date.parse(run.at) <= now;
  const isHollow = isPast ? run.result !== "fired" : run.held !== undefined;
  const at = shareOf(span, run.at);
  return { run, at, brings, isHollow, ...(isHollow ? {} : untilOf(run, later, span, brings)) };
};

/** Until it goes off by itself, or the next one on the lane takes over, or the day ends. */
const untilOf = (
  run: Run,
  later: readonly Run[],
  span: Span,
  brings: Brings,
): { readonly until?: number } => {
  if (typeof brings !== "object") return {};
  const next = later.find(({ held, result }) => held === undefined && (result ?? "fired") === "fired");
  const ends = [
    1,
    ...(next === undefined ? [] : [shareOf(span, next.at)]),
    ...(brings.holdMs === undefined ? [] : [shareOf(span, Date.parse(run.at) + brings.holdMs)]),
  ];
  return { until: Math.min(...ends) };
};
