import type { Duration, Mireds, Percent } from "./units.ts";

/** CIE 1931 chromaticity, each 0..1. */
export interface Xy {
  readonly x: number;
  readonly y: number;
}

/** The triangle of chromaticities a lamp can show. */
export interface Gamut {
  readonly red: Xy;
  readonly green: Xy;
  readonly blue: Xy;
}

/**
 * What a lamp shows. `colorTemperature` and `color` exclude each other; a lamp without either has neither.
 * `brightness` is kept while off: it is the level the lamp returns to.
 */
export interface LightState {
  readonly on: boolean;
  readonly brightness: Percent;
  readonly colorTemperature?: Mireds;
  readonly color?: Xy;
  readonly effect?: string;
}

/** What a lamp can do. Absent = cannot. */
export interface LightCapabilities {
  readonly brightness?: { readonly min: Percent };
  readonly colorTemperature?: { readonly min: Mireds; readonly max: Mireds };
  /**
   * `steps`: of each of its channels, where it has no other brightness than theirs: the darker, the coarser its colours.
   * Absent: a colour is as fine at every level.
   */
  readonly color?: { readonly gamut: Gamut; readonly steps?: number };
  /** Names of effects the lamp itself plays. */
  readonly effects?: readonly string[];
  /** The lamp fades by itself for up to this long; absent: the hub sends the steps. */
  readonly transition?: { readonly max: Duration };
  /** What it can be told to do when its mains comes back; absent: it cannot be told. */
  readonly powerOn?: readonly PowerOnBehaviour[];
}

/** What somebody asks of a lamp. Absent = keep. */
export interface LightCommand {
  readonly on?: boolean | "toggle";
  readonly brightness?: Percent;
  /** Percent points to add, negative to dim, -100..100; ignored beside `brightness`. */
  readonly brightnessStep?: number;
  readonly colorTemperature?: Mireds;
  readonly color?: Xy;
  /** An effect of the lamp, or "none" to end one. */
  readonly effect?: string;
  readonly transition?: Duration;
}

/** Attributes of a command that the lamp could not do as asked. */
export type Clamped = "on" | "brightness" | "colorTemperature" | "color" | "effect" | "transition";

/** What a lamp does when its mains comes back. */
export type PowerOnBehaviour = "on" | "off" | "previous" | "toggle";
