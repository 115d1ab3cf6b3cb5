import { type BeaconKind, beaconKinds, InvalidBeacon, identityBytes } from "../domain/beacon.ts";

/** A kind is its place in the list plus one, for ever. */
const byteOf = (kind: BeaconKind): number => beaconKinds.indexOf(kind) + 1;

export interface BeaconIdentity {
  readonly kind: BeaconKind;
  readonly identity: Uint8Array;
}

export const mostBeaconBytes = 1 + Math.max(...Object.values(identityBytes));

/**
 * Reads `kind (1) | identity`. The identity is a view of `bytes`: wiping those wipes it.
 * @throws InvalidBeacon: another kind, or another length
 */
export const readBeaconIdentity = (bytes: Uint8Array): BeaconIdentity => {
  const kind = beaconKinds[(bytes[0] ?? 0) - 1];
  if (kind === undefined) throw new InvalidBeacon(`a beacon is one of ${beaconKinds.join(", ")}`);
  const identity = bytes.subarray(1);
  if (identity.length !== identityBytes[kind])
    throw new InvalidBeacon(`the identity of this kind has ${identityBytes[kind]} bytes`);
  return { kind, identity };
};

/** The other way round; the caller wipes it. */
export const packBeaconIdentity = ({ kind, identity }: BeaconIdentity): Buffer => {
  const bytes = Buffer.from(new ArrayBuffer(1 + identity.length));
  bytes[0] = byteOf(kind);
  bytes.set(identity, 1);
  return bytes;
};
