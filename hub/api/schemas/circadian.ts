import * as z from "zod/mini";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import { brightness, id, instant, kelvin, notRunReason } from "./light.ts";

export const takenOverUntil = lazy(() =>
  described(z.nullable(instant()), "until when somebody else than the sun has it; null: it follows the sun"),
);

const elevation = lazy(() => quantity("degrees of the sun above the horizon", -90, 90));

/** Every field may be left out: it stays, or is as usual. */
export const circadianCurve = lazy(() =>
  z.strictObject({
    warmest: z.optional(described(kelvin(), "colour temperature while the sun is low")),
    coolest: z.optional(described(kelvin(), "colour temperature while the sun is high")),
    dimmest: z.optional(brightness()),
    brightest: z.optional(brightness()),
    low: z.optional(elevation()),
    high: z.optional(elevation()),
    takeOver: z.optional(quantity("seconds that what somebody sets stays as it is", 60, 86_400)),
  }),
);

export const circadian = lazy(() =>
  z.strictObject({
    target: id(),
    curve: z.required(circadianCurve()),
    light: z.optional(z.strictObject({ brightness: brightness(), colorTemperature: z.number() })),
    held: z.optional(notRunReason()),
    takenOver: list(z.strictObject({ lamp: id(), brightness: takenOverUntil(), color: takenOverUntil() })),
  }),
);

export const circadians = lazy(() => collection(circadian()));

const span = lazy(() => z.strictObject({ room: id(), from: instant(), to: instant() }));

/** What the evening of an empty home looks like. */
export const vacation = lazy(() =>
  z.strictObject({
    active: z.boolean(),
    evening: described(list(span()), "rooms that look used, in order"),
    held: z.optional(described(notRunReason(), "why no evening is known")),
  }),
);
