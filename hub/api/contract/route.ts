import type { Scope } from "../../domain/access.ts";
import type { IdKind } from "../../domain/ids.ts";
import type { SchemaName } from "../schemas/schemas.ts";

/**
 * One route as data. Schemas stand here by name, so that a client can read these tables without bringing the
 * validator along.
 */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Under `apiBase`, except where `root`. At most one `{id}`. */
  readonly path: string;
  readonly root?: true;
  /** `open`: no credentials; `any`: any valid credential. */
  readonly scope: Scope | "open" | "any";
  readonly summary: string;
  /** What `{id}` names; anything else there is answered with `not_found`. */
  readonly id?: IdKind | "device";
  readonly query?: SchemaName;
  readonly body?: SchemaName;
  /** The body may be left out; it then counts as `{}`. */
  readonly bodyOptional?: true;
  /** The body is no JSON but so many bytes at most, `application/octet-stream`. */
  readonly bytes?: number;
  /** They are not gathered first: the handler has them as they come. */
  readonly streamed?: true;
  /** 202: it goes on after the answer. */
  readonly status: 200 | 201 | 202 | 204;
  /** Absent: an empty or non-JSON answer. */
  readonly answer?: SchemaName;
  /** Media type of an answer that is not JSON. */
  readonly media?:
    | "text/event-stream"
    | "text/plain"
    | "text/calendar"
    | "application/openapi+json"
    | "application/schema+json"
    | "application/octet-stream"
    | "application/openapi+json"
    | "application/ld+json"
    | "application/json";
  /** Also for callers limited to chosen lamps, who then see and command only those. */
  readonly chosenLamps?: true;
  /** For people only just after they have shown who they are; for programs only while no owner signs in with a code. */
  readonly stepUp?: true;
  /** There only while the home is simulated. */
  readonly sim?: true;
}

/** What every route that commands lamps has in common. */
export const lampTarget = {
  query: "Wait",
  body: "LightCommand",
  scope: "lights:write",
  status: 200,
} as const;
