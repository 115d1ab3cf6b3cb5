import { WorldError } from "./errors.ts";

/**
 * The radio or the peer did not do what was asked. `context.reason`: "no-radio" (none, or not usable), "timeout", "refused" (by the
 * peer; `context.att` is its code), "encryption" (the peer asks for a pairing), "pairing-failed", "bond-lost" (the peer
 * has forgotten it), "closed" (the link ended meanwhile; `context.end` says why), "busy" (no link is free), "not-found" (no such
 * characteristic), "too-long" (more bytes than a packet takes), "cancelled", "stack" (its software failed).
 */
export class BleError extends WorldError {
  override readonly code = "ble_failed";
}
