import type { Duration } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";

type After = Pick<Clock, "after">;

/** `Clock.every` for a clock that has `after`: armed again before the call, so that one that throws ends nothing. */
export const every = (clock: After, period: Duration, call: () => void): Timer => {
  let timer: Timer;
  const arm = () => {
    timer = clock.after(period, () => {
      arm();
      call();
    });
  };
  arm();
  return { cancel: () => timer.cancel() };
};

/** `Clock.sleep` for a clock that has `after`. */
export const sleep = (clock: After, delay: Duration, signal?: AbortSignal): Promise<void> =>
  new Promise((done, fail) => {
    if (signal?.aborted) return fail(signal.reason);
    const stop = () => {
      timer.cancel();
      fail(signal?.reason);
    };
    const timer = clock.after(delay, () => {
      signal?.removeEventListener("abort", stop);
      done();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
