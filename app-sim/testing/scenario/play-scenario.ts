import { ExpectationFailed } from "./expectation.ts";
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
  /** From 1, as people count. */
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
  for (const [index, step] of scenario.steps.entries()) {
    const result = await played(stage, step, index + 1);
    steps.push(result);
    if (!result.ok) break;
  }
  const trace = stage
    .events()
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");
  return { name: scenario.name, ok: steps.every(({ ok }) => ok), steps, trace };
};

const played = async (stage: Stage, step: Step, number: number): Promise<StepResult> => {
  const start = performance.now();
  const end = () => ({ step: number, title: titleOf(step), durationMs: performance.now() - start });
  try {
    await playStep(stage, step);
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
