import { modelDesignation } from "./domain/model.ts";

/** What is true of this version of the hub, beside its number in package.json. */
export const release = {
  /** Kind of device that it is for. */
  model: modelDesignation,
  /** Raised when an earlier version must not come back: its updates are refused from then on. */
  counter: 1,
  /** Raised with every step of `layoutSteps` and `schemaSteps`: what an earlier version could not read any more. */
  dataFormat: 2,
} as const;
