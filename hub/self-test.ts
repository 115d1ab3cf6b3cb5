import { InvariantBroken } from "./domain/errors.ts";
import type { Clock } from "./ports/clock.ts";
import type { Vault } from "./vault/vault.ts";

/** A key that cannot be read is noticed now, not when something first needs it. @throws KeyMissing, KeyDestroyed */
export const assertKeys = (vault: Vault): void => {
  for (const key of ["household", "device-link", "place", "veil"])
    vault.deriver(key).derive("self-test").fill(0);
};

/** @throws InvariantBroken */
export const assertClock = (clock: Clock): void => {
  if (!Number.isFinite(clock.now()) || !Number.isFinite(clock.monotonic())) {
    throw new InvariantBroken("the clock cannot be read");
  }
};
