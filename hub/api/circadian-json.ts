import type { CircadianView } from "../automation/circadian-service.ts";
import { toSeconds } from "../domain/units.ts";
import type { Shape } from "./contract.ts";
import { isoOrNull, kelvinJson } from "./home-json.ts";

export const circadianJson = ({
  target,
  curve,
  light,
  held,
  takenOver,
}: CircadianView): Shape<"Circadian"> => ({
  target,
  curve: {
    warmest: kelvinJson(curve.warmest),
    coolest: kelvinJson(curve.coolest),
    dimmest: curve.dimmest,
    brightest: curve.brightest,
    low: curve.low,
    high: curve.high,
    takeOver: toSeconds(curve.takeOver),
  },
  ...(light === undefined
    ? {}
    : { light: { brightness: light.brightness, colorTemperature: kelvinJson(light.colorTemperature) } }),
  ...(held === undefined ? {} : { held }),
  takenOver: takenOver.map(({ lamp, brightness, color }) => ({
    lamp,
    brightness: isoOrNull(brightness ?? null),
    color: isoOrNull(color ?? null),
  })),
});
