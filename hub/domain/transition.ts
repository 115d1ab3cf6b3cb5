import { dimmest } from "./apply-command.ts";
import { xyOf } from "./color.ts";
import type { LightState, Xy } from "./light.ts";
import { type Duration, Millis, type Mireds, Percent } from "./units.ts";

const mix = (from: number, to: number, share: number): number => from + (to - from) * share;

/** CIE 1976 UCS: equal distances look about equal, and straight lines stay straight, so no fade leaves a gamut. */
interface Ucs {
  readonly u: number;
  readonly v: number;
}

const ucsOf = ({ x, y }: Xy): Ucs => {
  const d = 12 * y - 2 * x + 3;
  return { u: (4 * x) / d, v: (9 * y) / d };
};

const xyFromUcs = ({ u, v }: Ucs): Xy => {
  const d = 6 * u - 16 * v + 12;
  return { x: (9 * u) / d, y: (4 * v) / d };
};

type Chroma = Pick<LightState, "color" | "colorTemperature">;

/** Whites mix in mireds, where equal steps look equal; anything else in CIE 1976 UCS. */
const chromaDuring = (from: Chroma, to: Chroma, share: number): Chroma => {
  if (to.color === undefined && to.colorTemperature === undefined) return {};
  if (from.color === undefined && to.colorTemperature !== undefined) {
    const start = from.colorTemperature ?? to.colorTemperature;
    return { colorTemperature: mix(start, to.colorTemperature, share) as Mireds };
  }
  const [a, b] = [ucsOf(xyOf(from)), ucsOf(xyOf(to))];
  return { color: xyFromUcs({ u: mix(a.u, b.u, share), v: mix(a.v, b.v, share) }) };
};

/** What comes out of the lamp: its level while on, nothing while off. */
const lightOf = ({ on, brightness }: LightState): number => (on ? brightness : 0);

/**
 * The state at `share` of a fade. The ends are `from` and `to` themselves. A fade to off stays on, in its old colour,
 * until the end and leaves the kept level alone; a fade from off begins at the dimmest level in the new colour.
 *
 * @param share 0..1; outside it the nearer end
 */
export const stateDuring = (from: LightState, to: LightState, share: number): LightState => {
  if (share <= 0) return from;
  if (share >= 1 || (!from.on && !to.on)) return to;
  const effect = to.on ? to.effect : from.effect;
  const lit =
    from.on && to.on ? chromaDuring(from, to, share) : chromaDuring(to.on ? to : from, to.on ? to : from, 0);
  return {
    on: true,
    brightness: Percent(Math.max(dimmest, mix(lightOf(from), lightOf(to), share))),
    ...lit,
    ...(effect === undefined ? {} : { effect }),
  };
};

/** How far a lamp's own way of fading may lie off ours: rounding, gamma curves and mixing in RGB. */
const levelSlack = 2;
const miredSlack = 5;
const colorSlack = 0.04;

const isBetween = (from: number, to: number, value: number, slack: number): boolean =>
  value >= Math.min(from, to) - slack && value <= Math.max(from, to) + slack;

const isNearLine = (from: Xy, to: Xy, point: Xy): boolean => {
  const [a, b, p] = [ucsOf(from), ucsOf(to), ucsOf(point)];
  const [du, dv] = [b.u - a.u, b.v - a.v];
  const length = du * du + dv * dv;
  const share = length === 0 ? 0 : ((p.u - a.u) * du + (p.v - a.v) * dv) / length;
  const t = Math.min(1, Math.max(0, share));
  return Math.hypot(a.u + t * du - p.u, a.v + t * dv - p.v) <= colorSlack;
};

const chromaBetween = (from: Chroma, to: Chroma, reported: Chroma): boolean => {
  if (reported.color === undefined && reported.colorTemperature === undefined) return true;
  const [a, b, p] = [from.colorTemperature, to.colorTemperature, reported.colorTemperature];
  if (a !== undefined && b !== undefined && p !== undefined) return isBetween(a, b, p, miredSlack);
  return isNearLine(xyOf(from), xyOf(to), xyOf(reported));
};

/**
 * Whether a report can be a moment of the fade `from`..`to`. Such reports must not move a slider: what is desired
 * stays shown until the fade has ended or the lamp says something else.
 */
export const liesBetween = (from: LightState, to: LightState, reported: LightState): boolean => {
  if (!reported.on) return !from.on || !to.on;
  if (!from.on && !to.on) return false;
  if (!isBetween(lightOf(from), lightOf(to), reported.brightness, levelSlack)) return false;
  return chromaBetween(from.on ? from : to, to.on ? to : from, reported);
};

/** One step of a fade: what to send, and when, counted from its start. */
export interface TransitionStep {
  readonly after: Duration;
  readonly state: LightState;
}

/**
 * The steps that lead a lamp which cannot fade by itself: one each `period`, the last exactly `to` at `duration`.
 * Lazy, so that an hour of sunrise costs nothing before it is due.
 */
export function* transitionSteps(
  from: LightState,
  to: LightState,
  duration: Duration,
  period: Duration,
): Generator<TransitionStep, void, undefined> {
  const steps = period > 0 ? Math.max(1, Math.ceil(duration / period)) : 1;
  for (let step = 1; step < steps; step++) {
    yield { after: Millis(step * period), state: stateDuring(from, to, (step * period) / duration) };
  }
  yield { after: duration, state: to };
}
