import { kelvinOf } from "../domain/units.ts";
import type { LightView } from "../lights/lamp.ts";
import type { Metric } from "./traits.ts";

/** The text format of Prometheus, version 0.0.4. */
export const prometheusText = (metrics: readonly Metric[]): string =>
  metrics
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(
        ({ suffix = "", labels = {}, value }) => `${name}${suffix}${labelText(labels)} ${value}`,
      ),
    ])
    .join("\n")
    .concat("\n");

export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

const labelText = (labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
};

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const joulesPerKilowattHour = 3.6e6;

/** What the lamps show. Base units: ratios 0..1, kelvin, joules; lamps by id. */
export const lampMetrics = (lights: readonly LightView[]): readonly Metric[] => [
  gauge("lampkeeper_lamp_reachable", "Whether the lamp answers", lights, (lamp) => (lamp.reachable ? 1 : 0)),
  gauge("lampkeeper_lamp_on", "Whether the lamp reports to be on", lights, ({ reported }) =>
    reported === null ? undefined : Number(reported.on),
  ),
  gauge("lampkeeper_lamp_brightness_ratio", "Level the lamp reports, 0 to 1", lights, ({ reported }) =>
    reported === null ? undefined : reported.brightness / 100,
  ),
  gauge("lampkeeper_lamp_color_temperature_kelvin", "Colour temperature reported", lights, ({ reported }) =>
    reported?.colorTemperature === undefined ? undefined : kelvinOf(reported.colorTemperature),
  ),
  {
    ...gauge("lampkeeper_lamp_energy_joules_total", "Energy used, as metered", lights, ({ energy }) =>
      energy === undefined ? undefined : energy * joulesPerKilowattHour,
    ),
    type: "counter",
  },
];

const gauge = (
  name: Metric["name"],
  help: string,
  lights: readonly LightView[],
  read: (light: LightView) => number | undefined,
): Metric => ({
  name,
  help,
  type: "gauge",
  samples: lights.flatMap((light) => {
    const value = read(light);
    return value === undefined ? [] : [{ labels: { lamp: light.id }, value }];
  }),
});
