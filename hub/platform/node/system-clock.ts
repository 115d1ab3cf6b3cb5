import { existsSync, statSync } from "node:fs";
import type { ClockTrust } from "../../domain/clock-trust.ts";
import type { Duration, Instant, Monotonic } from "../../domain/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { every, sleep } from "../clock-loops.ts";

/** systemd-timesyncd makes this file when NTP first succeeded since boot (systemd-timesyncd(8)). */
const synchronizedFile = "/run/systemd/timesync/synchronized";

/** The longest delay Node takes; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

/** The operating system's time. */
export class SystemClock implements Clock {
  now(): Instant {
    return Date.now() as Instant;
  }

  monotonic(): Monotonic {
    return performance.now() as Monotonic;
  }

  trust(): ClockTrust {
    if (!existsSync(synchronizedFile)) return { level: "unknown" };
    return { level: "trusted", source: "ntp", since: statSync(synchronizedFile).mtimeMs as Instant };
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
}
