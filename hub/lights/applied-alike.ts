import { type AppliedCommand, applyCommand } from "../domain/apply-command.ts";
import type { CommandId, LampId } from "../domain/ids.ts";
import type { Clamped, LightCommand, LightState } from "../domain/light.ts";
import type { LampProfile } from "../domain/profile.ts";
import { sameState } from "../domain/report.ts";
import { type Lamp, ownProfile } from "./lamp.ts";

/** What became of a command: accepted, and what each lamp is asked to show. */
export interface CommandOutcome {
  readonly command: CommandId;
  readonly lamps: readonly {
    readonly lamp: LampId;
    readonly desired: LightState;
    readonly clamped: readonly Clamped[];
  }[];
}

interface Applied {
  readonly command: LightCommand;
  readonly current: Lamp["desired"];
  readonly outcome: AppliedCommand;
}

/**
 * One command on many lamps. Those of a product that stood alike get the very same state, worked out once: what is one
 * value everywhere costs little to compare and to keep.
 */
export class AppliedAlike {
  readonly #last = new Map<LampProfile, Applied>();

  /** @throws as `applyCommand` */
  of(lamp: Lamp, command: LightCommand): AppliedCommand {
    const { desired: current } = lamp;
    const profile = ownProfile(lamp);
    const last = this.#last.get(profile);
    if (last?.current === current && last.command === command) return last.outcome;
    const own = applyCommand(current, command, profile.capabilities);
    const outcome = last !== undefined && isAlike(last.outcome, own) ? last.outcome : own;
    this.#last.set(profile, { command, current, outcome });
    return outcome;
  }
}

const isAlike = (a: AppliedCommand, b: AppliedCommand): boolean =>
  sameState(a.state, b.state) &&
  a.transition === b.transition &&
  a.clamped.length === b.clamped.length &&
  a.clamped.every((each, at) => each === b.clamped[at]);

/** What each lamp is asked to show. */
export const demandsOf = (
  changes: readonly { readonly lamp: Lamp; readonly outcome: AppliedCommand }[],
): CommandOutcome["lamps"] =>
  changes.map(({ lamp: { id }, outcome: { state, clamped } }) => ({ lamp: id, desired: state, clamped }));
