import type { Glow } from "../glow.ts";

/** Share of the level at a moment of an effect, 0..1, and how far the hue has turned, in turns. */
interface Moment {
  readonly level: number;
  readonly turn: number;
}

const steady: Moment = { level: 1, turn: 0 };

/** Two beats that never meet look like a flame. */
const flame = (seconds: number): number =>
  0.78 + 0.14 * Math.sin(seconds * 7.3) + 0.08 * Math.sin(seconds * 17.9);

const momentOf = (effect: string, seconds: number): Moment => {
  switch (effect) {
    case "candle":
    case "fire":
      return { level: flame(seconds), turn: 0 };
    case "breathe":
      return { level: 0.55 + 0.45 * Math.cos((seconds * 2 * Math.PI) / 5), turn: 0 };
    case "color-loop":
    case "rainbow":
    case "aurora":
      return { level: 1, turn: (seconds / 30) % 1 };
    default:
      return steady;
  }
};

/** What a lamp emits while it plays an effect. @param elapsed milliseconds since the effect began */
export const glowOfEffect = (glow: Glow, elapsed: number): Glow => {
  const { level, turn } = momentOf(glow.effect, elapsed / 1_000);
  const color =
    turn === 0
      ? glow.color
      : glow.color.map((part, at) => part * (0.5 + 0.5 * Math.cos(turn * 2 * Math.PI + at)));
  return { ...glow, level: glow.level * level, color };
};
