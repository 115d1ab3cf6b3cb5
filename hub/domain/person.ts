import { type Rights, type Role, type Scope, scopesOfRole } from "./access.ts";
import type { AgeDeclaration } from "./age-rule.ts";
import { InvalidInput } from "./errors.ts";
import type { LampId, PersonId, PhoneId } from "./ids.ts";
import { isAcknowledged, type RoleAcknowledgement } from "./role-terms.ts";
import type { Branded, Instant } from "./units.ts";

/** Where a device is on its own network: six bytes, `aa:bb:cc:dd:ee:ff` in lower case (IEEE 802 MAC-48). */
export type HardwareAddress = Branded<string, "HardwareAddress">;

/** Why nothing is recorded of a person. `location-refused`: their phone may not know where it is. */
export type PauseReason = "by-hand" | "location-refused";

/** Somebody who lives here or is a guest. */
export interface Person {
  readonly id: PersonId;
  readonly name: string;
  readonly isGuest: boolean;
  /** Absent: a guest, or a resident. */
  readonly role?: Exclude<Role, "guest" | "resident">;
  /** Of a guest: the only lamps they may see and command. Absent: none. */
  readonly lamps?: readonly LampId[];
  /** Of a developer: what was granted. */
  readonly scopes?: readonly Scope[];
  /** A guest who has gone home: removed by then, with everything known of them. Null: stays. */
  readonly expires: Instant | null;
  /** Addresses by which the home's network may tell that they are here; none: it is never asked. */
  readonly addresses: readonly HardwareAddress[];
  /** Present: of their coming and going nothing is recorded, and nothing of before is kept. */
  readonly pause?: { readonly reason: PauseReason; readonly since: Instant };
  /** Absent: nobody said anything. */
  readonly age?: AgeDeclaration;
  /** Of somebody under age: who has confirmed that they may have an account. */
  readonly guardian?: PersonId;
  /** Of an installer or developer: absent, their role rests. */
  readonly acknowledged?: RoleAcknowledgement;
}

/** A phone that may say where its person is. */
export interface Phone {
  readonly id: PhoneId;
  readonly person: PersonId;
  /** Ed25519, 32 bytes, base64url. The other half never leaves the phone. */
  readonly publicKey: string;
  /** Of the newest token that was taken; 0 before the first. */
  readonly counter: number;
  readonly added: Instant;
  /** Present: its owner does not permit it to know where it is; absent: they do, as far as it has said. */
  readonly locationRefused?: true;
  /** Present: switched off at the hub. It gives no place until that is ended, whatever the phone itself permits. */
  readonly locationOff?: true;
}

export const roleOf = ({ isGuest, role }: Person): Role => role ?? (isGuest ? "guest" : "resident");

/** What a person may do now: a role whose words nobody has agreed to rests. */
export const activeRightsOf = (person: Person): Rights => {
  const rights = rightsOf(person);
  return isAcknowledged(rights.role, person.acknowledged) ? rights : { ...rights, scopes: [] };
};

/** The most a person may do once they have signed in. */
export const rightsOf = (person: Person): Rights => {
  const role = roleOf(person);
  return {
    role,
    scopes: role === "developer" ? (person.scopes ?? []) : scopesOfRole[role],
    ...(role === "guest" ? { lamps: person.lamps ?? [] } : {}),
  };
};

/** @throws InvalidInput for anything but six bytes in hex, or an address that is a whole group's (IEEE 802, I/G bit) */
export const parseHardwareAddress = (text: string): HardwareAddress => {
  const hex = /^([0-9a-f]{2}([:-])(?:[0-9a-f]{2}\2){4}[0-9a-f]{2})$/i.exec(text)?.[1]?.replaceAll("-", ":");
  if (hex === undefined || (Number.parseInt(hex.slice(0, 2), 16) & 1) === 1) {
    throw new InvalidInput("not the hardware address of one device: aa:bb:cc:dd:ee:ff", {
      path: "addresses",
    });
  }
  return hex.toLowerCase() as HardwareAddress;
};
