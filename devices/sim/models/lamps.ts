import type { Load } from "../behaviours/metering.ts";
import { native } from "../dialects/native.ts";
import type { GlowMode } from "../glow.ts";
import type { LampDialect, LampModel } from "../sim-lamp.ts";

interface Build {
  readonly dims?: boolean;
  readonly temperature?: readonly [least: number, most: number];
  /** Its colour out of the box, in the numbers of its dialect; absent: it has no colour. */
  readonly color?: readonly number[];
  readonly effects?: readonly string[];
  readonly load?: Load;
  readonly fadeMs?: number;
}

const firstMode = ({ temperature, color }: Build): GlowMode =>
  temperature !== undefined ? "white" : color !== undefined ? "color" : "level";

/** One product from its bill of parts. */
const lamp = (id: string, dialect: LampDialect, build: Build = {}): LampModel => ({
  id,
  dialect,
  limits: {
    full: dialect.full,
    dims: build.dims ?? true,
    ...(build.temperature === undefined ? {} : { temperature: build.temperature }),
    colors: build.color !== undefined,
    effects: build.effects ?? [],
  },
  fresh: {
    on: false,
    level: dialect.full,
    mode: firstMode(build),
    temperature: build.temperature?.[1] ?? 0,
    color: build.color ?? [],
    effect: "",
  },
  boot: [1_500, 4_000],
  fadeMs: build.fadeMs ?? 0,
  ...(build.load === undefined ? {} : { load: build.load }),
});

const plug: Load = { idle: 0.4, full: 42 };
const white: readonly number[] = [0.4578, 0.41];

const nativeLamps: readonly LampModel[] = [
  lamp("lampkeeper/on-off-bulb", native, { dims: false }),
  lamp("lampkeeper/dimmable-bulb", native),
  lamp("lampkeeper/tunable-bulb", native, { temperature: [153, 454] }),
  lamp("lampkeeper/color-bulb", native, {
    temperature: [153, 500],
    color: white,
    effects: ["candle", "breathe", "color-loop"],
  }),
  lamp("lampkeeper/light-strip", native, { color: white, effects: ["candle", "breathe", "color-loop"] }),
  lamp("lampkeeper/metering-plug", native, { dims: false, load: plug }),
];

/** Every lamp the simulator can build, by the name of the product. */
export const lampModels: ReadonlyMap<string, LampModel> = new Map(
  nativeLamps.map((model) => [model.id, model]),
);
