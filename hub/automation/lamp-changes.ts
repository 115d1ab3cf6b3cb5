import type { Cause } from "../domain/cause.ts";
import type { EventBus } from "../domain/event.ts";
import type { CommandId, LampId } from "../domain/ids.ts";
import { type Monotonic, Seconds } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Lights } from "./traits.ts";

/** So long what somebody did by hand stands, whatever is due: whoever pressed a switch just now means it. */
export const handHold = Seconds(10);

const isByHand = ({ kind, trigger }: Cause): boolean =>
  kind === "person" || kind === "api" || (kind === "device" && trigger !== "added");

/** One for all lamps of a command. */
interface Change {
  readonly command: CommandId;
  readonly at: Monotonic;
  readonly isByHand: boolean;
}

/**
 * When each lamp was last changed, in the civil time that is believed now: a change of this run is as long ago as the
 * monotonic clock says, whatever the time was thought to be then.
 */
export class LampChanges {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #lights: Lights;
  readonly #changed = new Map<LampId, Change>();
  #newest: Change | undefined;

  constructor(clock: Clock, bus: EventBus, lights: Lights) {
    this.#clock = clock;
    this.#bus = bus;
    this.#lights = lights;
  }

  start(): void {
    this.#bus.subscribe("light.desired-changed", ({ lamp, cause }) => {
      this.#changed.set(lamp, this.#changeBy(cause));
    });
  }

  /** Somebody did something by hand, a moment ago, and nothing else has since. */
  isInHand(lamp: LampId): boolean {
    const change = this.#changed.get(lamp);
    return change?.isByHand === true && this.#clock.monotonic() - change.at < handHold;
  }

  /** Milliseconds since 1970; never: as early as can be. */
  at(lamp: LampId): number {
    const changed = this.#changed.get(lamp);
    if (changed !== undefined) return this.#clock.now() - (this.#clock.monotonic() - changed.at);
    const cause = this.#lights.get(lamp)?.cause;
    const isNew = cause?.kind === "device" && cause.trigger === "added";
    return cause === undefined || isNew ? Number.NEGATIVE_INFINITY : cause.at;
  }

  #changeBy(cause: Cause): Change {
    const { command } = cause;
    if (this.#newest?.command !== command)
      this.#newest = { command, at: this.#clock.monotonic(), isByHand: isByHand(cause) };
    return this.#newest;
  }
}
