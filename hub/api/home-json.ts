import type { AccessToken, Caller } from "../domain/access.ts";
import type { Refusals } from "../domain/broadcast.ts";
import type { Cause } from "../domain/cause.ts";
import { xyFromHueSaturation } from "../domain/color.ts";
import type { Draft } from "../domain/draft.ts";
import type { Device, Group, Palette, Room, Scene, Zone } from "../domain/home.ts";
import { isoText } from "../domain/instant-text.ts";
import type { LightCapabilities, LightCommand, LightState } from "../domain/light.ts";
import {
  type Duration,
  type Instant,
  Kelvin,
  kelvinOf,
  Millis,
  type Mireds,
  miredsOf,
  Percent,
  Seconds,
  toSeconds,
} from "../domain/units.ts";
import type { CommandOutcome } from "../lights/applied-alike.ts";
import type { LightView } from "../lights/lamp.ts";
import type { LinksView } from "../lights/lamp-links.ts";
import type { WhyChain } from "../lights/why-chain.ts";
import type { Shape } from "./contract.ts";

/** Between the hub's values and the API's JSON: kelvin for mireds, seconds for milliseconds, ISO for instants. */

/** 1e6 / (1e6 / 2700) is 2700.0000000000005; nobody asked for the last digits. */
export const kelvinJson = (mireds: Mireds): number => Math.round(kelvinOf(mireds) * 1_000) / 1_000;

/** 1.001 * 1000 is 1000.9999999999999: inside, time that was asked for is whole milliseconds. */
export const msOf = (seconds: number): number => Math.round(seconds * 1_000);
export const durationOf = (seconds: number): Duration => Millis(msOf(seconds));

export const stateJson = ({
  on,
  brightness,
  colorTemperature,
  color,
  effect,
}: LightState): Shape<"LightState"> => {
  const json: Shape<"LightState"> = { on, brightness };
  if (colorTemperature !== undefined) json.colorTemperature = kelvinJson(colorTemperature);
  if (color !== undefined) json.color = { x: color.x, y: color.y };
  if (effect !== undefined) json.effect = effect;
  return json;
};

type StateInput = Omit<Shape<"LightState">, "brightness"> & { readonly brightness: number };

export const stateOf = (input: StateInput): LightState => ({
  on: input.on,
  brightness: Percent(input.brightness),
  ...colorOf(input),
  ...(input.effect === undefined ? {} : { effect: input.effect }),
});

type ColorInput = Pick<Shape<"LightCommand">, "color" | "colorTemperature" | "hue" | "saturation">;

const colorOf = (input: ColorInput): Pick<LightState, "color" | "colorTemperature"> => {
  if (input.color !== undefined) return { color: input.color };
  if (input.colorTemperature !== undefined) {
    return { colorTemperature: miredsOf(Kelvin(input.colorTemperature)) };
  }
  const { hue, saturation } = input;
  return hue === undefined || saturation === undefined ? {} : { color: xyFromHueSaturation(hue, saturation) };
};

export const commandOf = (input: Shape<"LightCommand">): LightCommand => {
  const { on, brightness, brightnessStep, effect, transition } = input;
  const command: Draft<LightCommand> = colorOf(input);
  if (on !== undefined) command.on = on;
  if (brightness !== undefined) command.brightness = Percent(brightness);
  if (brightnessStep !== undefined) command.brightnessStep = brightnessStep;
  if (effect !== undefined) command.effect = effect;
  if (transition !== undefined) command.transition = durationOf(transition);
  return command;
};

/** A command as it can be sent again; `commandOf` the other way round. */
export const commandJson = (command: LightCommand): Shape<"LightCommand"> => ({
  ...(command.on === undefined ? {} : { on: command.on }),
  ...(command.brightness === undefined ? {} : { brightness: command.brightness }),
  ...(command.brightnessStep === undefined ? {} : { brightnessStep: command.brightnessStep }),
  ...(command.colorTemperature === undefined
    ? {}
    : { colorTemperature: kelvinJson(command.colorTemperature) }),
  ...(command.color === undefined ? {} : { color: { x: command.color.x, y: command.color.y } }),
  ...(command.effect === undefined ? {} : { effect: command.effect }),
  ...(command.transition === undefined ? {} : { transition: toSeconds(command.transition) }),
});

