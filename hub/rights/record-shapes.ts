import * as z from "zod/mini";
import { parseCivilDate, parseMonthDay, weekdays } from "../domain/civil.ts";
import { HubError } from "../domain/errors.ts";
import { vias } from "../domain/home.ts";
import { type IdKind, isId } from "../domain/ids.ts";
import { parseName } from "../domain/name.ts";
import { homeModes } from "../domain/rule.ts";
import { sunEventNames } from "../domain/sun-event.ts";
import type { CollectionName } from "../privacy/data-map.ts";

/** What a record looks like that another hub may bring in. Stricter than what this hub could have written is fine, looser is not. */

const mostParts = 64;
const longestWord = 200;
const day = 86_400_000;
const year = 366 * day;

const takes = (parse: (text: string) => unknown, text: string): boolean => {
  try {
    return parse(text) === text;
  } catch (error) {
    if (error instanceof HubError) return false;
    throw error;
  }
};
const parsed = (parse: (text: string) => unknown) =>
  z.string().check(
    z.maxLength(longestWord),
    z.refine((text) => takes(parse, text)),
  );
const id = (...kinds: readonly IdKind[]) =>
  z.string().check(
    z.maxLength(32),
    z.refine((text) => kinds.some((kind) => isId(kind, text))),
  );
const between = (min: number, max: number) => z.number().check(z.gte(min), z.lte(max));
const whole = (min: number, max: number) => z.int().check(z.gte(min), z.lte(max));
const some = <Item extends z.core.SomeType>(item: Item) =>
  z.array(item).check(z.minLength(1), z.maxLength(mostParts));
const many = <Item extends z.core.SomeType>(item: Item, most = mostParts) =>
  z.array(item).check(z.maxLength(most));

const name = parsed(parseName);
const word = z.string().check(z.minLength(1), z.maxLength(longestWord), z.regex(/^[^\p{Cc}]*$/u));
/** What a link calls a device: of a broker a part of a topic, of Bluetooth an address. */
const address = z.string().check(
  z.regex(/^[A-Za-z0-9_:.-]{1,64}$/),
  z.refine((text) => !/^\.+$/.test(text)),
);
const profile = z.string().check(z.regex(/^[a-z0-9][a-z0-9.-]{0,63}\/[a-z0-9][a-z0-9.-]{0,63}$/));
const percent = between(0, 100);
const mireds = between(1, 1e6);
const xy = z.strictObject({ x: between(0, 1), y: between(0, 1) });
const wallTime = whole(0, 86_399);
const instant = between(-8.64e15, 8.64e15);
const span = between(0, year);
const degrees = between(-90, 90);

const lightState = z.strictObject({
  on: z.boolean(),
  brightness: percent,
  colorTemperature: z.optional(mireds),
  color: z.optional(xy),
  effect: z.optional(word),
});

const command = z.strictObject({
  on: z.optional(z.union([z.boolean(), z.literal("toggle")])),
  brightness: z.optional(percent),
  brightnessStep: z.optional(between(-100, 100)),
  colorTemperature: z.optional(mireds),
  color: z.optional(xy),
  effect: z.optional(word),
  transition: z.optional(span),
});

const target = id("lamp", "room", "zone", "group");
const device = id("lamp", "sensor");

const polar = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("clock"), at: wallTime }),
  z.strictObject({ kind: z.literal("culmination") }),
]);

const moment = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("time"), at: wallTime }),
  z.strictObject({
    kind: z.literal("sun"),
    event: z.union([
      z.enum(sunEventNames),
      z.strictObject({ elevation: degrees, direction: z.enum(["rising", "setting"]) }),
    ]),
    offset: between(-day, day),
    notBefore: z.optional(wallTime),
    notAfter: z.optional(wallTime),
    polar,
  }),
]);

const days = z.strictObject({
  weekdays: z.optional(many(z.enum(weekdays), 7)),
  dates: z.optional(many(parsed(parseMonthDay), 366)),
});

const trigger = z.union([
  z.strictObject({ kind: z.literal("daily"), at: moment, until: z.optional(moment), days }),
  z.strictObject({ kind: z.literal("range"), from: moment, to: moment, days }),
  z.strictObject({ kind: z.literal("once"), date: parsed(parseCivilDate), at: wallTime }),
  z.strictObject({ kind: z.literal("timer"), after: span, since: instant }),
  z.strictObject({ kind: z.literal("presence"), event: z.enum(["first-arrives", "last-leaves"]) }),
  z.strictObject({ kind: z.literal("presence"), event: z.enum(["arrives", "leaves"]), person: id("person") }),
  z.strictObject({
    kind: z.literal("presence"),
    event: z.literal("approaches"),
    ahead: span,
    person: z.optional(id("person")),
  }),
  z.strictObject({
    kind: z.literal("motion"),
    sensor: id("sensor", "room"),
    event: z.enum(["detected", "cleared"]),
  }),
  z.strictObject({ kind: z.literal("illuminance"), sensor: id("sensor"), below: between(0, 200_000) }),
  z.strictObject({ kind: z.literal("illuminance"), sensor: id("sensor"), above: between(0, 200_000) }),
  z.strictObject({ kind: z.literal("contact"), sensor: id("sensor"), event: z.enum(["opened", "closed"]) }),
  z.strictObject({ kind: z.literal("button"), sensor: id("sensor"), action: word }),
  z.strictObject({ kind: z.literal("device"), device, event: z.enum(["online", "offline", "on", "off"]) }),
]);

