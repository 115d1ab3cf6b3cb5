import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holds } from "../../../app-sim/testing/scenario/expectation.ts";
import { junitReport } from "../../../app-sim/testing/scenario/junit.ts";
import {
  failureText,
  playScenario,
  type ScenarioResult,
} from "../../../app-sim/testing/scenario/play-scenario.ts";
import { InvalidScenario, readScenario } from "../../../app-sim/testing/scenario/read-scenario.ts";
import { scenarioJsonSchema, stepKinds } from "../../../app-sim/testing/scenario/scenario-schema.ts";
import { freshStage, runningStage } from "../../../app-sim/testing/scenario/stages.ts";
import { startHub } from "../../../app-sim/testing/testing.ts";

const play = async (text: string): Promise<ScenarioResult> => {
  const scenario = readScenario(text, "test.yaml");
  const stage = await freshStage(scenario);
  try {
    return await playScenario(scenario, stage);
  } finally {
    await stage.close();
  }
};

const header = "version: 1\nname: test\nhome: { bulbs: 6, sensors: 6, seed: 7 }\nsteps:\n";
const examples = readdirSync("docs/scenarios").filter((name) => name.endsWith(".yaml"));

describe("scenarios", () => {
  test.each(examples)("the example %s passes", async (name) => {
    const result = await play(readFileSync(join("docs/scenarios", name), "utf8"));
    expect(result.steps.filter(({ ok }) => !ok)).toEqual([]);
  });

  test("the same scenario gives the same trace", async () => {
    const text = readFileSync("docs/scenarios/evening.yaml", "utf8");
    const [first, second] = [await play(text), await play(text)];
    expect(first.trace).not.toBe("");
    expect(second.trace).toBe(first.trace);
  });

  test("a failing step says what was expected, what was there and the ten events before, and ends it", async () => {
    const steps = `  - set: { room: Living room, on: true, transition: 5s }
  - delay: 20s
  - expect-lamp: { lamp: Floor lamp, brightness: 1, within: 100ms }
  - set: { lamp: Floor lamp, on: false }
`;
    const { ok, steps: played } = await play(header + steps);
    const failure = played.at(-1)?.failure;
    expect({ ok, count: played.length }).toEqual({ ok: false, count: 3 });
    expect(failure?.expected).toEqual({ reported: { brightness: 1 } });
    expect(failure?.actual).toMatchObject({ reported: { on: true } });
    expect(failure?.events).toHaveLength(10);
    expect(failure && failureText(failure)).toMatch(/expected[\s\S]*actual[\s\S]*the 10 events before/);
  });

  test("every kind of step can fail: an unknown name is told with those there are", async () => {
    const steps = [
      "set: { lamp: Nowhere, on: true }",
      "set: { zone: Nowhere, on: true }",
      "scene: { apply: Nowhere }",
      "touch: { lamp: Nowhere, on: true }",
      "press: { sensor: Nowhere, action: single }",
      "sense: { sensor: Nowhere, occupancy: true }",
      "unplug: Nowhere",
      "plug: Nowhere",
      "misbehave: { device: Nowhere, how: [slow] }",
      "go: { person: Nobody, to: home }",
      "phone: { person: Nobody, location: false }",
      "give-place: Nobody",
      "misbehave: { device: Floor lamp, how: [nonsense] }",
      "expect-lamp: { lamp: Nowhere, on: true }",
      "expect-lamp: { lamp: Ceiling, on: true }",
      "expect-sensor: { sensor: Motion, occupancy: true, within: 1s }",
      "expect-event: { kind: light.not-run, within: 1s }",
      "expect-mqtt: { topic: lampkeeper/bridge/state, payload: { state: offline }, within: 100ms }",
      "expect-why: { lamp: Floor lamp, kind: rule, within: 1s }",
    ];
    for (const step of steps)
      expect({ step, ok: (await play(`${header}  - ${step}\n`)).ok }).toEqual({ step, ok: false });
  });

  test("plays on a home that runs elsewhere, by its doors alone", async () => {
    await using hub = await startHub({
      bulbs: 6,
      sensors: 6,
      seed: 7,
      clock: { mode: "scaled", speed: 100 },
    });
    const scenario = readScenario(readFileSync("docs/scenarios/power-cut.yaml", "utf8"), "power-cut.yaml");
    const mqtt = { url: hub.mqttUrl, ...hub.mqtt, base: "lampkeeper" };
    const stage = await runningStage({ url: `${hub.url}/api/v1`, token: hub.token }, mqtt, scenario);
    const result = await playScenario(scenario, stage);
    await stage.close();
    expect(result.steps.filter(({ ok }) => !ok)).toEqual([]);
  });
});

