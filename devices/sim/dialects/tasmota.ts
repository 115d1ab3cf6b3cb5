import type { PowerOnBehaviour } from "../../../hub/domain/light.ts";
import type { LampDialect, SimLamp, Telling } from "../sim-lamp.ts";
import { saidOfGoal } from "./said.ts";
import { round } from "./words.ts";

const option = (lamp: SimLamp, name: string): number => lamp.settings?.get(name) ?? 0;

const setOption = (lamp: SimLamp, name: string, value: number): void => {
  lamp.settings ??= new Map();
  lamp.settings.set(name, value);
};

/**
 * Tasmota: commands by name, several in a Backlog, each answered on stat/RESULT. Changing dimmer or colour switches
 * the light on unless SetOption20 is set. Speed2 fades the changes of one message, half seconds from dark to full.
 */
export const tasmota: LampDialect = {
  full: 100,
  will: (address) => ({ topic: `tele/${address}/LWT`, payload: "Offline" }),
  publishes: (address) => [
    `stat/${address}/RESULT`,
    `stat/${address}/POWER`,
    `tele/${address}/STATE`,
    `tele/${address}/SENSOR`,
    `tele/${address}/LWT`,
  ],
  subscribes: (address) => [`cmnd/${address}/#`],
  hearsGroup: (group) => [`cmnd/${group}/#`],
  hear: (lamp, topic, payload) => {
    // By its own name, or by that of its group.
    const end = topic.indexOf("/", topic.indexOf("/") + 1);
    const name = end < 0 ? "" : topic.slice(end + 1);
    for (const order of ordersIn(name, payload)) obey(lamp, order);
    lamp.settings?.delete("speed2");
  },
  greet: (lamp) => {
    lamp.publish(`tele/${lamp.address}/LWT`, "Online", true);
    lamp.publish(`tele/${lamp.address}/STATE`, JSON.stringify({ UptimeSec: 5, ...lightState(lamp) }));
    meter(lamp);
  },
  tell: (lamp, why) => tell(lamp, why),
  meter: (lamp) => meter(lamp),
};

/** It tells the goal of a fade at once and says nothing when it gets there. */
const tell = (lamp: SimLamp, why: Telling): void => {
  if (why === "interim" || why === "settled") return;
  lamp.publish(`stat/${lamp.address}/RESULT`, said(lamp));
};

interface Order {
  readonly name: string;
  readonly argument: string;
  /** Of an argument that is a whole number. */
  readonly value: number | undefined;
}

/** So many products may take turns. */
const mostRead = 16;
/** By what was sent. */
const read = new Map<string, { readonly name: string; readonly orders: readonly Order[] }>();

/** Lamps that are asked the same hear the very same, so the newest few messages are read once. */
const ordersIn = (name: string, payload: string): readonly Order[] => {
  const known = read.get(payload);
  if (known?.name === name) return known.orders;
  const orders = commandsIn(name.toLowerCase(), payload).map(orderIn);
  if (read.size === mostRead) read.clear();
  read.set(payload, { name, orders });
  return orders;
};

const commandsIn = (name: string, payload: string): readonly string[] =>
  name === "backlog" || name === "backlog0"
    ? payload
        .split(";")
        .slice(0, 30)
        .map((command) => command.trim())
    : [`${name} ${payload}`.trim()];

/** The first two: `split` by a pattern makes a pattern of its own for each command. */
const words = /^(\S*)(?:\s+(\S*))?/;

const orderIn = (command: string): Order => {
  const [, name = "", argument = ""] = words.exec(command) ?? [];
  const value = /^\d{1,4}$/.test(argument) ? Number(argument) : undefined;
  return { name: name.toLowerCase(), argument, value };
};

const obey = (lamp: SimLamp, { name, argument, value }: Order): void => {
  switch (name) {
    case "power":
    case "power1":
      switchTo(lamp, argument.toUpperCase());
      break;
    case "dimmer":
      if (value !== undefined) change(lamp, { level: value }, value);
      break;
    case "ct":
      if (value !== undefined && value >= 153 && value <= 500) change(lamp, { temperature: value });
      break;
    case "hsbcolor":
      colorTo(lamp, argument);
      break;
    case "setoption20":
      if (value !== undefined) setOption(lamp, "setoption20", value);
      break;
    case "speed2":
      if (value !== undefined && value <= 40) setOption(lamp, "speed2", value);
      break;
    case "grouptopic1":
      joinGroup(lamp, argument);
      break;
    case "poweronstate":
      wake(lamp, value);
      break;
    case "reset":
      reset(lamp, argument);
      break;
    case "state":
      tell(lamp, "answer");
      break;
    default:
      lamp.publish(`stat/${lamp.address}/RESULT`, JSON.stringify({ Command: "Unknown" }));
  }
};

