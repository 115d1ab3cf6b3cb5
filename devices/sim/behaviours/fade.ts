import { Millis } from "../../../hub/domain/units.ts";
import type { Clock, Timer } from "../../../hub/ports/clock.ts";
import type { Glow } from "../glow.ts";

/** A way from one glow to another, on the monotonic clock in milliseconds. */
export interface Fade {
  readonly from: Glow;
  readonly to: Glow;
  readonly since: number;
  readonly lasts: number;
}

const between = (from: number, to: number, share: number): number => from + (to - from) * share;

const colorBetween = (from: readonly number[], to: readonly number[], share: number): readonly number[] =>
  to.map((part, at) => between(from[at] ?? part, part, share));

/** What a lamp emits on the way. Dark ends lend their colour from the lit one: a lamp does not fade through black hues. */
export const glowDuring = ({ from, to, since, lasts }: Fade, now: number): Glow => {
  const share = lasts <= 0 ? 1 : Math.min(1, Math.max(0, (now - since) / lasts));
  if (share === 1) return to;
  const hue = to.on ? to : from;
  const start = from.on ? from.level : 0;
  const end = to.on ? to.level : 0;
  const same = from.on && to.on && from.mode === to.mode;
  return {
    ...hue,
    on: true,
    level: between(start, end, share),
    temperature: same ? between(from.temperature, to.temperature, share) : hue.temperature,
    color: same ? colorBetween(from.color, to.color, share) : hue.color,
  };
};

/** Something that changes by itself for a while. */
export interface Fading {
  /** @returns whether it goes on */
  step(now: number): boolean;
}

/** One timer for all fading lamps of a house; none while nothing fades. */
export class FadeLoop {
  readonly #clock: Clock;
  readonly #stepMs: number;
  readonly #fading = new Set<Fading>();
  #timer: Timer | undefined;

  constructor(clock: Clock, stepMs = 50) {
    this.#clock = clock;
    this.#stepMs = stepMs;
  }

  add(lamp: Fading): void {
    this.#fading.add(lamp);
    this.#timer ??= this.#clock.after(Millis(this.#stepMs), () => this.#step());
  }

  remove(lamp: Fading): void {
    this.#fading.delete(lamp);
    if (this.#fading.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #step(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (const lamp of this.#fading) if (!lamp.step(now)) this.#fading.delete(lamp);
    if (this.#fading.size > 0 && this.#timer === undefined) {
      this.#timer = this.#clock.after(Millis(this.#stepMs), () => this.#step());
    }
  }
}