/** Of every product once: a home has many lamps of few. */
const knownCapabilities = new WeakMap<LightCapabilities, Shape<"Capabilities">>();

const capabilitiesJson = (can: LightCapabilities): Shape<"Capabilities"> => {
  let json = knownCapabilities.get(can);
  if (json === undefined) {
    json = capabilitiesOf(can);
    knownCapabilities.set(can, json);
  }
  return json;
};

const capabilitiesOf = (can: LightCapabilities): Shape<"Capabilities"> => ({
  ...(can.brightness === undefined ? {} : { brightness: { min: can.brightness.min } }),
  ...(can.colorTemperature === undefined
    ? {}
    : {
        // The warmest light has the most mireds and the fewest kelvin.
        colorTemperature: {
          min: kelvinJson(can.colorTemperature.max),
          max: kelvinJson(can.colorTemperature.min),
        },
      }),
  ...(can.color === undefined ? {} : { color: { gamut: can.color.gamut } }),
  ...(can.effects === undefined ? {} : { effects: can.effects }),
  ...(can.transition === undefined ? {} : { transition: { max: toSeconds(can.transition.max) } }),
  ...(can.powerOn === undefined ? {} : { powerOn: can.powerOn }),
});

export const causeJson = (cause: Cause): Shape<"Cause"> => ({ ...cause, at: isoText(cause.at) });

/**
 * What guests are told of a cause: what kind it was, and when. Which rule it was, what set it off and who asked would tell
 * who is at home.
 */
export const withoutReasons = <Shown extends { readonly cause: Shape<"Cause"> }>(shown: Shown): Shown => {
  const { kind, at, command } = shown.cause;
  return { ...shown, cause: { kind, at, command } };
};

export const isoOrNull = (at: Instant | null): string | null => (at === null ? null : isoText(at));

/** Until when somebody has what the sun would lead of a lamp; null: nobody. */
export interface SunLed {
  readonly brightness: Instant | null;
  readonly color: Instant | null;
}

/** @param circadian of a lamp that follows the sun */
export const lightJson = (light: LightView, circadian?: SunLed): Shape<"Light"> => {
  const { powerOn, power, energy } = light;
  const json: Shape<"Light"> = {
    id: light.id,
    name: light.name,
    room: light.room,
    profile: light.profile,
    reachable: light.reachable,
    capabilities: capabilitiesJson(light.capabilities),
    desired: stateJson(light.desired),
    reported: light.reported === null ? null : stateJson(light.reported),
    readsBack: light.readsBack,
    cause: causeJson(light.cause),
  };
  if (circadian !== undefined)
    json.circadian = { brightness: isoOrNull(circadian.brightness), color: isoOrNull(circadian.color) };
  if (powerOn !== undefined) json.powerOn = powerOn;
  if (power !== undefined) json.power = power;
  if (energy !== undefined) json.energy = energy;
  return json;
};

export const outcomeJson = (outcome: CommandOutcome): Shape<"CommandOutcome"> => ({
  command: outcome.command,
  lamps: outcome.lamps.map(({ lamp, desired, clamped }) => ({
    id: lamp,
    desired: stateJson(desired),
    clamped,
  })),
});

export const whyJson = (why: WhyChain, rules: Shape<"Why">["rules"]): Shape<"Why"> => ({
  lamp: why.lamp,
  reachable: why.reachable,
  settled: why.settled,
  cause: causeJson(why.cause),
  ...(why.links === undefined ? {} : { links: linksJson(why.links) }),
  entries: why.entries.map(({ cause, desired, clamped, confirmedAt, acceptedAt, notRun }) => ({
    cause: causeJson(cause),
    desired: stateJson(desired),
    clamped,
    ...(confirmedAt === undefined ? {} : { confirmedAt: isoText(confirmedAt) }),
    ...(acceptedAt === undefined ? {} : { acceptedAt: isoText(acceptedAt) }),
    ...(notRun === undefined ? {} : { notRun }),
  })),
  rules,
});

