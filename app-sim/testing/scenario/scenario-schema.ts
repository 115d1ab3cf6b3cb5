import * as z from "zod";
import { schemas } from "../../../hub/api/schemas/schemas.ts";
import { notRunReasons } from "../../../hub/domain/event.ts";
import { homeModes } from "../../../hub/domain/rule.ts";
import { msOfText } from "../../client/duration-text.ts";

/** The scenario file, version 1; docs/scenario.schema.json is written from this. */

const duration = z
  .string()
  .regex(/^\d+(\.\d+)?\s*(ms|s|min|m|h|d)$/, "a duration with its unit, such as 500ms, 2s, 5m or 1h")
  .meta({ description: "with its unit: 500ms, 2s, 5m, 1h, 7d" });

const signedDuration = z
  .string()
  .regex(/^-?\d+(\.\d+)?\s*(ms|s|min|m|h|d)$/, "a duration with its unit, such as -10h")
  .meta({ description: "with its unit, maybe negative: -10h" });

const target = z.string().min(1).meta({ description: "id or name" });
const within = { within: duration.optional().meta({ description: "hub time it may take; default 5s" }) };

const brightness = z.number().min(0).max(100).meta({ description: "percent" });
const xy = z.strictObject({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) });

const command = {
  on: z.union([z.boolean(), z.literal("toggle")]).optional(),
  brightness: brightness.optional(),
  colorTemperature: z.number().positive().optional().meta({ description: "kelvin" }),
  color: xy.optional(),
  effect: z.string().optional(),
  transition: duration.optional(),
};

const shown = {
  on: z.boolean().optional(),
  brightness: brightness.optional().meta({ description: "percent, to within 1" }),
  colorTemperature: z.number().positive().optional().meta({ description: "kelvin, to within 1 %" }),
  color: xy.optional().meta({ description: "to within 0.01" }),
  effect: z.string().optional(),
};

const reading = {
  occupancy: z.boolean().optional(),
  illuminance: z.number().optional(),
  contact: z.boolean().optional(),
  temperature: z.number().optional(),
  humidity: z.number().optional(),
  battery: z.number().optional(),
};

const anything = z.record(z.string(), z.unknown());

/** Every step there is. A step is an object with exactly one of these, and maybe a `name`. */
export const stepSchemas = {
  set: z
    .strictObject({
      lamp: target.optional(),
      room: target.optional(),
      zone: target.optional(),
      group: target.optional(),
      ...command,
    })
    .refine(({ lamp, room, zone, group }) => [lamp, room, zone, group].filter(Boolean).length === 1, {
      error: "names exactly one lamp, room, zone or group",
    })
    .meta({ description: "command a lamp, or the lamps of a room, zone or group, by the API" }),
  scene: z
    .strictObject({ apply: target, transition: duration.optional() })
    .meta({ description: "show a scene" }),
  touch: z
    .strictObject({ lamp: target, on: z.boolean().optional(), brightness: brightness.optional() })
    .meta({ description: "use the lamp's own switch" }),
  press: z
    .strictObject({ sensor: target, action: z.string().min(1) })
    .meta({ description: "press a button" }),
  sense: z
    .strictObject({ sensor: target, ...reading })
    .meta({ description: "something happens in front of a sensor" }),
  unplug: target.meta({ description: "cut a device's mains" }),
  plug: target.meta({ description: "give a device its mains back" }),
  misbehave: z
    .strictObject({ device: target, how: z.array(z.string()).meta({ description: "empty: behaves again" }) })
    .meta({
      description:
        "tell a device to misbehave: slow, lossy, twice, deaf, liar, offline, far-from-wifi, reboots, wipes-shallowly",
    }),
  go: z
    .strictObject({ person: target, to: z.enum(["home", "away"]).optional() })
    .meta({ description: "somebody goes home or away and stays; neither: back to a life of their own" }),
  phone: z
    .strictObject({
      person: target,
      location: z.boolean().optional().meta({ description: "whether it may know where it is" }),
      wifi: z.boolean().optional().meta({ description: "whether it may use the home's network" }),
      bluetooth: z.boolean().optional().meta({ description: "whether it may use Bluetooth" }),
      notifications: z.boolean().optional().meta({ description: "whether it may show messages" }),
      flightMode: z.boolean().optional(),
      battery: z.number().min(0).max(100).optional().meta({ description: "percent; at 0 it is off" }),
    })
    .meta({ description: "somebody does this to their phone" }),
  "give-place": target.meta({ description: "somebody's phone gives the home's place to the hub" }),
  advance: duration.meta({ description: "live through so much hub time at once" }),
  delay: duration.meta({
    description: "let so much hub time pass, at the clock's own pace when it runs by itself",
  }),
  until: z.union([z.string().min(1), z.strictObject({ rule: target })]).meta({
    description:
      "live through the time until this comes next: sunset, sunset-15m, 07:30 by the home's clocks, an instant, or the next run of a rule by clock or sun",
  }),
  mode: z.enum(homeModes).meta({ description: "put the home in this mode" }),
  run: target.meta({ description: "run a rule by hand" }),
  pause: z
    .strictObject({ rule: target, for: duration.optional() })
    .meta({ description: "let a rule rest, until it is resumed or for so long" }),
  resume: target.meta({ description: "end the rest of a rule" }),
  jump: signedDuration.meta({ description: "step civil time, as a corrected clock does" }),
  publish: z
    .strictObject({ topic: z.string().min(1), payload: z.union([z.string(), anything]) })
    .meta({ description: "publish over MQTT; an object goes out as JSON" }),
  "expect-lamp": z
    .strictObject({
      lamp: target,
      ...shown,
      reachable: z.boolean().optional(),
      desired: z.strictObject(shown).optional(),
      ...within,
    })
    .meta({ description: "what the lamp reports, comes to be so" }),
  "expect-sensor": z
    .strictObject({ sensor: target, ...reading, ...within })
    .meta({ description: "what a sensor told the hub" }),
  "expect-event": z.looseObject({ kind: z.string().min(1), ...within }).meta({
    description: "an event with at least these fields has happened since the scenario began, or comes",
  }),
  "expect-no-event": z
    .looseObject({ kind: z.string().min(1) })
    .meta({ description: "no event with these fields has happened since the scenario began" }),
  "expect-mqtt": z
    .strictObject({ topic: z.string().min(1), payload: z.union([z.string(), anything]), ...within })
    .meta({ description: "a message with this payload, or at least these fields, was or is published" }),
  "expect-why": z
    .strictObject({
      lamp: target,
      kind: z.string().optional(),
      rule: target.optional().meta({ description: "name of the rule that did it, or did not" }),
      trigger: z.string().optional(),
      notRun: z.string().optional().meta({ description: "the newest entry did not run for this reason" }),
      ...within,
    })
    .meta({ description: "why a lamp is as it is" }),
  "expect-rule": z
    .strictObject({
      rule: target,
      last: z
        .enum(["fired", ...notRunReasons])
        .optional()
        .meta({ description: "how it went last" }),
      held: z.enum(notRunReasons).optional().meta({ description: "why it would not run next" }),
      ...within,
    })
    .meta({ description: "how a rule stands" }),
  "expect-egress": z.array(z.never()).length(0).meta({ description: "the hub has reached out nowhere" }),
} as const;

