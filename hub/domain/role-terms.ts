import type { Role } from "./access.ts";
import type { Instant } from "./units.ts";

/** Roles of people who see a home that is not their own. */
export const termedRoles = ["installer", "developer"] as const;
export type TermedRole = (typeof termedRoles)[number];

export const isTermed = (role: Role): role is TermedRole => termedRoles.some((termed) => termed === role);

/** What somebody in such a role agrees to, once for each version. A change of the words counts the version up. */
export interface RoleTerms {
  readonly version: number;
  readonly text: string;
}

export const roleTerms: Readonly<Record<TermedRole, RoleTerms>> = {
  installer: {
    version: 1,
    text: "I set up and repair what the owner asked me to. What I learn about this home and its people I tell nobody, copy nowhere, and do not use for anything else. When the work is done I give the access back.",
  },
  developer: {
    version: 1,
    text: "My program does with this home only what its owner allowed. What it learns I tell nobody, keep no longer than the program needs it, and do not use for anything else. When the owner takes an access away, I delete what it brought.",
  },
};

/** That somebody has agreed, to which words and when. */
export interface RoleAcknowledgement {
  readonly role: TermedRole;
  readonly version: number;
  readonly at: Instant;
}

/** Whether a role may be used: the newest words were agreed to, for this role. */
export const isAcknowledged = (role: Role, given: RoleAcknowledgement | undefined): boolean =>
  !isTermed(role) || (given?.role === role && given.version === roleTerms[role].version);
