import type { RowPlant } from "./row-plant.ts";

/** Faults in what a hub keeps, how long it lasts, and what is told about it. */
export const keepingPlants: readonly RowPlant[] = [
  {
    fault: "records are padded to small classes",
    row: "M11",
    file: "hub/privacy/padding.ts",
    find: "const smallest = 512;",
    replace: "const smallest = 256;",
    tests: ["test/forensics/stolen-disk.test.ts"],
  },
  {
    fault: "every hub draws the same chance",
    row: "ISVS:2.1.10",
    file: "hub/platform/node/system-entropy.ts",
    find: "      randomFillSync(this.#pool);",
    replace: "      this.#pool.fill(7);",
    tests: ["test/hub/own-secrets.test.ts"],
  },
  {
    fault: "the sun goes down some minutes late",
    row: "M17",
    file: "hub/domain/sun.ts",
    find: "return day.crossing(radians(elevation), direction);",
    replace: "return day.crossing(radians(elevation - 0.5), direction);",
    tests: ["test/hub/ten-years.test.ts"],
  },
  {
    fault: "a hub listens at another port than its page says",
    row: "IR8425:Documentation",
    file: "hub/options.ts",
    find: 'portChoice(given, "mqtt-port", 1883)',
    replace: 'portChoice(given, "mqtt-port", 1880)',
    tests: ["test/docs/security.test.ts"],
  },
  {
    fault: "a new version begins with its own word on what is recorded",
    row: "ISVS:3.4.5",
    file: "hub/rights/recording-switches.ts",
    find: "if (settings.get(recordings[name])?.value === false) this.#off.add(name);",
    replace: "if (settings === undefined) this.#off.add(name);",
    tests: ["test/hub/update-keeps-choices.test.ts"],
  },
];
