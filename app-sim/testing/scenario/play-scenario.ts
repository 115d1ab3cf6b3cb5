import { ruleFinder, withIds } from "../../client/rule-names.ts";
import { ExpectationFailed } from "./expectation.ts";
import { find } from "./names.ts";
import type { Scenario, Step } from "./scenario-schema.ts";
import type { Stage, StageEvent } from "./stage.ts";
import { kindOf, playStep } from "./steps.ts";

/** Why a step failed. `events`: the newest before it, oldest first. */
export interface StepFailure {
  readonly message: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly events: readonly StageEvent[];
}

export interface StepResult {
  /** From 1, as people count; 0: the rules that the home gets first. */
  readonly step: number;
  readonly title: string;
  readonly ok: boolean;
  /** Of our time. */
  readonly durationMs: number;
  readonly failure?: StepFailure;
}

export interface ScenarioResult {
  readonly name: string;
  readonly ok: boolean;
  /** Up to the first that failed. */
  readonly steps: readonly StepResult[];
  /** One JSON object per line. */
  readonly trace: string;
}

const quotedEvents = 10;

export const titleOf = (step: Step): string =>
  step.name ?? `${kindOf(step)} ${JSON.stringify(step[kindOf(step)])}`;

/** Plays a scenario step by step until one fails. The stage is closed by whoever opened it. */
export const playScenario = async (scenario: Scenario, stage: Stage): Promise<ScenarioResult> => {
  const steps: StepResult[] = [];
  const { rules } = scenario;
  if (rules !== undefined) steps.push(await timed(stage, 0, "rules", () => addRules(stage, rules)));
  for (const [index, step] of scenario.steps.entries()) {
    if (steps.at(-1)?.ok === false) break;
    steps.push(await timed(stage, index + 1, titleOf(step), () => playStep(stage, step)));
  }
  const trace = stage
    .events()
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");
  return { name: scenario.name, ok: steps.every(({ ok }) => ok), steps, trace };
};

const addRules = async (stage: Stage, rules: NonNullable<Scenario["rules"]>): Promise<void> => {
  const finder = await ruleFinder(stage.api, find);
  // Names have become ids; the rest is as it was read.
  for (const rule of rules)
    await stage.api.call("addSchedule", { body: withIds(rule, finder) as typeof rule });
};

const timed = async (
  stage: Stage,
  step: number,
  title: string,
  play: () => Promise<void>,
): Promise<StepResult> => {
  const start = performance.now();
  const end = () => ({ step, title, durationMs: performance.now() - start });
  try {
    await play();
    return { ...end(), ok: true };
  } catch (error) {
    return { ...end(), ok: false, failure: failureOf(error, stage) };
  }
};

const failureOf = (error: unknown, stage: Stage): StepFailure => {
  const events = stage.events().slice(-quotedEvents);
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ExpectationFailed)) return { message, events };
  return { message, expected: error.expected, actual: error.actual, events };
};

/** For people: expected, actual and the events before. */
export const failureText = ({ message, expected, actual, events }: StepFailure): string =>
  [
    message,
    ...(expected === undefined
      ? []
      : [`  expected  ${JSON.stringify(expected)}`, `  actual    ${JSON.stringify(actual)}`]),
    ...(events.length === 0 ? [] : [`  the ${events.length} events before:`]),
    ...events.map((event) => `    ${JSON.stringify(event)}`),
  ].join("\n");
