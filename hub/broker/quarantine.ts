import { Minutes } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import { isLoopback } from "./listener-policy.ts";

/** So many broken packets within a minute, and whoever sent them stays outside for a while. */
export const mostViolations = 10;
export const quarantineLives = Minutes(5);
const counted = Minutes(1);
const most = 1_000;

interface Offender {
  count: number;
  since: number;
  until: number;
}

/**
 * Keeps out who speaks no MQTT again and again: by identity where it has signed in, else by address. Of this machine's own
 * address everything comes that is simulated, so there only identities are kept out.
 */
export class Quarantine {
  readonly #clock: Clock;
  readonly #offenders = new Map<string, Offender>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isShut(who: string): boolean {
    return (this.#offenders.get(who)?.until ?? 0) > this.#clock.monotonic();
  }

  /** Somebody sent what is no packet. */
  blame(remote: string, identity: string | undefined): void {
    if (identity !== undefined) this.#count(identity);
    else if (!isLoopback(remote)) this.#count(remote);
  }

  #count(who: string): void {
    const now = this.#clock.monotonic();
    const known = this.#offenders.get(who);
    const offender =
      known !== undefined && now - known.since < counted ? known : { count: 0, since: now, until: 0 };
    offender.count++;
    if (offender.count >= mostViolations) offender.until = now + quarantineLives;
    this.#offenders.delete(who);
    this.#offenders.set(who, offender);
    const [oldest] = this.#offenders.keys();
    if (this.#offenders.size > most && oldest !== undefined) this.#offenders.delete(oldest);
  }
}
