/** Everything that plays scenarios, for whoever loads it only when it is needed. */
export { junitReport } from "./junit.ts";
export { failureText, playScenario } from "./play-scenario.ts";
export { InvalidScenario, readScenario } from "./read-scenario.ts";
export { freshStage, runningStage } from "./stages.ts";
