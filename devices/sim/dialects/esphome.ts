import type { LampDialect, SimLamp, Telling } from "../sim-lamp.ts";
import { saidOfGoal } from "./said.ts";
import { asNumber, asText, asWords, round, type Words, wordsOf } from "./words.ts";

const state = (address: string): string => `${address}/light/main/state`;

/** ESPHome's JSON light: one call, bytes for levels, whole seconds for transitions; the target is published at once. */
export const esphome: LampDialect = {
  full: 255,
  will: (address) => ({ topic: `${address}/status`, payload: "offline" }),
  publishes: (address) => [state(address), `${address}/status`],
  subscribes: (address) => [`${address}/light/main/command`],
  hear: (lamp, _topic, payload) => {
    const asked = wordsOf(payload);
    if (asked === undefined) return;
    const seconds = whole(asked["transition"], 65_535);
    lamp.follow(
      {
        on: { ON: true, OFF: false, TOGGLE: !lamp.goal.on }[asText(asked["state"])?.toUpperCase() ?? ""],
        level: whole(asked["brightness"], 255),
        temperature: whole(asked["color_temp"], 65_535),
        color: channels(lamp, asWords(asked["color"])),
      },
      seconds === undefined ? lamp.model.fadeMs : seconds * 1_000,
    );
  },
  greet: (lamp) => {
    lamp.publish(`${lamp.address}/status`, "online", true);
    tell(lamp, "greeting");
  },
  tell: (lamp, why) => tell(lamp, why),
};

/** Numbers with a fraction are not of the type the firmware looks for, and count as absent. */
const whole = (value: unknown, most: number): number | undefined => {
  const number = asNumber(value);
  return number !== undefined && Number.isInteger(number) && number >= 0 && number <= most
    ? number
    : undefined;
};

const channels = (lamp: SimLamp, asked: Words | undefined): readonly number[] | undefined => {
  if (asked === undefined) return undefined;
  const given = ["r", "g", "b"].map((key) => whole(asked[key], 255));
  return given.every((each) => each === undefined)
    ? undefined
    : given.map((each, at) => each ?? lamp.goal.color[at] ?? 0);
};

const modeName = (lamp: SimLamp): string => {
  const { mode } = lamp.goal;
  if (!lamp.model.limits.dims) return "onoff";
  return mode === "color" ? "rgb" : mode === "white" ? "color_temp" : "brightness";
};

const tell = (lamp: SimLamp, why: Telling): void => {
  if (why !== "interim" && why !== "settled") lamp.publish(state(lamp.address), said(lamp), true);
};

const said = saidOfGoal((lamp) => {
  const { on, level, mode, temperature, color } = lamp.goal;
  const [r = 0, g = 0, b = 0] = color.map((each) => round(each));
  return {
    color_mode: modeName(lamp),
    state: on !== lamp.lies ? "ON" : "OFF",
    ...(lamp.model.limits.dims ? { brightness: round(level) } : {}),
    color: mode === "color" ? { r, g, b } : {},
    ...(mode === "white" ? { color_temp: Math.trunc(temperature) } : {}),
  };
});
