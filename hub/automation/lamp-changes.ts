import type { Cause } from "../domain/cause.ts";
import type { LampId } from "../domain/ids.ts";
import { Seconds } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Lights } from "./traits.ts";

/** So long what somebody did by hand stands, whatever is due: whoever pressed a switch just now means it. */
export const handHold = Seconds(10);

const isByHand = ({ kind, trigger }: Pick<Cause, "kind" | "trigger">): boolean =>
  kind === "person" || kind === "api" || (kind === "device" && trigger !== "added");

/**
 * When each lamp was last changed, in the civil time that is believed now: a change of this run is as long ago as the
 * monotonic clock says, whatever the time was thought to be then.
 */
export class LampChanges {
  readonly #clock: Clock;
  readonly #lights: Pick<Lights, "get" | "changedAt">;

  constructor(clock: Clock, lights: Pick<Lights, "get" | "changedAt">) {
    this.#clock = clock;
    this.#lights = lights;
  }

  /** Somebody did something by hand, a moment ago, and nothing else has since. */
  isInHand(lamp: LampId): boolean {
    const at = this.#lights.changedAt(lamp);
    if (at === undefined || this.#clock.monotonic() - at >= handHold) return false;
    const cause = this.#lights.get(lamp)?.cause;
    return cause !== undefined && isByHand(cause);
  }

  /** Milliseconds since 1970; never: as early as can be. */
  at(lamp: LampId): number {
    const changed = this.#lights.changedAt(lamp);
    if (changed !== undefined) return this.#clock.now() - (this.#clock.monotonic() - changed);
    const cause = this.#lights.get(lamp)?.cause;
    const isNew = cause?.kind === "device" && cause.trigger === "added";
    return cause === undefined || isNew ? Number.NEGATIVE_INFINITY : cause.at;
  }
}
