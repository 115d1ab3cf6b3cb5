import type { LampDialect, SimLamp, Telling } from "../sim-lamp.ts";
import { saidOfGoal } from "./said.ts";
import { asNumber, asText, asWords, round, type Words, wordIn, wordsOf } from "./words.ts";

/**
 * Zigbee2MQTT with one bulb behind it. It switches on before it sends a colour, because most bulbs refuse colours
 * while off; this one executes them in the dark. It publishes what it asked for at once, fades or not.
 */
export const zigbee2mqtt: LampDialect = {
  full: 254,
  will: (address) => ({ topic: `zigbee2mqtt/${address}/availability`, payload: '{"state":"offline"}' }),
  publishes: (address) => [`zigbee2mqtt/${address}`, `zigbee2mqtt/${address}/availability`],
  subscribes: (address) => [`zigbee2mqtt/${address}/set`, `zigbee2mqtt/${address}/get`],
  hear: (lamp, topic, payload) => {
    const asked = wordsOf(payload);
    if (asked === undefined) return;
    if (topic.endsWith("/set")) set(lamp, asked);
    tell(lamp, "answer");
  },
  greet: (lamp) => {
    lamp.publish(`zigbee2mqtt/${lamp.address}/availability`, '{"state":"online"}', true);
    tell(lamp, "greeting");
  },
  tell: (lamp, why) => tell(lamp, why),
  meter: (lamp) => tell(lamp, "period"),
};

const switched = (asked: unknown, isOn: boolean): boolean | undefined => {
  switch (asText(asked)?.toUpperCase()) {
    case "ON":
      return true;
    case "OFF":
      return false;
    case "TOGGLE":
      return !isOn;
    default:
      return undefined;
  }
};

const inRange = (value: number | undefined, least: number, most: number): number | undefined =>
  value !== undefined && value >= least && value <= most ? value : undefined;

const set = (lamp: SimLamp, asked: Words): void => {
  const word = asText(asked["power_on_behavior"])?.toLowerCase();
  lamp.powerOn = wordIn(word, ["off", "on", "toggle", "previous"]) ?? lamp.powerOn;
  const fadeMs = (inRange(asNumber(asked["transition"]), 0, 6_553) ?? lamp.model.fadeMs / 1_000) * 1_000;
  const level = inRange(asNumber(asked["brightness"]), 0, 254);
  // A level alone switches on: it is sent with the on/off cluster's help.
  const on = switched(asked["state"], lamp.goal.on) ?? (level === undefined ? undefined : level > 0);
  if (on !== undefined || level !== undefined) lamp.set({ on, level }, fadeMs);
  const xy = asWords(asked["color"]);
  const [x, y] = [inRange(asNumber(xy?.["x"]), 0, 1), inRange(asNumber(xy?.["y"]), 0, 1)];
  const color = x === undefined || y === undefined ? undefined : [x, y];
  const temperature = inRange(asNumber(asked["color_temp"]), 50, 1_000);
  if (color === undefined && temperature === undefined) return;
  lamp.set({ color, temperature }, lamp.goal.on ? fadeMs : 0);
};

const tell = (lamp: SimLamp, why: Telling): void => {
  if (why !== "interim" && why !== "settled") lamp.publish(`zigbee2mqtt/${lamp.address}`, said(lamp));
};

const said = saidOfGoal((lamp) => {
  const { on, level, mode, temperature, color } = lamp.goal;
  const { dims, colors, temperature: whites } = lamp.model.limits;
  const [x = 0, y = 0] = color;
  return {
    state: on !== lamp.lies ? "ON" : "OFF",
    ...(dims ? { brightness: round(level) } : {}),
    ...(colors || whites ? { color_mode: mode === "color" ? "xy" : "color_temp" } : {}),
    ...(colors ? { color: { x: round(x, 4), y: round(y, 4) } } : {}),
    ...(whites ? { color_temp: round(temperature) } : {}),
    ...(lamp.model.load ? { power: round(lamp.power, 1), energy: round(lamp.energy, 3) } : {}),
    power_on_behavior: lamp.powerOn,
    linkquality: 120,
  };
});
