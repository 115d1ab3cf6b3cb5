import { expect, test } from "vitest";
import { type ConformanceReport, conformanceOf } from "../../../../app-sim/testing/bench/conformance.ts";
import type { BleFaults } from "../../../../devices/sim/ble/lamps/ble-faults.ts";
import { bleLampModels } from "../../../../devices/sim/ble/models.ts";
import { benchAddress as address, benchLamp } from "../../../support/bench-lamp.ts";
import { passing } from "../../../support/passing.ts";

const tried = async (id: string, faults: BleFaults = {}): Promise<ConformanceReport> => {
  const { clock, radio, asked } = benchLamp(id, faults);
  return await passing(clock, conformanceOf(radio, asked));
};

const failing = ({ cases }: ConformanceReport) =>
  cases.filter(({ verdict }) => verdict === "failed").map(({ id }) => id);

test.each([...bleLampModels.keys()])("the simulated %s conforms to its profile", async (id) => {
  const report = await tried(id);
  expect(report.cases.filter(({ verdict }) => verdict === "failed" || verdict === "blocked")).toEqual([]);
  expect(report).toMatchObject({ ok: true, lamp: { kind: "virtual", profile: id, address } });
});

test.each<[string, string, BleFaults, readonly string[]]>([
  ["colours in the wrong order, in what it hears", "triones/triones", { swaps: "heard" }, ["BLE-13"]],
  ["colours in the wrong order, in what it tells", "triones/triones", { swaps: "told" }, ["BLE-13"]],
  [
    "a white in the wrong order, in what it hears",
    "philips-hue/white-ambiance",
    { swaps: "heard" },
    ["BLE-12"],
  ],
  // Some of the whites it then tells do not exist.
  [
    "a white in the wrong order, in what it tells",
    "philips-hue/white-ambiance",
    { swaps: "told" },
    ["BLE-12", "BLE-20"],
  ],
  ["lost notifications", "philips-hue/color", { lost: 1 }, ["BLE-05"]],
  ["lost notifications, of a lamp that says nothing else", "triones/triones", { lost: 1 }, ["BLE-05"]],
  ["late answers", "philips-hue/color", { lateMs: 3_000 }, ["BLE-06"]],
  ["late answers", "yeelight/candela", { lateMs: 3_000 }, ["BLE-06"]],
  ["half of each value", "triones/triones", { half: 1 }, ["BLE-20"]],
])("%s of a %s fail what they should and nothing else", async (_fault, id, faults, cases) => {
  const report = await tried(id, faults);
  expect(report.ok).toBe(false);
  expect(failing(report)).toEqual(cases);
});