export type StepKind = keyof typeof stepSchemas;
export type StepValue<Kind extends StepKind> = z.output<(typeof stepSchemas)[Kind]>;
export const stepKinds = Object.keys(stepSchemas) as StepKind[];

const step = z
  .strictObject({
    name: z.string().optional().meta({ description: "said in reports" }),
    ...(Object.fromEntries(stepKinds.map((kind) => [kind, stepSchemas[kind].optional()])) as {
      [Kind in StepKind]: z.ZodOptional<(typeof stepSchemas)[Kind]>;
    }),
  })
  .refine((given) => stepKinds.filter((kind) => given[kind] !== undefined).length === 1, {
    error: `a step is exactly one of ${stepKinds.join(", ")}`,
  });

export const scenarioSchema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(1),
    name: z.string().min(1),
    home: z
      .strictObject({
        bulbs: z.int().min(0).max(2_000).optional(),
        sensors: z.int().min(0).max(2_000).optional(),
        people: z
          .int()
          .min(0)
          .max(8)
          .optional()
          .meta({ description: "each with a phone: Ana, Ben, Cleo, Dan, Eva, Finn, Gia, Hugo" }),
        seed: z.int().min(0).optional(),
        place: z
          .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
          .optional()
          .meta({ description: "degrees, north and east positive; a large town of the zone when absent" }),
        zone: z.string().min(1).optional().meta({ description: "name in the IANA database: Europe/Berlin" }),
      })
      .optional()
      .meta({ description: "the simulated home; a running one is taken as it is" }),
    clock: z
      .strictObject({ now: z.string() })
      .optional()
      .meta({ description: "civil time at the start, UTC when without offset" }),
    rules: z
      .array(schemas.NewSchedule())
      .optional()
      .meta({ description: "rules of the home, as the API has them, with names wherever ids may stand" }),
    steps: z.array(step).min(1),
  })
  .meta({
    title: "Lampkeeper scenario",
    description: "Steps for a simulated home, and what is expected of it.",
  });

export type Scenario = z.output<typeof scenarioSchema>;
export type Step = Scenario["steps"][number];

/** Milliseconds of a duration that the schema has let through. */
export const msOf = (text: string): number => msOfText(text) ?? 0;

/** The JSON Schema that editors complete and check scenario files with. */
export const scenarioJsonSchema = (): object => {
  const schema = z.toJSONSchema(scenarioSchema, { io: "input" });
  // What the refinement says, in JSON Schema's words.
  const oneKind = { oneOf: stepKinds.map((kind) => ({ required: [kind] })) };
  const { steps } = schema.properties as unknown as { steps: { items: object } };
  return {
    ...schema,
    properties: { ...schema.properties, steps: { ...steps, items: { ...steps.items, ...oneKind } } },
  };
};
