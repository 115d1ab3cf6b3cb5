import type { LampId, TokenId } from "./ids.ts";
import type { Instant } from "./units.ts";

/** What a credential may be used for. */
export const scopes = [
  "lights:read",
  "lights:write",
  "home:write",
  "schedules:write",
  "people:read",
  "people:write",
  "privacy",
  "devices:write",
  "metrics",
  "sim",
  "admin",
] as const;
export type Scope = (typeof scopes)[number];

export const roles = ["owner", "resident", "guest", "installer", "developer"] as const;
export type Role = (typeof roles)[number];

/** The most each role can hold. A developer gets nothing by role: every scope is granted by name. */
export const scopesOfRole: Readonly<Record<Role, readonly Scope[]>> = {
  owner: scopes,
  resident: ["lights:read", "lights:write", "home:write", "schedules:write", "people:read"],
  guest: ["lights:read", "lights:write"],
  installer: ["lights:read", "lights:write", "home:write", "devices:write", "metrics"],
  developer: scopes,
};

/** A credential for programs, as it is stored: of the secret only a hash. */
export interface AccessToken {
  readonly id: TokenId;
  readonly name: string;
  /** SHA-256 of the secret as it is presented, hex. The secret has 256 bits, so no salt and no slow hash is needed. */
  readonly hash: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  /** The only lamps it may see and command; absent: all. Guests always have it. */
  readonly lamps?: readonly LampId[];
  readonly created: Instant;
  /** Null: until revoked. */
  readonly expires: Instant | null;
}

/** Who asks, once a door has checked the credential. `id` is what causes and the broker call this caller. */
export interface Caller {
  readonly id: TokenId;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  /** As in `AccessToken`. */
  readonly lamps?: ReadonlySet<LampId>;
}
