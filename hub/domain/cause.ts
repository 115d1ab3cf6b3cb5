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

/** Who or what asks. */
export interface CauseSource {
  readonly kind: CauseKind;
  /** An id: of a token, person, scene or device. */
  readonly actor?: string;
  readonly rule?: RuleId;
  /** Of a rule: what set it off, in a few words without names. */
  readonly trigger?: string;
}

/** Why a lamp is as it is. Every state change has exactly one. */
export interface Cause extends CauseSource {
  readonly at: Instant;
  /** The command that carried it; several lamps of one group command share it. */
  readonly command: CommandId;
}
