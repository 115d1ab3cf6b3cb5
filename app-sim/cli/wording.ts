import type { Shape } from "../../hub/api/contract.ts";
import { displayColor } from "../../hub/domain/color.ts";
import { Kelvin, miredsOf } from "../../hub/domain/units.ts";
import type { Cell } from "./table.ts";

type State = Shape<"LightState">;

const whole = (value: number): string => String(Math.round(value));

/** "on 60 % 2700 K" */
export const stateText = (state: State | null): string => {
  if (state === null) return "not seen yet";
  if (!state.on) return "off";
  return ["on", `${whole(state.brightness)} %`, colorText(state), state.effect].filter(Boolean).join(" ");
};

const colorText = (state: State): string => {
  if (state.color !== undefined) return hexOf(state);
  return state.colorTemperature === undefined ? "" : `${whole(state.colorTemperature)} K`;
};

/** The colour on a screen, without its brightness. */
export const hexOf = ({ color, colorTemperature }: State): string =>
  displayColor({
    ...(color === undefined ? {} : { color }),
    ...(colorTemperature === undefined ? {} : { colorTemperature: miredsOf(Kelvin(colorTemperature)) }),
  });

export const stateCell = (state: State | null): Cell =>
  state?.on ? { text: stateText(state), swatch: hexOf(state) } : { text: stateText(state), dim: true };

/** "23 Nov 20:41:07", in the zone that was asked for. */
export const timeText = (instant: string, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...(timeZone === undefined ? {} : { timeZone }),
  })
    .format(new Date(instant))
    .replace(",", "");

const causeWords: Readonly<Record<Shape<"Cause">["kind"], string>> = {
  person: "a person",
  rule: "a rule",
  scene: "a scene",
  mqtt: "an MQTT client",
  api: "a program",
  restore: "restored after a start",
  "catch-up": "caught up after power came back",
  device: "its own switch",
  reset: "a reset",
  simulator: "the simulator",
};

/** "a scene (sc-…), by t-…" */
export const causeText = ({ kind, actor, rule, trigger }: Shape<"Cause">): string =>
  [
    causeWords[kind],
    rule === undefined ? "" : `(${rule})`,
    actor === undefined ? "" : `(${actor})`,
    trigger === undefined ? "" : `by ${trigger}`,
  ]
    .filter(Boolean)
    .join(" ");
