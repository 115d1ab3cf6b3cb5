import { keepFew, keepNewest } from "../../hub/domain/few.ts";

/** Which LEDs are driven: one white, two whites mixed to a temperature, or colour. */
export type GlowMode = "level" | "white" | "color";

/**
 * What a lamp emits, in the steps of its own firmware: `level` 0..full of its dialect, `temperature` in the unit its
 * dialect uses (mireds or kelvin), `color` as its dialect's numbers (x y, r g b, hue saturation).
 */
export interface Glow {
  readonly on: boolean;
  /** Kept while off: the level it returns to. */
  readonly level: number;
  readonly mode: GlowMode;
  readonly temperature: number;
  readonly color: readonly number[];
  /** An effect the lamp plays by itself; empty when none. */
  readonly effect: string;
}

/** What somebody wants of a lamp, in the same steps. Absent = keep. */
export interface GlowChange {
  readonly on?: boolean | undefined;
  readonly level?: number | undefined;
  readonly temperature?: number | undefined;
  readonly color?: readonly number[] | undefined;
  readonly effect?: string | undefined;
}

/** What the hardware can do. */
export interface GlowLimits {
  readonly full: number;
  readonly dims: boolean;
  readonly temperature?: readonly [least: number, most: number];
  readonly colors: boolean;
  readonly effects: readonly string[];
}

const within = (value: number, [least, most]: readonly [number, number]): number =>
  Math.min(most, Math.max(least, value));

/** A change, and what became of some of the lamps that were told it. */
interface Told {
  readonly change: GlowChange;
  readonly steps: { readonly from: Glow; readonly to: Glow }[];
}

/** The newest of each product: some dialects tell a lamp in parts. */
const newest = new Map<GlowLimits, Told[]>();

const stepsOf = (change: GlowChange, limits: GlowLimits): Told["steps"] => {
  const told = newest.get(limits) ?? [];
  for (const each of told) if (sameChange(each.change, change)) return each.steps;
  const steps: Told["steps"] = [];
  keepNewest(told, { change, steps });
  newest.set(limits, told);
  return steps;
};

/**
 * The glow after a change, as far as the hardware can follow. Lamps of a product that glow alike and are told the same
 * have one glow afterwards, worked out once.
 */
export const changed = (from: Glow, change: GlowChange, limits: GlowLimits): Glow => {
  const steps = stepsOf(change, limits);
  for (const step of steps) if (step.from === from) return step.to;
  const own = after(from, change, limits);
  if (sameGlow(own, from)) return from;
  const to = steps.find((step) => sameGlow(step.to, own))?.to ?? own;
  keepFew(steps, { from, to });
  return to;
};

const sameChange = (a: GlowChange, b: GlowChange): boolean =>
  a === b ||
  (a.on === b.on &&
    a.level === b.level &&
    a.temperature === b.temperature &&
    sameColor(a.color, b.color) &&
    a.effect === b.effect);

const sameColor = (a: GlowChange["color"], b: GlowChange["color"]): boolean =>
  a === b || (a?.length === b?.length && a?.every((part, at) => part === b?.[at]) === true);

const after = (glow: Glow, change: GlowChange, limits: GlowLimits): Glow => {
  const { temperature: range } = limits;
  const color = limits.colors ? change.color : undefined;
  const temperature = color === undefined && range ? change.temperature : undefined;
  return {
    on: change.on ?? glow.on,
    level: limits.dims && change.level !== undefined ? within(change.level, [0, limits.full]) : glow.level,
    mode: color ? "color" : temperature !== undefined ? "white" : glow.mode,
    temperature: temperature !== undefined && range ? within(temperature, range) : glow.temperature,
    color: color ?? glow.color,
    effect: effectAfter(glow.effect, change.effect, limits),
  };
};

const effectAfter = (playing: string, asked: string | undefined, limits: GlowLimits): string => {
  if (asked === undefined) return playing;
  return limits.effects.includes(asked) ? asked : "";
};

/** How lamps of a product came up. */
const known = new Map<GlowLimits, Glow[]>();

/** The glow of one that came up alike before, where there was one: then they are one object. */
export const sharedGlow = (glow: Glow, limits: GlowLimits): Glow => {
  const others = known.get(limits) ?? [];
  const same = others.find((other) => sameGlow(other, glow));
  if (same !== undefined) return same;
  keepFew(others, glow);
  known.set(limits, others);
  return glow;
};

/** Whether two glows are the same. */
export const sameGlow = (a: Glow, b: Glow): boolean =>
  a.on === b.on &&
  a.level === b.level &&
  a.mode === b.mode &&
  a.temperature === b.temperature &&
  a.effect === b.effect &&
  a.color.length === b.color.length &&
  a.color.every((part, at) => part === b.color[at]);
