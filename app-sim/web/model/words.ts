import type { NotRunReason } from "../../../hub/domain/event.ts";
import { notRunTexts } from "../../../hub/domain/rule-text.ts";
import { colorName } from "./lamp-color.ts";
import type { Cause, LightState, SensorReading, Why } from "./shapes.ts";

export const roundKelvin = (kelvin: number): number => Math.round(kelvin / 10) * 10;

/** "60 %, warm white", "Off": what a lamp shows, for eyes and screen readers alike. */
export const stateWords = (state: LightState, canDim: boolean): string => {
  if (!state.on) return "Off";
  const level = canDim ? `${Math.round(state.brightness)} %` : "On";
  const hasTint = state.color !== undefined || state.colorTemperature !== undefined;
  return [level, state.effect ?? (hasTint ? colorName(state) : "")].filter(Boolean).join(", ");
};

const kinds: Record<string, string> = {
  person: "someone in the app",
  rule: "a rule",
  scene: "a scene",
  mqtt: "a program over MQTT",
  api: "a program over the API",
  restore: "kept from before the restart",
  "catch-up": "catching up after a power cut",
  device: "the lamp's own switch",
  reset: "a reset",
  simulator: "the simulator",
};

/** Who or what did it, as the end of a sentence. */
export const causeWords = (cause: Cause): string => {
  const by = kinds[cause.kind] ?? cause.kind;
  return cause.trigger ? `${by} (${cause.trigger})` : by;
};

export const notRunWords = (reason: NotRunReason): string => notRunTexts[reason];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** "just now", "12 min. ago", from then on the time or date. */
export const ago = (at: string | number, now: number): string => {
  const time = new Date(at).getTime();
  const seconds = Math.round((time - now) / 1_000);
  if (seconds > -10) return "just now";
  if (seconds > -60) return relative.format(seconds, "second");
  if (seconds > -3_600) return relative.format(Math.round(seconds / 60), "minute");
  return seconds > -43_200 ? `at ${clock.format(time)}` : calendar.format(time);
};

const clocks = new Map<string, Intl.DateTimeFormat>();

/** @param zone by IANA name; absent: this device's */
export const timeOfDay = (at: string | number, zone?: string): string => {
  if (zone === undefined) return clock.format(new Date(at));
  let there = clocks.get(zone);
  if (there === undefined) {
    there = new Intl.DateTimeFormat(undefined, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: zone,
    });
    clocks.set(zone, there);
  }
  return there.format(new Date(at));
};

const future = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" });

/** "in 24 minutes", "in 3 hours", "tomorrow": how long until then. */
export const until = (at: string | number, now: number): string => {
  const minutes = Math.round((new Date(at).getTime() - now) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 90) return future.format(minutes, "minute");
  return minutes < 2_160
    ? future.format(Math.round(minutes / 60), "hour")
    : future.format(Math.round(minutes / 1_440), "day");
};

const number = (digits: number) => new Intl.NumberFormat(undefined, { maximumFractionDigits: digits });
const whole = number(0);
const tenths = number(1);

export interface Measure {
  readonly key: keyof SensorReading;
  readonly label: string;
  readonly value: string;
  readonly active: boolean;
}

const measures: readonly [
  keyof SensorReading,
  string,
  (value: never) => string,
  ((value: never) => boolean)?,
][] = [
  ["occupancy", "Motion", (seen: boolean) => (seen ? "Someone is here" : "Nobody"), (seen: boolean) => seen],
  ["contact", "Contact", (closed: boolean) => (closed ? "Closed" : "Open"), (closed: boolean) => !closed],
  ["temperature", "Temperature", (celsius: number) => `${tenths.format(celsius)} °C`],
  ["humidity", "Humidity", (percent: number) => `${whole.format(percent)} %`],
  ["illuminance", "Light", (lux: number) => `${whole.format(lux)} lx`],
  ["power", "Power", (watts: number) => `${tenths.format(watts)} W`],
  ["energy", "Energy", (kwh: number) => `${number(2).format(kwh)} kWh`],
  ["action", "Button", (action: string) => action.replaceAll("_", " ")],
  ["battery", "Battery", (percent: number) => `${whole.format(percent)} %`],
];

/** A sensor's reading as labelled values, in the order people ask for them. */
export const readingWords = (reading: SensorReading): readonly Measure[] =>
  measures.flatMap(([key, label, words, isActive]) => {
    const value = reading[key] as never;
    return value === undefined
      ? []
      : [{ key, label, value: words(value), active: isActive?.(value) ?? false }];
  });

export const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const linkReasons = {
  usual: "",
  weak: ", as its Wi-Fi is weak",
  restored: ", which is good again",
  faint: ", as Bluetooth is faint",
} as const;

/** Of a lamp that can be reached in two ways. */
export const linkWords = ({ inUse, reason }: NonNullable<Why["links"]>): string => {
  const [used, other] = inUse === "ble" ? ["Bluetooth", "its network"] : ["the network", "Bluetooth"];
  return `Reached over ${used}${reason === "lost" ? `, as ${other} is lost` : linkReasons[reason]}.`;
};
