import { NotAuthorised } from "./errors.ts";
import type { DeveloperId, DeviceId, LampId, PersonId, SceneId, TokenId } from "./ids.ts";
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
  "developer",
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

/** What somebody may do. */
export interface Rights {
  readonly role: Role;
  readonly scopes: readonly Scope[];
  /** The only lamps they may see and command; absent: all. Guests always have it. */
  readonly lamps?: readonly LampId[];
}

/** A credential for programs, as it is stored: of the secret only a hash. */
export interface AccessToken extends Rights {
  readonly id: TokenId;
  readonly name: string;
  /** SHA-256 of the secret as it is presented, hex. The secret has 256 bits, so no salt and no slow hash is needed. */
  readonly hash: string;
  readonly created: Instant;
  /** Null: until revoked. */
  readonly expires: Instant | null;
  /** The day on which it was last used, UTC; absent: never. */
  readonly used?: Instant;
  /** Nobody has used it for long: since when its holder is asked whether it is still wanted. */
  readonly asked?: Instant;
}

/** What signing in gives to somebody who is at no browser: it ends with whatever ends their sessions. */
export interface PersonToken extends AccessToken {
  readonly person: PersonId;
}

/** Who asks, once a door has checked the credential. `id` is what causes and the broker call this caller. */
export interface Caller {
  readonly id: TokenId;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  /** As in `Rights`. */
  readonly lamps?: ReadonlySet<LampId>;
  /** Who signed in; absent: a program, or whoever had a one-time code. */
  readonly person?: PersonId;
  /** Of whoever came by a pass: the scenes that hang at the wall for them. */
  readonly scenes?: ReadonlySet<SceneId>;
  /** A program that was let in by its key, and has for each device what the owner allowed. */
  readonly developer?: { readonly id: DeveloperId; readonly may: Allowed };
}

/** What a program may do with a device; asked each time. */
export type Allowed = (action: DeveloperAction, device: DeviceId) => boolean;

/** `list`: that the device is there and of which model; `read`: what it shows; `command`: what it should show. */
export const developerActions = ["list", "read", "command"] as const;
export type DeveloperAction = (typeof developerActions)[number];

/** @throws NotAuthorised: nobody can give away more than they have */
export const assertGrantable = (granted: readonly Scope[], by: Caller): void => {
  if (granted.some((scope) => !by.scopes.has(scope)) || by.lamps !== undefined)
    throw new NotAuthorised("nobody can give away more than they have");
};

/** As a caller has them. */
export const callerRights = ({ role, scopes, lamps }: Rights): Omit<Caller, "id"> => ({
  role,
  scopes: new Set(scopes),
  ...(lamps === undefined ? {} : { lamps: new Set(lamps) }),
});
