import type { CommandDefinition } from "../definition.ts";

export const sunCommand: CommandDefinition = {
  path: "sun",
  summary: "What the sun does at a place on a day; needs no hub",
  details:
    "Every event that falls in the civil day. The solar date is the day it belongs to: a sunset after midnight is the day before's. An event that is not listed does not happen.",
  options: [
    { name: "place", value: "LAT,LON", help: "degrees, north and east positive, such as 52.52,13.40" },
    { name: "zone", value: "ZONE", help: "time zone of the place; else --time-zone, else this machine's" },
    { name: "date", value: "DATE", help: "YYYY-MM-DD; today when absent" },
    { name: "days", value: "N", help: "so many days from then on, up to 400" },
  ],
  examples: [
    "lampkeeper sun --place 52.52,13.40 --zone Europe/Berlin --date 2026-06-21",
    "lampkeeper sun --place 69.65,18.96 --zone Europe/Oslo --date 2026-12-21 --days 7 --json",
  ],
  // Time zones take longer to load than most commands take.
  run: async (context, _, options) => (await import("../sun-report.ts")).sunResult(context, options),
};