describe("a scenario file", () => {
  test.each([
    ["no YAML", "version: [", /not a scenario/],
    ["another version", "version: 2\nname: a\nsteps: [{ delay: 1s }]", /version/],
    ["no steps", "version: 1\nname: a\nsteps: []", /steps/],
    ["an unknown step", `${header}  - explode: now`, /explode/],
    ["two kinds in one step", `${header}  - { delay: 1s, jump: 1h }`, /exactly one/],
    ["a bare number", `${header}  - delay: 5`, /steps\.0\.delay/],
    ["two targets", `${header}  - set: { lamp: a, room: b, on: true }`, /exactly one lamp/],
    ["an unknown field", `${header}  - set: { lamp: a, brightnes: 5 }`, /brightnes/],
  ])("with %s is refused and says where", (_, text, message) => {
    expect(() => readScenario(text, "x.yaml")).toThrow(InvalidScenario);
    expect(() => readScenario(text, "x.yaml")).toThrow(message);
  });

  test("that unfolds into millions of nodes is refused", () => {
    const levels = Array.from(
      { length: 12 },
      (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(10)}]`,
    );
    const bomb = ["version: 1", "name: x", "a0: &a0 [1]", ...levels, "steps: [{ delay: 1s }]"].join("\n");
    expect(() => readScenario(bomb, "bomb.yaml")).toThrow(InvalidScenario);
  });

  test("of noise is refused and nothing else happens", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((text) => header + text),
        ),
        (text) => {
          try {
            readScenario(text, "x.yaml");
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidScenario);
          }
        },
      ),
    );
  });

  test("has a published schema that knows every step", () => {
    const text = JSON.stringify(scenarioJsonSchema());
    expect(stepKinds.filter((kind) => !text.includes(`{"required":["${kind}"]}`))).toEqual([]);
  });
});

test("what holds, holds within what a lamp can tell apart", () => {
  expect(holds({ brightness: 60 }, { brightness: 60.4, on: true })).toBe(true);
  expect(holds({ brightness: 60 }, { brightness: 62 })).toBe(false);
  expect(holds({ colorTemperature: 2700 }, { colorTemperature: 2702.7 })).toBe(true);
  expect(holds({ color: { x: 0.4, y: 0.4 } }, { color: { x: 0.405, y: 0.4 } })).toBe(true);
  expect(holds({ on: true }, null)).toBe(false);
  expect(holds([], [1])).toBe(false);
});

test("the JUnit report is well-formed whatever a step is called", () => {
  const step = { step: 1, title: `a <b> & "c" \u0000\u001b ${"\ud800"}`, ok: false, durationMs: 12.3456 };
  const failure = { message: "]]> no", expected: 1, actual: "<2>", events: [] };
  const report = junitReport([{ name: "x & y", ok: false, steps: [{ ...step, failure }], trace: "" }]);
  expect(report).toContain('<testsuite name="x &amp; y" tests="1" failures="1"');
  expect(report).toContain('time="0.012"');
  expect(report).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]*$/u);
  expect(report.replace(/&(amp|lt|gt|quot|apos);/g, "")).not.toMatch(/&|<2>|<b>/);
});
