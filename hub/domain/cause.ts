import type { CommandId, RuleId } from "./ids.ts";
import type { Instant } from "./units.ts";

export const causeKinds = [
  "person",
  "rule",
  "scene",
  "mqtt",
  "api",
  "restore",
  "catch-up",
  "device",
  "reset",
  "simulator",
] as const;
export type CauseKind = (typeof causeKinds)[number];

/** Why a lamp is as it is. Every state change has exactly one. `actor` is an id: of a token, person, scene or device. */
export interface Cause {
  readonly kind: CauseKind;
  readonly at: Instant;
  /** The command that carried it; several lamps of one group command share it. */
  readonly command: CommandId;
  readonly actor?: string;
  readonly rule?: RuleId;
  readonly trigger?: string;
}
