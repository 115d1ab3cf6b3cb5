import { CallerError } from "../domain/errors.ts";

/** One thing that is wrong with a request. `pointer` is a JSON pointer [RFC 6901]. */
export interface Finding {
  readonly pointer: string;
  readonly code: "unknown_field" | "range_violation" | "invalid_input" | "unknown_id";
  readonly detail: string;
}

/** The request does not have the shape of the contract; `findings` say where. */
export class InvalidRequest extends CallerError {
  override readonly code: Finding["code"];
  readonly findings: readonly Finding[];

  constructor(code: Finding["code"], message: string, findings: readonly Finding[]) {
    super(message, { findings: findings.length });
    this.code = code;
    this.findings = findings;
  }
}

export class MalformedJson extends CallerError {
  override readonly code = "malformed_json";
}

export class MethodNotAllowed extends CallerError {
  override readonly code = "method_not_allowed";
  override readonly status = 405;
  readonly allow: string;

  constructor(allow: string) {
    super(`this path knows ${allow}`);
    this.allow = allow;
  }
}

export class UnsupportedMedia extends CallerError {
  override readonly code = "unsupported_media_type";
  override readonly status = 415;
}

/** The request came under a name that is not this hub's: DNS rebinding looks like that. */
export class HostNotAllowed extends CallerError {
  override readonly code = "host_not_allowed";
  override readonly status = 421;
}

/** The request came from another site's page. */
export class OriginNotAllowed extends CallerError {
  override readonly code = "origin_not_allowed";
  override readonly status = 403;
}

/** Somebody asked for something else before the lamp confirmed this. */
export class Superseded extends CallerError {
  override readonly code = "superseded";
  override readonly status = 409;
}
