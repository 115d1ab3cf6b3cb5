import { type CircadianCurve, usualCurve } from "../../domain/circadian.ts";
import { InvalidInput, NotFound } from "../../domain/errors.ts";
import { isoText } from "../../domain/instant-text.ts";
import type { Degrees } from "../../domain/place.ts";
import { Kelvin, miredsOf, Percent, Seconds } from "../../domain/units.ts";
import { circadianJson } from "../circadian-json.ts";
import type { Shape } from "../contract.ts";
import type { Handlers } from "../handler.ts";
import { lightJson } from "../home-json.ts";
import type { Services } from "../traits.ts";

type CircadianRoutes = "listCircadian" | "setCircadian" | "endCircadian" | "resumeCircadian" | "readVacation";

export const circadianHandlers = ({ circadian, vacation, lights }: Services): Handlers<CircadianRoutes> => ({
  listCircadian: () => ({ data: circadian.list().map(circadianJson) }),
  setCircadian: ({ id, body }) => {
    const before = circadian.list().find(({ target }) => target === id)?.curve ?? usualCurve;
    return circadianJson(circadian.follow(id, curveOf(body, before)));
  },
  endCircadian: ({ id }) => {
    circadian.leave(id);
    return undefined;
  },
  resumeCircadian: ({ id }) => {
    circadian.giveBack(id);
    const light = lights.get(id);
    if (light === undefined) throw new NotFound("no such lamp");
    return lightJson(light, circadian.stateOf(id));
  },
  readVacation: () => {
    const held = vacation.held();
    return {
      active: vacation.isActive(),
      evening: vacation.plan().map(({ room, from, to }) => ({ room, from: isoText(from), to: isoText(to) })),
      ...(held === undefined ? {} : { held }),
    };
  },
});

/** @throws InvalidInput where low and high, or warm and cool, are the wrong way round */
const curveOf = (body: Shape<"CircadianCurve">, before: CircadianCurve): CircadianCurve => {
  const curve: CircadianCurve = {
    warmest: body.warmest === undefined ? before.warmest : miredsOf(Kelvin(body.warmest)),
    coolest: body.coolest === undefined ? before.coolest : miredsOf(Kelvin(body.coolest)),
    dimmest: Percent(body.dimmest ?? before.dimmest),
    brightest: Percent(body.brightest ?? before.brightest),
    low: (body.low ?? before.low) as Degrees,
    high: (body.high ?? before.high) as Degrees,
    takeOver: body.takeOver === undefined ? before.takeOver : Seconds(body.takeOver),
  };
  const ordered = [
    ["low", curve.low < curve.high],
    ["warmest", curve.warmest >= curve.coolest],
    ["dimmest", curve.dimmest <= curve.brightest],
  ] as const;
  const wrong = ordered.find(([, isRight]) => !isRight);
  if (wrong !== undefined) {
    throw new InvalidInput(
      "low lies below high, warmest is warmer than coolest, dimmest dimmer than brightest",
      {
        path: wrong[0],
      },
    );
  }
  return curve;
};
