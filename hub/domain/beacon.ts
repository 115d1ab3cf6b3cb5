import { CallerError } from "./errors.ts";
import type { Id, PersonId } from "./ids.ts";
import type { Instant } from "./units.ts";

/**
 * By what a person's thing is known on the air. `ibeacon`: UUID, major and minor, 20 bytes. `eddystone`: namespace and instance of
 * an Eddystone-UID, 16. `phone`: the key by which it resolves the addresses it changes (Core Specification, IRK), 16.
 */
export const beaconKinds = ["ibeacon", "eddystone", "phone"] as const;
export type BeaconKind = (typeof beaconKinds)[number];

export const identityBytes: Readonly<Record<BeaconKind, number>> = { ibeacon: 20, eddystone: 16, phone: 16 };

export type BeaconId = Id<"beacon">;

/** Something of a person's that can be heard when they are home. By what it is known, nobody is told. */
export interface Beacon {
  readonly id: BeaconId;
  readonly person: PersonId;
  readonly kind: BeaconKind;
  readonly added: Instant;
}

/** What was given cannot be a beacon's identity. */
export class InvalidBeacon extends CallerError {
  override readonly code = "beacon_invalid";
}