const plainCondition = z.union([
  z.strictObject({ kind: z.literal("time"), from: moment, to: moment, days }),
  z.strictObject({ kind: z.literal("sun"), is: z.enum(["up", "down"]) }),
  z.strictObject({ kind: z.literal("elevation"), below: z.optional(degrees), above: z.optional(degrees) }),
  z.strictObject({ kind: z.literal("presence"), is: z.enum(["anybody-home", "nobody-home"]) }),
  z.strictObject({ kind: z.literal("presence"), person: id("person"), is: z.enum(["home", "away"]) }),
  z.strictObject({
    kind: z.literal("illuminance"),
    sensor: id("sensor"),
    below: z.optional(between(0, 200_000)),
    above: z.optional(between(0, 200_000)),
  }),
  z.strictObject({ kind: z.literal("mode"), is: some(z.enum(homeModes)) }),
  z.strictObject({ kind: z.literal("light"), target, is: z.enum(["on", "off"]) }),
]);

/** Conditions inside conditions, as deep as anybody writes them. */
const deepest = 4;
const conditionOf = (depth: number): z.ZodMiniType => {
  if (depth === 0) return plainCondition;
  const inner = conditionOf(depth - 1);
  return z.union([
    plainCondition,
    z.strictObject({ kind: z.literal("not"), condition: inner }),
    z.strictObject({ kind: z.literal("any"), of: some(inner) }),
  ]);
};

const action = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("light"), target, command, hold: z.optional(span) }),
  z.strictObject({ kind: z.literal("scene"), scene: id("scene"), transition: z.optional(span) }),
  z.strictObject({ kind: z.literal("wake-up"), target, over: span, brightness: percent }),
  z.strictObject({ kind: z.literal("off-after"), target, after: span }),
  z.strictObject({ kind: z.literal("circadian"), target }),
  z.strictObject({ kind: z.literal("mode"), mode: z.enum(homeModes) }),
]);

const paletteColor = z.strictObject({
  brightness: percent,
  color: z.optional(xy),
  colorTemperature: z.optional(mireds),
});

/** By collection; of any other nothing is taken in. */
export const recordShapes = {
  devices: z.strictObject({
    id: device,
    kind: z.enum(["lamp", "sensor"]),
    profile,
    address,
    name,
    room: z.nullable(id("room")),
    powerOn: z.optional(z.enum(["on", "off", "previous", "toggle"])),
    isolated: z.optional(z.boolean()),
    via: z.optional(z.enum(vias)),
    bluetooth: z.optional(z.strictObject({ profile, address })),
  }),
  rooms: z.strictObject({ id: id("room"), name }),
  zones: z.strictObject({ id: id("zone"), name, members: many(device, 10_000) }),
  groups: z.strictObject({ id: id("group"), name, members: many(id("lamp"), 10_000) }),
  scenes: z.strictObject({
    id: id("scene"),
    name,
    room: z.nullable(id("room")),
    states: z.record(id("lamp"), lightState),
    palette: z.optional(z.strictObject({ colors: many(paletteColor), period: span })),
  }),
  settings: z.strictObject({
    name: z.string().check(z.regex(/^[a-z][a-z-]{0,31}$/)),
    value: z.union([word, between(-8.64e15, 8.64e15), z.boolean()]),
  }),
  rules: z.strictObject({
    id: id("rule"),
    name,
    enabled: z.boolean(),
    triggers: many(trigger),
    conditions: many(conditionOf(deepest)),
    actions: many(action),
    endActions: z.optional(many(action)),
    catchUp: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("skip") }),
      z.strictObject({ kind: z.literal("late"), within: span }),
      z.strictObject({ kind: z.literal("now") }),
    ]),
    pausedUntil: z.optional(instant),
    since: instant,
  }),
  circadian: z.strictObject({
    target,
    curve: z.strictObject({
      warmest: mireds,
      dimmest: percent,
      coolest: mireds,
      brightest: percent,
      low: degrees,
      high: degrees,
      takeOver: span,
    }),
  }),
} as const satisfies { readonly [Name in CollectionName]?: z.ZodMiniType };

export type ShapedName = keyof typeof recordShapes;

export const isShaped = (collection: string): collection is ShapedName =>
  Object.hasOwn(recordShapes, collection);
