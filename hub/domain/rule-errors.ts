import { CallerError } from "./errors.ts";
import type { RuleId } from "./ids.ts";

/** A rule would set itself off, maybe by way of others. `rules` are those of the circle, in order. */
export class RuleLoops extends CallerError {
  override readonly code = "rule_loops";
  override readonly status = 409;
  readonly rules: readonly RuleId[];

  constructor(rules: readonly RuleId[]) {
    super("these rules would set each other off again and again", { rules });
    this.rules = rules;
  }
}
