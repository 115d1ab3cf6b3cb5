/** Values that may stand beside an error. Ids, counts and limits only: never a name, a place, an address or a secret. */
export type ErrorContext = Readonly<
  Record<string, string | number | boolean | null | readonly (string | number)[]>
>;

/**
 * Whose fault an error is.
 * `caller`: asked wrongly, answered with 4xx. `world`: something outside failed, retried and reported.
 * `bug`: we are wrong; the operation stops, it does not limp.
 */
export type ErrorFamily = "caller" | "world" | "bug";

/** The only thing this project throws. `code` is stable and documented; `message` says what to do about it. */
export abstract class HubError extends Error {
  abstract readonly code: string;
  abstract readonly family: ErrorFamily;
  /** HTTP status an API answers with. */
  readonly status: number = 500;
  readonly context: ErrorContext;

  constructor(message: string, context: ErrorContext = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.context = context;
  }
}

/** The caller asked wrongly: wrong shape, range, state or right. */
export abstract class CallerError extends HubError {
  override readonly family = "caller";
  override readonly status: number = 400;
}

/** Something outside the hub failed: a lamp, a disk, a network. */
export abstract class WorldError extends HubError {
  override readonly family = "world";
  override readonly status: number = 503;
}

/** A number lies outside the range its unit allows. */
export class RangeViolation extends CallerError {
  override readonly code = "range_violation";
}

/** Input does not have the shape that was asked for. `context.path` names the place. */
export class InvalidInput extends CallerError {
  override readonly code = "invalid_input";
}

/** An id that nothing in this hub has. */
export class NotFound extends CallerError {
  override readonly code = "not_found";
  override readonly status = 404;
}

/** The thing exists already, or is in a state that does not allow this. */
export class Conflict extends CallerError {
  override readonly code = "conflict";
  override readonly status = 409;
}

/** The device there is cannot do this, whoever asks. */
export class NotCapable extends CallerError {
  override readonly code = "not_capable";
  override readonly status = 409;
}

/** Nobody, or nobody known: credentials are missing or wrong. */
export class NotAuthenticated extends CallerError {
  override readonly code = "not_authenticated";
  override readonly status = 401;
}

/** Known, but not allowed to do this. */
export class NotAuthorised extends CallerError {
  override readonly code = "not_authorised";
  override readonly status = 403;
}

/** More than the stated limit allows: bytes, levels, rate, count. */
export class LimitExceeded extends CallerError {
  override readonly code = "limit_exceeded";
  override readonly status: number = 413;
}

/** A lamp or peer did not answer in time. */
export class TimedOut extends WorldError {
  override readonly code = "timed_out";
  override readonly status = 504;
}

/** The port asked for is taken by another program. `context.port`. */
export class PortBusy extends WorldError {
  override readonly code = "port_busy";
}

/** A socket could not be opened: nobody answers, no such address, no right. `context.reason` is the system's code. */
export class NetworkFailed extends WorldError {
  override readonly code = "network_failed";
}

/** A truth the hub relies on does not hold: a bug of ours. Stop, do not limp. */
export class InvariantBroken extends HubError {
  override readonly code = "invariant_broken";
  override readonly family = "bug";
}
