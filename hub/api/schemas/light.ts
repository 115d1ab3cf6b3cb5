import * as z from "zod/mini";
import { causeKinds } from "../../domain/cause.ts";
import { notRunReasons } from "../../domain/event.ts";
import { linkKinds, linkReasons } from "../../domain/link-choice.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";

export const id = lazy(() => z.string().check(z.maxLength(32)));
export const name = lazy(() =>
  described(z.string().check(z.minLength(1), z.maxLength(256)), "1 to 64 visible characters"),
);
export const instant = lazy(() =>
  described(z.string(), "UTC, ISO 8601 with milliseconds, by the hub's clock"),
);

export const brightness = lazy(() => quantity("percent", 0, 100));
/** Wider than any lamp, so that a lamp's own limits clamp and only nonsense is refused. */
export const kelvin = lazy(() => quantity("kelvin", 1_000, 20_000));
export const seconds = lazy(() => quantity("seconds", 0, 6_553));
export const xy = lazy(() =>
  z.strictObject({ x: quantity("CIE 1931 x", 0, 1), y: quantity("CIE 1931 y", 0, 1) }),
);
const effect = lazy(() => z.string().check(z.minLength(1), z.maxLength(64)));

export const powerOn = lazy(() => z.enum(["on", "off", "previous", "toggle"]));

export const lightState = lazy(() =>
  z.strictObject({
    on: z.boolean(),
    brightness: brightness(),
    colorTemperature: z.optional(quantity("kelvin", 1, 1e6)),
    color: z.optional(xy()),
    effect: z.optional(effect()),
  }),
);

export const lightCommand = lazy(() =>
  z
    .strictObject({
      on: z.optional(z.union([z.boolean(), z.literal("toggle")])),
      brightness: z.optional(brightness()),
      brightnessStep: z.optional(quantity("percent points to add; negative dims", -100, 100)),
      colorTemperature: z.optional(kelvin()),
      color: z.optional(xy()),
      hue: z.optional(quantity("degrees; together with saturation", 0, 360)),
      saturation: z.optional(quantity("percent; together with hue", 0, 100)),
      effect: z.optional(effect()),
      transition: z.optional(seconds()),
    })
    .check(
      z.refine((command) => (command.hue === undefined) === (command.saturation === undefined), {
        path: ["hue"],
        error: "hue and saturation come together",
      }),
      z.refine(
        (command) =>
          [command.color, command.colorTemperature, command.hue].filter((one) => one !== undefined).length <=
          1,
        { path: ["color"], error: "a light has one of color, colorTemperature and hue with saturation" },
      ),
    ),
);

export const cause = lazy(() =>
  z.strictObject({
    kind: z.enum(causeKinds),
    at: instant(),
    command: id(),
    actor: z.optional(z.string()),
    rule: z.optional(id()),
    trigger: z.optional(z.string()),
  }),
);

const clampedNames = ["on", "brightness", "colorTemperature", "color", "effect", "transition"] as const;
export const clamped = lazy(() =>
  described(list(z.enum(clampedNames)), "what the lamp could only do as near as it can"),
);

const gamut = lazy(() => z.strictObject({ red: xy(), green: xy(), blue: xy() }));

export const capabilities = lazy(() =>
  z.strictObject({
    brightness: z.optional(z.strictObject({ min: brightness() })),
    colorTemperature: z.optional(z.strictObject({ min: z.number(), max: z.number() })),
    color: z.optional(z.strictObject({ gamut: gamut() })),
    effects: z.optional(list(z.string())),
    transition: z.optional(z.strictObject({ max: z.number() })),
    powerOn: z.optional(described(list(powerOn()), "what it can be told to do when its mains comes back")),
  }),
);

const lightFields = lazy(() => ({
  id: id(),
  name: z.string(),
  room: z.nullable(id()),
  profile: z.string(),
  reachable: z.boolean(),
  capabilities: capabilities(),
  desired: lightState(),
  reported: described(z.nullable(lightState()), "null before first contact"),
  readsBack: described(z.boolean(), "false: it never says what it shows, so `reported` stays null"),
  cause: cause(),
  circadian: z.optional(
    described(
      z.strictObject({ brightness: z.nullable(instant()), color: z.nullable(instant()) }),
      "there when the lamp follows the sun: until when somebody else has each of these; null: nobody",
    ),
  ),
  powerOn: z.optional(powerOn()),
  power: z.optional(described(z.number(), "watts")),
  energy: z.optional(described(z.number(), "kilowatt hours in total")),
}));

