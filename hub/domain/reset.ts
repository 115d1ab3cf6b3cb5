import { CallerError, WorldError } from "./errors.ts";
import type { DeviceId, Id } from "./ids.ts";
import type { Instant } from "./units.ts";
import type { VaultStatus } from "./vault.ts";

/**
 * How far a reset goes. `network`: the hub's Wi-Fi alone. `hand-over`: the house stays set up for somebody else, and
 * everything about its people is gone. `factory`: nothing is left but the device's own key and what it says of the reset.
 */
export const resetLevels = ["network", "hand-over", "factory"] as const;
export type ResetLevel = (typeof resetLevels)[number];

export type ResetId = Id<"reset">;

/** Who asked, as a role: a certificate names nobody. */
export type ResetBy = "owner" | "button";

/** What somebody asked for and confirmed. */
export interface AskedReset {
  readonly id: ResetId;
  readonly level: ResetLevel;
  readonly by: ResetBy;
  /** Drawn by whoever wants to tell this reset from every other one; hex. */
  readonly challenge: string;
  /** Of a hand over: rooms, devices and rules keep the names they have. */
  readonly keepsNames: boolean;
}

/**
 * What is done next, in order; each may be begun any number of times. Factory: `keys devices root clean certificate`.
 * Hand over: `copy devices root clean settle certificate`, where devices are told nothing.
 */
export type ResetStep = "copy" | "keys" | "devices" | "root" | "clean" | "settle" | "certificate";

export const resetSteps: Readonly<Record<Exclude<ResetLevel, "network">, readonly ResetStep[]>> = {
  factory: ["keys", "devices", "root", "clean", "certificate"],
  "hand-over": ["copy", "devices", "root", "clean", "settle", "certificate"],
};

/**
 * What became of a device that was told to forget everything. `confirmed`: it proved it. `told`: it was there and was
 * told, and has no way to prove anything. `unable`: its link has no such thing.
 */
export type WipeOutcome = "confirmed" | "told" | "unable";

/** Whether what the owner's own broker had retained is gone from it; `none`: there is no such broker. */
export type RetainedOutcome = "none" | "confirmed" | "unconfirmed";

/**
 * A reset that has begun: while this lies on the disk, every start goes on with it. Nothing here is about anybody; what
 * is needed to reach the devices is sealed under the device-link key.
 */
export interface ResetIntent extends Omit<AskedReset, "level"> {
  readonly level: Exclude<ResetLevel, "network">;
  readonly at: Instant;
  /** To be done next; what comes before it is done. */
  readonly step: ResetStep;
  /** Where the keys were, and what destroying them comes to. */
  readonly vault: Pick<VaultStatus, "protector" | "sanitization">;
  /** What the keys were for, and how many there were of each. */
  readonly keys: Readonly<Record<string, number>>;
  /** Records there were, by category of the data map. */
  readonly items: Readonly<Record<string, number>>;
  readonly sealed: Uint8Array;
  readonly outcomes: Readonly<Record<DeviceId, WipeOutcome>>;
  /** Every device there was. */
  readonly devices: readonly DeviceId[];
  readonly retained: RetainedOutcome;
}

/** One reset at a time. */
export class ResetUnderWay extends CallerError {
  override readonly code = "reset_under_way";
  override readonly status = 409;
}

/** Somebody who stands at the hub has to agree. */
export class SecondStepNeeded extends CallerError {
  override readonly code = "second_step_needed";
  override readonly status = 409;
}

/** What stands between the reset and its end is of the world; the next start goes on where this one stopped. */
export class ResetInterrupted extends WorldError {
  override readonly code = "reset_interrupted";
}