export const roomJson = (room: Room, devices: readonly Device[]): Shape<"Room"> => ({
  id: room.id,
  name: room.name,
  devices: devices.filter((device) => device.room === room.id).map((device) => device.id),
});

export const zoneJson = ({ id, name, members }: Zone | Group): Shape<"Zone"> => ({ id, name, members });

export const paletteJson = (palette: Palette): Shape<"Palette"> => ({
  colors: palette.colors.map(({ brightness, color, colorTemperature }) => ({
    brightness,
    ...(color === undefined ? {} : { color }),
    ...(colorTemperature === undefined ? {} : { colorTemperature: kelvinJson(colorTemperature) }),
  })),
  period: toSeconds(palette.period),
});

export const paletteOf = (input: Shape<"Palette">): Palette => ({
  colors: input.colors.map((stop) => ({ brightness: Percent(stop.brightness), ...colorOf(stop) })),
  period: Seconds(input.period),
});

export const sceneJson = (scene: Scene): Shape<"Scene"> => ({
  id: scene.id,
  name: scene.name,
  room: scene.room,
  states: Object.fromEntries(Object.entries(scene.states).map(([lamp, state]) => [lamp, stateJson(state)])),
  ...(scene.palette === undefined ? {} : { palette: paletteJson(scene.palette) }),
});

/** The live side of a device, from whichever room knows it. */
export interface DeviceLife {
  readonly reachable: boolean;
  readonly reading?: Shape<"Reading">;
  readonly at?: Parameters<typeof isoText>[0] | null;
  /** Of a lamp with two links. */
  readonly links?: LinksView;
  /** Of a sensor that only advertises. */
  readonly seals?: boolean;
  readonly refused?: Refusals;
}

const linksJson = ({ inUse, reason, since, links }: LinksView): NonNullable<Shape<"Device">["links"]> => ({
  inUse,
  reason,
  since: isoText(since),
  links: links.map(({ link, profile, isUp, signal }) => ({
    link,
    profile,
    reachable: isUp,
    ...(signal === undefined ? {} : { signal: Math.round(signal) }),
  })),
});

export const deviceJson = (device: Device, life: DeviceLife): Shape<"Device"> => ({
  id: device.id,
  kind: device.kind,
  name: device.name,
  room: device.room,
  profile: device.profile,
  reachable: life.reachable,
  via: device.via ?? "hub",
  ...(life.links === undefined ? {} : { links: linksJson(life.links) }),
  ...(device.powerOn === undefined ? {} : { powerOn: device.powerOn }),
  ...(device.isolated === true ? { isolated: true } : {}),
  ...(life.reading === undefined ? {} : { reading: life.reading }),
  ...(life.at === undefined || life.at === null ? {} : { readAt: isoText(life.at) }),
  ...(life.seals === true ? { sealed: true } : {}),
  ...(life.refused === undefined || life.refused.size === 0
    ? {}
    : { notBelieved: [...life.refused].map(([reason, count]) => ({ reason, count })) }),
});

export const tokenJson = (token: AccessToken): Shape<"Token"> => ({
  id: token.id,
  name: token.name,
  role: token.role,
  scopes: token.scopes,
  ...(token.lamps === undefined ? {} : { lamps: token.lamps }),
  created: isoText(token.created),
  expires: token.expires === null ? null : isoText(token.expires),
  ...(token.used === undefined ? {} : { used: isoText(token.used) }),
  ...(token.asked === undefined ? {} : { asked: isoText(token.asked) }),
});

export const callerJson = (caller: Caller): Shape<"Caller"> => ({
  id: caller.id,
  role: caller.role,
  scopes: [...caller.scopes],
  ...(caller.lamps === undefined ? {} : { lamps: [...caller.lamps] }),
  ...(caller.person === undefined ? {} : { person: caller.person }),
});