export const light = lazy(() => z.strictObject(lightFields()));
export const lights = lazy(() => collection(light()));

export const commandedLight = lazy(() =>
  z.strictObject({ ...lightFields(), command: id(), clamped: clamped() }),
);

export const commandOutcome = lazy(() =>
  z.strictObject({
    command: id(),
    lamps: list(z.strictObject({ id: id(), desired: lightState(), clamped: clamped() })),
  }),
);

const changeFields = lazy(() => ({
  name: z.optional(name()),
  room: z.optional(z.nullable(id())),
  powerOn: z.optional(powerOn()),
}));
export const lightChange = lazy(() => z.strictObject(changeFields()));
export const isolated = lazy(() =>
  described(z.boolean(), "it stays in the home and in its rules, and nothing passes between it and the hub"),
);

export const deviceChange = lazy(() =>
  z.strictObject({
    ...changeFields(),
    profile: z.optional(
      described(
        z.string().check(z.minLength(1), z.maxLength(128)),
        "another driver of its kind, over Bluetooth, where two dialects look alike",
      ),
    ),
    isolated: z.optional(isolated()),
  }),
);

export const wait = lazy(() =>
  z.strictObject({
    wait: z.optional(z.literal("reported")),
    timeout: z.optional(quantity("seconds to wait; 5 when absent", 0.001, 60)),
  }),
);

export const notRunReason = lazy(() => z.enum(notRunReasons));

export const runFields = lazy(() => ({
  id: described(z.string(), "of the run: the same however often it is planned"),
  rule: id(),
  trigger: described(z.number(), "place in the rule's triggers"),
  edge: described(z.enum(["start", "end"]), "only ranges have an end"),
  date: described(z.string(), "the solar date of a sun moment, the civil date of a clock time"),
  at: instant(),
}));

export const run = lazy(() => z.strictObject(runFields()));

export const lastRun = lazy(() =>
  z.strictObject({
    occurrence: z.optional(z.string()),
    at: instant(),
    result: z.union([z.literal("fired"), notRunReason()]),
    condition: z.optional(described(z.number(), "place in the rule's conditions of the one that was false")),
    text: described(z.string(), "the result in words"),
  }),
);

export const linkReason = lazy(() =>
  described(
    z.enum(linkReasons),
    "usual: nothing speaks against it; lost: the other cannot be reached; weak: the lamp hears its access point badly, and the hub hears the lamp well; restored: the network is good again; faint: the hub hears the lamp badly",
  ),
);

/** How strong a lamp is heard is shown to whoever looks now, and kept nowhere. */
export const links = lazy(() =>
  z.strictObject({
    inUse: described(
      z.enum(linkKinds),
      "by which it is spoken to: mqtt over the network, ble over the radio",
    ),
    reason: linkReason(),
    since: instant(),
    links: list(
      z.strictObject({
        link: z.enum(linkKinds),
        profile: z.string(),
        reachable: z.boolean(),
        signal: z.optional(
          described(
            z.number(),
            "dBm, smoothed; over mqtt as the lamp says that it hears its access point. Absent: nobody says",
          ),
        ),
      }),
    ),
  }),
);

export const why = lazy(() =>
  z.strictObject({
    lamp: id(),
    reachable: z.boolean(),
    settled: described(z.boolean(), "false while the lamp is still on its way to the desired state"),
    cause: cause(),
    links: z.optional(
      described(links(), "of a lamp that can be reached in two ways: by which it is, and why"),
    ),
    entries: described(
      list(
        z.strictObject({
          cause: cause(),
          desired: lightState(),
          clamped: clamped(),
          confirmedAt: z.optional(instant()),
          acceptedAt: z.optional(
            described(instant(), "when it was handed over to a lamp that never says what it shows"),
          ),
          notRun: z.optional(notRunReason()),
        }),
      ),
      "what happened and what did not, newest first",
    ),
    rules: described(
      list(
        z.strictObject({
          rule: id(),
          name: z.string(),
          text: described(z.string(), "the rule in plain words"),
          next: z.optional(run()),
          last: z.optional(lastRun()),
          held: z.optional(described(notRunReason(), "why it would not run now")),
          heldText: z.optional(z.string()),
        }),
      ),
      "rules that can change this lamp; none for callers who may see chosen lamps only",
    ),
  }),
);
