import type { LightCapabilities } from "../../hub/domain/light.ts";
import type { LampExample, LampReport, LightTarget, MqttFrame } from "../../hub/domain/profile.ts";
import { Percent, Seconds } from "../../hub/domain/units.ts";
import { can, color, dims, effects, fades } from "../kit/capabilities.ts";
import { availability, defineLamp, mqtt, type Reader } from "../kit/define-profile.ts";
import { rgbSteps, withWhite, xyOfSteps } from "../kit/rgb.ts";
import { fromSteps, toSteps } from "../kit/scale.ts";

const source = "WLED documentation, MQTT and JSON API; wled00/mqtt.cpp publishMqtt";
const topic = "wled/{address}";
const full = 255;

/** Names of ours and numbers of WLED's effects (wled00/FX.h); 0 is a solid colour. */
const effectNumbers = { breathe: 2, "color-loop": 8, rainbow: 9, aurora: 38, fire: 66, candle: 88 } as const;
const effectNames = new Map<number, string>(
  Object.entries(effectNumbers).map(([name, number]) => [number, name]),
);
const numberOf = (effect: string | undefined): number =>
  effectNumbers[effect as keyof typeof effectNumbers] ?? 0;

/**
 * WLED tells its state only when something changes, so a repeated command would stay unanswered. The speed of the
 * effect, moved back and forth by one step, is a change that nobody sees.
 */
const nudge = mqtt(`${topic}/api`, { seg: [{ sx: 127 }] });

/** One JSON call, applied as a whole; `tt` is the fade of this call, in tenths of a second. */
const encode =
  (hasWhite: boolean) =>
  (target: LightTarget): readonly MqttFrame[] => {
    const channels = target.color && rgbSteps(target.color);
    const col = channels && [hasWhite ? withWhite(channels) : channels];
    return [
      nudge,
      mqtt(`${topic}/api`, {
        on: target.on,
        bri: toSteps(target.brightness, full),
        tt: Math.round((target.transition ?? 0) / 100),
        seg: [{ sx: 128, fx: numberOf(target.effect), col }],
      }),
    ];
  };

/** Master brightness, 0 when off: the level that it returns to is not told. */
const readBrightness: Reader<LampReport> = (payload) => {
  if (!/^\d{1,3}$/.test(payload)) return undefined;
  const brightness = fromSteps(Number(payload), full);
  if (brightness === undefined) return undefined;
  return { state: brightness === 0 ? { on: false } : { on: true, brightness } };
};

/** `#RRGGBB`, or `#WWRRGGBB` while a white channel is lit. */
const readColor: Reader<LampReport> = (payload) => {
  const [, white = "00", ...colors] =
    /^#([0-9A-F]{2})?([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})$/i.exec(payload) ?? [];
  const lit = colors.map((each) => Math.min(full, Number.parseInt(each, 16) + Number.parseInt(white, 16)));
  const xy = xyOfSteps(lit);
  return xy === undefined ? undefined : { state: { color: xy } };
};

/** The XML state, of which only the effect is not told elsewhere. */
const readXml: Reader<LampReport> = (payload) => {
  const number = /<fx>(\d{1,3})<\/fx>/.exec(payload.slice(0, 4_096))?.[1];
  return number === undefined ? undefined : { state: { effect: effectNames.get(Number(number)) ?? "none" } };
};

const lamp = (
  model: string,
  description: string,
  hasWhite: boolean,
  capabilities: LightCapabilities,
  more: LampExample[],
) =>
  defineLamp({
    vendor: "WLED",
    model,
    description,
    source,
    capabilities,
    listens: [topic, `${topic}/col`, `${topic}/api`],
    reads: {
      [`${topic}/g`]: readBrightness,
      [`${topic}/c`]: capabilities.color === undefined ? () => undefined : readColor,
      [`${topic}/v`]: readXml,
      [`${topic}/status`]: availability("online", "offline"),
    },
    encode: encode(hasWhite),
    query: [nudge, mqtt(`${topic}/api`, { seg: [{ sx: 128 }] })],
    examples: [off, ...more],
  });

const off: LampExample = {
  source,
  decode: { frame: mqtt(`${topic}/g`, "0"), report: { state: { on: false } } },
};

const red: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(100), color: { x: 0.64, y: 0.33 }, transition: Seconds(1) },
    frames: [
      nudge,
      mqtt(`${topic}/api`, { on: true, bri: 255, tt: 10, seg: [{ sx: 128, fx: 0, col: [[255, 0, 0]] }] }),
    ],
  },
  decode: {
    frame: mqtt(`${topic}/v`, "<vs><ac>255</ac><fx>88</fx></vs>"),
    report: { state: { effect: "candle" } },
  },
};

const half: LampExample = {
  source,
  decode: { frame: mqtt(`${topic}/g`, "51"), report: { state: { on: true, brightness: Percent(20) } } },
};

const strip = can(dims(), color(), fades(65), effects(...Object.keys(effectNumbers)));

export const wledLamps = [
  lamp("rgb-strip", "Addressable strip, colour", false, strip, [red]),
  lamp("rgbw-strip", "Addressable strip, colour and white", true, strip, [half]),
  lamp("white-strip", "White strip, dimmable", false, can(dims(), fades(65)), [half]),
];
