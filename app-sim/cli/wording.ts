import type { Shape } from "../../hub/api/contract.ts";
import { displayColor } from "../../hub/domain/color.ts";
import { spanText } from "../../hub/domain/rule-text.ts";
import { Kelvin, miredsOf } from "../../hub/domain/units.ts";
import { usageError } from "./cli-error.ts";
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

const msPerMinute = 60_000;

/** "in 24 min", "in 2 h", "now". */
export const inText = (at: string, now: string): string => {
  const ms = Date.parse(at) - Date.parse(now);
  if (ms < msPerMinute / 2) return "now";
  const minutes = Math.round(ms / msPerMinute);
  // Over a few hours minutes are noise: the time stands beside it.
  const shown =
    minutes < 120
      ? minutes
      : minutes < 2_880
        ? Math.round(minutes / 60) * 60
        : Math.round(minutes / 1_440) * 1_440;
  return `in ${spanText(shown * msPerMinute)}`;
};

/** "20:41" today; with the day on other days: "Tue 24 Nov 20:41". */
export const dayText = (at: string, now: string, timeZone: string | undefined): string => {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", ...zone });
  const time = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...zone,
  });
  const [then, today] = [day.format(new Date(at)), day.format(new Date(now))];
  const clock = time.format(new Date(at));
  return then === today ? clock : `${then.replace(",", "")} ${clock}`;
};

/** UTC of a time as people write it; without an offset, in this computer's zone. @throws CliError */
export const instantOfText = (text: string, what: string): string => {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw usageError(`${what} is a time such as 2026-12-24T18:00, or with Z or +01:00; not "${text}"`);
  return new Date(at).toISOString();
};

const sources = {
  simulator: "the simulator",
  ntp: "NTP",
  rtc: "its own clock chip",
  phone: "a phone",
  person: "a person",
} as const;

/** "clock: trusted (NTP, 3 min ago)", or what follows from it when it is not. */
export const clockText = ({ now, trust, source, since }: Shape<"Clock">): string => {
  if (trust !== "trusted") {
    const why = trust === "restored" ? "not confirmed since the start" : "not known";
    return `clock: ${why}, so rules by clock and sun wait; see: lampkeeper clock status`;
  }
  const age =
    since === undefined ? "" : `, ${spanText(Math.max(0, Date.parse(now) - Date.parse(since)))} ago`;
  return `clock: trusted (${source === undefined ? "" : sources[source]}${age})`;
};

const linkWords = { mqtt: "network", ble: "Bluetooth" } as const;

const linkReasonTexts = {
  usual: "",
  weak: ": its Wi-Fi is weak",
  restored: ": it is good again",
  faint: ": Bluetooth is faint",
} as const;

/** "Bluetooth: its network is lost" */
export const linkText = ({ inUse, reason }: NonNullable<Shape<"Why">["links"]>): string =>
  reason === "lost"
    ? `${linkWords[inUse]}: ${inUse === "ble" ? "its network" : "Bluetooth"} is lost`
    : `${linkWords[inUse]}${linkReasonTexts[reason]}`;

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

/** "a rule (Evening light), by sunset - 15 min". @param nameOf of rules; absent: their ids are said */
export const causeText = (
  { kind, actor, rule, trigger }: Shape<"Cause">,
  nameOf: (id: string) => string = (id) => id,
): string =>
  [
    causeWords[kind],
    rule === undefined ? "" : `(${nameOf(rule)})`,
    actor === undefined ? "" : `(${actor})`,
    trigger === undefined ? "" : `by ${trigger}`,
  ]
    .filter(Boolean)
    .join(" ");
