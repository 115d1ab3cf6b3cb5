import { statSync } from "node:fs";
import type { ClockTrust } from "../../domain/clock-trust.ts";
import { type Duration, type Instant, type Monotonic, Seconds } from "../../domain/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { every, sleep } from "../clock-loops.ts";
import { chipAgrees } from "./clock-chip.ts";

/** systemd-timesyncd makes this file when NTP first succeeded since boot (systemd-timesyncd(8)). */
const synchronizedFile = "/run/systemd/timesync/synchronized";

/** The longest delay Node takes; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1;
/** Node does not tell when somebody sets the clock. */
const lookEvery = Seconds(1);
/** What vouches for the clock changes with a boot or a network, not with a command. */
const trustFor = Seconds(1);

/** The operating system's time. */
export class SystemClock implements Clock {
  #trust: ClockTrust = { level: "unknown" };
  #trustUntil = 0;

  now(): Instant {
    return Date.now() as Instant;
  }

  monotonic(): Monotonic {
    return performance.now() as Monotonic;
  }

  trust(): ClockTrust {
    if (this.monotonic() < this.#trustUntil) return this.#trust;
    this.#trustUntil = this.monotonic() + trustFor;
    this.#trust = this.#foundTrust();
    return this.#trust;
  }

  onShift(call: () => void): Timer {
    return this.every(lookEvery, call);
  }

  after(delay: Duration, call: () => void): Timer {
    let handle: NodeJS.Timeout;
    const arm = (left: number) => {
      const part = Math.min(left, longestDelayMs);
      handle = setTimeout(() => (left > part ? arm(left - part) : call()), part);
      handle.unref();
    };
    arm(delay);
    return { cancel: () => clearTimeout(handle) };
  }

  every(period: Duration, call: () => void): Timer {
    return every(this, period, call);
  }

  sleep(delay: Duration, signal?: AbortSignal): Promise<void> {
    return sleep(this, delay, signal);
  }

  #foundTrust(): ClockTrust {
    const synchronized = statSync(synchronizedFile, { throwIfNoEntry: false });
    if (synchronized !== undefined) {
      return { level: "trusted", source: "ntp", since: synchronized.mtimeMs as Instant };
    }
    if (!chipAgrees(this.now())) return { level: "unknown" };
    const isSame = this.#trust.level === "trusted" && this.#trust.source === "rtc";
    return isSame ? this.#trust : { level: "trusted", source: "rtc", since: this.now() };
  }
}
