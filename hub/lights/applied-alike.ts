import { type AppliedCommand, applyCommand } from "../domain/apply-command.ts";
import { keepFew } from "../domain/few.ts";
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

/** Of ten thousand lamps mostly nobody asks what each was asked to show. */
export class AppliedOutcome implements CommandOutcome {
  readonly command: CommandId;
  readonly #changes: readonly LampChange[];

  constructor(command: CommandId, changes: readonly LampChange[]) {
    this.command = command;
    this.#changes = changes;
  }

  get lamps(): CommandOutcome["lamps"] {
    return this.#changes.map(({ lamp: { id }, outcome: { state, clamped } }) => ({
      lamp: id,
      desired: state,
      clamped,
    }));
  }
}

/** What a command means for a lamp. */
export interface LampChange {
  readonly lamp: Lamp;
  readonly outcome: AppliedCommand;
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
  readonly #known = new Map<LampProfile, Applied[]>();

  /** @throws as `applyCommand` */
  of(lamp: Lamp, command: LightCommand): AppliedCommand {
    const { desired: current } = lamp;
    const profile = ownProfile(lamp);
    const known = this.#known.get(profile) ?? [];
    for (const each of known) if (each.current === current && each.command === command) return each.outcome;
    const own = applyCommand(current, command, profile.capabilities);
    const outcome = known.find((each) => isAlike(each.outcome, own))?.outcome ?? own;
    keepFew(known, { command, current, outcome });
    this.#known.set(profile, known);
    return outcome;
  }
}

const isAlike = (a: AppliedCommand, b: AppliedCommand): boolean =>
  sameState(a.state, b.state) &&
  a.transition === b.transition &&
  a.clamped.length === b.clamped.length &&
  a.clamped.every((each, at) => each === b.clamped[at]);