/** Setting it ends in a restart, whatever it is set to; without a name it tells. */
const joinGroup = (lamp: SimLamp, name: string): void => {
  if (/^[\w-]{1,32}$/.test(name)) {
    lamp.join(name === "1" ? [] : [name]);
    lamp.restart();
    return;
  }
  const said = { GroupTopic1: lamp.groups[0] ?? "tasmotas" };
  lamp.publish(`stat/${lamp.address}/RESULT`, JSON.stringify(said));
};

/** 1 forgets its settings; 2 erases its flash before. Either way it says what it will do, and never what it did. */
const reset = (lamp: SimLamp, kind: string): void => {
  if (kind !== "2") return;
  const said = { Reset: "Erase, Reset and Restarting" };
  lamp.publish(`stat/${lamp.address}/RESULT`, JSON.stringify(said));
  lamp.wipe(new Uint8Array(0));
  lamp.leave();
};

/** Dark, lit, the opposite of before, as before; 4 holds it lit, 5 waits for a timer it does not have. */
const powerOnStates: readonly PowerOnBehaviour[] = ["off", "on", "toggle", "previous", "on", "off"];

const wake = (lamp: SimLamp, state: number | undefined): void => {
  lamp.powerOn = powerOnStates[state ?? -1] ?? lamp.powerOn;
  const kept = { PowerOnState: powerOnStates.indexOf(lamp.powerOn) };
  lamp.publish(`stat/${lamp.address}/RESULT`, JSON.stringify(kept));
};

const switchTo = (lamp: SimLamp, word: string): void => {
  const on = { ON: true, "1": true, OFF: false, "0": false, TOGGLE: !lamp.goal.on, "2": !lamp.goal.on }[word];
  if (on !== undefined && on !== lamp.goal.on) lamp.set({ on }, fadeOf(lamp, 1));
  const power = lamp.goal.on !== lamp.lies ? "ON" : "OFF";
  lamp.publish(`stat/${lamp.address}/RESULT`, JSON.stringify({ POWER: power }));
  lamp.publish(`stat/${lamp.address}/POWER`, power);
};

/** How long a change takes that moves this share of the way from dark to full. */
const fadeOf = (lamp: SimLamp, share: number): number => option(lamp, "speed2") * 500 * share;

const change = (
  lamp: SimLamp,
  { level, temperature, color }: { level?: number; temperature?: number; color?: readonly number[] },
  lit = 1,
): void => {
  const on = lit > 0 && option(lamp, "setoption20") === 0 ? true : lamp.goal.on;
  const share = color === undefined && temperature === undefined ? Math.abs(lit - lamp.glow.level) / 100 : 1;
  lamp.set({ on, level, temperature, color }, fadeOf(lamp, share));
  tell(lamp, "answer");
};

const colorTo = (lamp: SimLamp, argument: string): void => {
  const parts = argument.split(",");
  if (parts.length !== 3 || !parts.every((part) => /^\d{1,3}$/.test(part))) return;
  const [hue = 0, saturation = 0, level = 0] = parts.map(Number);
  if (hue <= 360 && saturation <= 100 && level <= 100)
    change(lamp, { level, color: [hue, saturation] }, level);
};

const lightState = (lamp: SimLamp): object => {
  const { on, level, mode, temperature, color } = lamp.goal;
  const { dims, colors, temperature: whites } = lamp.model.limits;
  const dimmer = round(level);
  const isWhite = mode !== "color";
  const [hue = 0, saturation = 0] = color;
  return {
    POWER: on !== lamp.lies ? "ON" : "OFF",
    ...(dims ? { Dimmer: dimmer } : {}),
    ...(colors ? { HSBColor: `${round(hue)},${round(saturation)},${isWhite ? 0 : dimmer}` } : {}),
    ...(colors && whites ? { White: isWhite ? dimmer : 0 } : {}),
    ...(whites ? { CT: round(temperature) } : {}),
  };
};

const said = saidOfGoal(lightState);

const meter = (lamp: SimLamp): void => {
  if (lamp.model.load === undefined) return;
  const energy = { Total: round(lamp.energy, 3), Power: round(lamp.power), Voltage: 230 };
  lamp.publish(`tele/${lamp.address}/SENSOR`, JSON.stringify({ ENERGY: energy }));
};
