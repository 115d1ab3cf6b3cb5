import { BleError } from "../domain/ble-errors.ts";
import { HubError } from "../domain/errors.ts";
import type { Duration } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";

/** What a stack throws of its own is its failure, not ours. */
const asBleError = (error: unknown): HubError =>
  error instanceof HubError
    ? error
    : new BleError("the software of the radio failed", { reason: "stack" }, { cause: error });

/** A call of a stack, whether it throws at once or later. */
export const called = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  try {
    return await call();
  } catch (error) {
    throw asBleError(error);
  }
};

/** What `call` brings, or `BleError` "timeout" when `limit` is over; what comes after that is nobody's any more. */
export const within = <Result>(clock: Clock, limit: Duration, call: () => Promise<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    const timer = clock.after(limit, () =>
      reject(new BleError("no answer in time", { reason: "timeout", ms: limit })),
    );
    called(call)
      .then(resolve, reject)
      .finally(() => timer.cancel());
  });

/** Whether `end` comes before `limit` is over, in whichever way. */
export const settlesWithin = (clock: Clock, limit: Duration, end: Promise<unknown>): Promise<boolean> =>
  within(clock, limit, () => end).then(
    () => true,
    (error: unknown) => reasonOf(error) !== "timeout",
  );

export const reasonOf = (error: unknown): string => {
  const reason = error instanceof BleError ? error.context["reason"] : undefined;
  return typeof reason === "string" ? reason : "stack";
};
