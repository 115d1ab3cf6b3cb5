import { Millis } from "../../../hub/domain/units.ts";
import type { Clock } from "../../../hub/ports/clock.ts";
import { type GlowChange, sameGlow } from "../glow.ts";
import type { LampDialect, SimLamp, Telling } from "../sim-lamp.ts";
import { asBoolean, asNumber, asWords, round, type Words, wordsOf } from "./words.ts";

const names: Readonly<Record<number, string>> = {
  0: "",
  2: "breathe",
  8: "color-loop",
  9: "rainbow",
  38: "aurora",
  66: "fire",
  88: "candle",
};
const numberOf = (effect: string): string =>
  Object.entries(names).find(([, name]) => name === effect)?.[0] ?? "0";

/**
 * WLED: a JSON call on /api, a level on the topic itself, a colour on /col. It publishes level, colour, presence and
 * an XML state, but only when something changed; while it is off the level it tells is 0.
 */
export const wled: LampDialect = {
  full: 255,
  will: (address) => ({ topic: `wled/${address}/status`, payload: "offline" }),
  publishes: (address) => ["g", "c", "v", "status"].map((leaf) => `wled/${address}/${leaf}`),
  subscribes: (address) => ["", "/col", "/api"].map((leaf) => `wled/${address}${leaf}`),
  hear: (lamp, topic, payload) => {
    const leaf = topic.slice(`wled/${lamp.address}`.length);
    if (leaf === "") update(lamp, levelChange(lamp, payload), lamp.model.fadeMs);
    else if (leaf === "/col") update(lamp, { color: hexColor(lamp, payload) }, lamp.model.fadeMs);
    else if (leaf === "/api") call(lamp, wordsOf(payload));
  },
  greet: (lamp) => tell(lamp, "greeting"),
  tell: (lamp, why) => tell(lamp, why),
};

const call = (lamp: SimLamp, asked: Words | undefined): void => {
  if (asked === undefined) return;
  const segments = asked["seg"];
  const segment = asWords(Array.isArray(segments) ? segments[0] : segments) ?? {};
  const level = asNumber(asked["bri"]);
  const lit = level !== undefined && level > 0 ? Math.min(255, level) : undefined;
  const colors = Array.isArray(segment["col"]) ? segment["col"][0] : undefined;
  const color = Array.isArray(colors) ? bytes(lamp, colors) : undefined;
  const effect = asNumber(segment["fx"]);
  const tenths = asNumber(asked["tt"]) ?? asNumber(asked["transition"]);
  const change = {
    on: asBoolean(asked["on"]) ?? (level === undefined ? undefined : level > 0),
    level: lit,
    color,
    effect: effect === undefined ? undefined : names[effect],
  };
  update(
    lamp,
    change,
    tenths === undefined ? lamp.model.fadeMs : Math.max(0, tenths) * 100,
    asNumber(segment["sx"]),
  );
};

/** Interfaces hear of an update only when it changed something. */
const update = (lamp: SimLamp, change: GlowChange, fadeMs: number, speed?: number): void => {
  const before = lamp.goal;
  const faster = speed !== undefined && speed !== lamp.settings?.get("sx");
  if (faster) {
    lamp.settings ??= new Map();
    lamp.settings.set("sx", speed);
  }
  if (Object.values(change).some((each) => each !== undefined)) lamp.set(change, fadeMs);
  if (faster || !sameGlow(lamp.goal, before)) tellSoon(lamp);
};

/** Who has something to tell, by the clock they live by. */
const toTell = new WeakMap<Clock, Set<SimLamp>>();

/** It tells when its main loop comes round (wled00/led.cpp updateInterfaces): once, however many messages came before. */
const tellSoon = (lamp: SimLamp): void => {
  const { clock } = lamp;
  const known = toTell.get(clock);
  if (known !== undefined) {
    known.add(lamp);
    return;
  }
  const lamps = new Set([lamp]);
  toTell.set(clock, lamps);
  clock.after(Millis(0), () => {
    toTell.delete(clock);
    for (const each of lamps) tell(each, "answer");
  });
};

const bytes = (lamp: SimLamp, given: readonly unknown[]): readonly number[] | undefined => {
  const count = lamp.model.fresh.color.length;
  const channels = Array.from({ length: count }, (_, at) => asNumber(given[at]) ?? 0);
  return channels.every((each) => each >= 0 && each <= 255) ? channels : undefined;
};

const levelChange = (lamp: SimLamp, payload: string): GlowChange => {
  if (/on|true/i.test(payload)) return { on: true };
  if (/t/i.test(payload)) return { on: !lamp.goal.on };
  const level = Number.parseInt(payload, 10);
  return level > 0 && level <= 255 ? { on: true, level } : { on: false };
};

const hexColor = (lamp: SimLamp, payload: string): readonly number[] | undefined => {
  const [, white = "00", ...rgb] =
    /^[#h]([0-9a-f]{2})?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(payload) ?? [];
  return rgb.length === 3
    ? bytes(
        lamp,
        [...rgb, white].map((each) => Number.parseInt(each, 16)),
      )
    : undefined;
};

const hex = (value: number): string => round(value).toString(16).padStart(2, "0").toUpperCase();

const tell = (lamp: SimLamp, why: Telling): void => {
  if (why === "interim" || why === "settled") return;
  const { on, level, color, effect } = lamp.goal;
  const [r = 255, g = 255, b = 255, w = 0] = color;
  const brightness = on !== lamp.lies ? String(round(level)) : "0";
  const base = `wled/${lamp.address}`;
  lamp.publish(`${base}/g`, brightness);
  // Printed as one number of at least six digits: the white channel shows only when it is lit.
  lamp.publish(`${base}/c`, `#${w > 0 ? hex(w) : ""}${hex(r)}${hex(g)}${hex(b)}`);
  lamp.publish(`${base}/status`, "online", true);
  const fx = numberOf(effect);
  lamp.publish(`${base}/v`, `<?xml version="1.0" ?><vs><ac>${brightness}</ac><fx>${fx}</fx></vs>`);
};
