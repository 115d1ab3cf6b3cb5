import { confirms } from "../domain/apply-command.ts";
import type { LightCapabilities, LightState } from "../domain/light.ts";
import type { LampProfile } from "../domain/profile.ts";
import { isReported, mergeReport } from "../domain/report.ts";
import type { Lamp } from "./lamp.ts";

/** Whether one state does what another asks. */
interface Verdict {
  readonly wanted: LightState;
  readonly shown: LightState;
  readonly isShown: boolean;
}

/** What a lamp showed after it had said something. */
interface Said {
  readonly known: LightState;
  readonly part: Partial<LightState>;
  readonly desired: LightState;
  readonly shown: LightState;
}

/**
 * What many lamps show. Those of a product that were asked the same mostly say the same: their state is one object, and whether
 * it is what was asked is found out once.
 */
export class ShownAlike {
  readonly #states = new Map<LampProfile, Said>();
  readonly #verdicts = new Map<LightCapabilities, Verdict>();

  /**
   * What a lamp shows after it has said this: the desired state where that is it, what was known where it says nothing new, else
   * what the one before of its product showed, where that is it.
   */
  after({ profile, reported, desired }: Lamp, part: Partial<LightState>): LightState {
    const known = reported ?? desired;
    const last = this.#states.get(profile);
    if (last?.part === part && last.known === known && last.desired === desired) return last.shown;
    const shown = shownAfter(known, part, desired, last?.shown);
    this.#states.set(profile, { part, known, desired, shown });
    return shown;
  }

  /** Whether the lamp shows what is wanted. @param by what can be shown over the link that says so; absent: the one in use */
  does({ reported, profile }: Lamp, wanted: LightState, by = profile.capabilities): boolean {
    if (reported === wanted || reported === null) return reported === wanted;
    const last = this.#verdicts.get(by);
    if (last?.wanted === wanted && last.shown === reported) return last.isShown;
    const isShown = confirms(wanted, reported, by);
    this.#verdicts.set(by, { wanted, shown: reported, isShown });
    return isShown;
  }
}

const shownAfter = (
  known: LightState,
  part: Partial<LightState>,
  desired: LightState,
  last: LightState | undefined,
): LightState => {
  if (isReported(known, part, desired)) return desired;
  if (isReported(known, part, known)) return known;
  return last !== undefined && isReported(known, part, last) ? last : mergeReport(known, part);
};
