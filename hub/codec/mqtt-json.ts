import { dimmest } from "../domain/apply-command.ts";
import { xyFromHueSaturation } from "../domain/color.ts";
import type { Draft } from "../domain/draft.ts";
import type { LightCommand, LightState, Xy } from "../domain/light.ts";
import { cardNumberIn } from "../domain/payment-card.ts";
import type { SensorReading } from "../domain/sensor.ts";
import { Mireds, Percent, Seconds } from "../domain/units.ts";

/**
 * Lamps and sensors in the JSON of Zigbee2MQTT: brightness 0..254, whole mireds, colour as CIE 1931 xy.
 *
 * Source: Zigbee2MQTT documentation, "MQTT topics and messages".
 */

/** 254 of Zigbee's levels are 100 percent; 255 means "unknown" there and is refused. */
const levels = 254;

/** A light's level as MQTT says it: 1..254, and 0 only for none at all. */
export const levelOf = (brightness: Percent): number =>
  brightness <= 0 ? 0 : Math.max(1, Math.round((brightness * levels) / 100));

/** Brightness in percent of a level 0..254, to the two decimals that lamps are told: what they show is then what was asked. */
export const percentOf = (level: number): Percent =>
  level === 1 ? dimmest : Percent(Math.round((level * 10_000) / levels) / 100);

export interface LightPayload {
  readonly state: "ON" | "OFF";
  readonly brightness: number;
  readonly color_mode?: "color_temp" | "xy";
  readonly color_temp?: number;
  readonly color?: Xy;
  readonly effect?: string;
  readonly power?: number;
  readonly energy?: number;
}

const fourDigits = (value: number): number => Math.round(value * 1e4) / 1e4;

export const lightPayload = (
  state: LightState,
  metered: { readonly power?: number; readonly energy?: number } = {},
): LightPayload => {
  const { on, brightness, colorTemperature, color, effect } = state;
  const payload: Draft<LightPayload> = { state: on ? "ON" : "OFF", brightness: levelOf(brightness) };
  if (colorTemperature !== undefined) {
    payload.color_mode = "color_temp";
    payload.color_temp = Math.round(colorTemperature);
  }
  if (color !== undefined) {
    payload.color_mode = "xy";
    payload.color = { x: fourDigits(color.x), y: fourDigits(color.y) };
  }
  if (effect !== undefined) payload.effect = effect;
  if (metered.power !== undefined) payload.power = metered.power;
  if (metered.energy !== undefined) payload.energy = metered.energy;
  return payload;
};

/** What a sensor shows; `action` is an event and left out. */
export const sensorPayload = ({ action: _event, ...state }: SensorReading): Omit<SensorReading, "action"> =>
  state;

/** Why a payload was refused; `field` names the place, if it is one we know: others could hold anything. */
export interface Refusal {
  readonly code:
    | "limit_exceeded"
    | "malformed_json"
    | "unknown_field"
    | "invalid_input"
    | "range_violation"
    | "card_number_refused";
  readonly message: string;
  readonly field?: string;
}

export type Parsed<Value> = { readonly value: Value } | { readonly refusal: Refusal };

const refused = (code: Refusal["code"], message: string, field?: string): { readonly refusal: Refusal } => ({
  refusal: { code, message, ...(field === undefined ? {} : { field }) },
});

const mostPayloadBytes = 8_192;

/** Any JSON object. Never throws. */
export const parseObject = (payload: Uint8Array): Parsed<Readonly<Record<string, unknown>>> => {
  if (payload.byteLength > mostPayloadBytes)
    return refused("limit_exceeded", `at most ${mostPayloadBytes} bytes`);
  const value = jsonOf(payload);
  if (value === undefined) return refused("malformed_json", "not JSON in UTF-8");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refused("invalid_input", "a JSON object is needed");
  }
  if (cardNumberIn(value) !== undefined)
    return refused("card_number_refused", "this looks like the number of a payment card; the hub takes none");
  return { value: value as Readonly<Record<string, unknown>> };
};

/**
 * A `set` payload: an object with any of `state`, `brightness`, `brightness_step`, `color_temp`, `color`, `effect`,
 * `transition`; or the bare word ON, OFF or TOGGLE. Never throws; whatever is wrong refuses all of it.
 */
export const parseSet = (payload: Uint8Array): Parsed<LightCommand> => {
  const word = payload.byteLength <= 6 ? onOf(Buffer.from(payload).toString("latin1")) : undefined;
  if (word !== undefined) return { value: { on: word } };
  const parsed = parseObject(payload);
  return "refusal" in parsed ? parsed : commandOf(parsed.value);
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** JSON has no undefined, so that means "none". */
const jsonOf = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(utf8.decode(payload)) as unknown;
  } catch {
    return undefined;
  }
};

const commandOf = (fields: Readonly<Record<string, unknown>>): Parsed<LightCommand> => {
  const command: Draft<LightCommand> = {};
  for (const [field, value] of Object.entries(fields)) {
    const read = readers.get(field);
    if (read === undefined) return refused("unknown_field", `known are ${[...readers.keys()].join(", ")}`);
    const part = read(value);
    if ("refusal" in part) return { refusal: { ...part.refusal, field } };
    Object.assign(command, part.value);
  }
  if (command.color !== undefined && command.colorTemperature !== undefined) {
    return refused("invalid_input", "give color or color_temp, not both", "color");
  }
  return { value: command };
};

type Reader = (value: unknown) => Parsed<Partial<LightCommand>>;

const onOf = (value: unknown): boolean | "toggle" | undefined => {
  const word = typeof value === "string" ? value.toUpperCase() : undefined;
  if (word === "ON") return true;
  if (word === "OFF") return false;
  return word === "TOGGLE" ? "toggle" : undefined;
};

const number = (min: number, max: number, use: (value: number) => Partial<LightCommand>): Reader => {
  const refusal = refused("range_violation", `must be between ${min} and ${max}`);
  return (value) => {
    if (typeof value !== "number") return refused("invalid_input", "must be a number");
    return value >= min && value <= max ? { value: use(value) } : refusal;
  };
};

const share = (value: unknown, most = 1): value is number =>
  typeof value === "number" && value >= 0 && value <= most;

const colorOf: Reader = (value) => {
  const { x, y, hue, saturation, ...rest } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const given = [x, y, hue, saturation].filter((part) => part !== undefined).length;
  if (Object.keys(rest).length === 0 && given === 2) {
    if (share(x) && share(y)) return { value: { color: { x, y } } };
    if (share(hue, 360) && share(saturation, 100)) {
      return { value: { color: xyFromHueSaturation(hue, saturation) } };
    }
  }
  return refused("invalid_input", "must be x and y from 0 to 1, or hue to 360 and saturation to 100");
};

/** Limits as at the HTTP door: wider than any lamp, so that the lamp's own clamp. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    "state",
    (value) => {
      const on = onOf(value);
      return on === undefined ? refused("invalid_input", "must be ON, OFF or TOGGLE") : { value: { on } };
    },
  ],
  ["brightness", number(0, levels, (level) => ({ brightness: percentOf(level) }))],
  ["brightness_step", number(-levels, levels, (step) => ({ brightnessStep: (step * 100) / levels }))],
  ["color_temp", number(50, 1_000, (mireds) => ({ colorTemperature: Mireds(mireds) }))],
  ["color", colorOf],
  [
    "effect",
    (value) =>
      typeof value === "string" && value.length >= 1 && value.length <= 64
        ? { value: { effect: value } }
        : refused("invalid_input", "must be the name of an effect"),
  ],
  ["transition", number(0, 6_553, (seconds) => ({ transition: Seconds(seconds) }))],
]);
