import type { ChangeEntry, CollectionName, CollectionValue } from "./data-map.ts";

/** Something of a record whose change is written down, as one entry. */
export interface LoggedField<Value> {
  readonly what: ChangeEntry["what"];
  /** As a field of the API is called. */
  readonly field: string;
  /** What it is made of. */
  readonly of: readonly (keyof Value & string)[];
  /** `hidden`: it was changed, and not from what to what. `whether`: only that it came or went. Absent: the values. */
  readonly shows?: "hidden" | "whether";
  /** A record that comes or goes is this one change. Absent: only changes of a record that stays. */
  readonly stands?: true;
}

type Fields<Name extends CollectionName> =
  CollectionValue<Name> extends infer Value ? readonly LoggedField<Value>[] : never;

const renamed = { what: "name", field: "name", of: ["name"] } as const;
const name = { ...renamed, stands: true } as const;
const setting = { what: "setting" } as const;
const permission = { what: "permission" } as const;

/**
 * The settings, names and permissions of the home: whoever changes one of these changes it on record. What people do with
 * their lamps is none of them, nor is what the hub notes for itself.
 */
export const loggedFields: { readonly [Name in CollectionName]?: Fields<Name> } = {
  devices: [
    name,
    { ...setting, field: "room", of: ["room"] },
    { ...setting, field: "powerOn", of: ["powerOn"] },
    { ...setting, field: "profile", of: ["profile"] },
  ],
  rooms: [name],
  zones: [name, { ...setting, field: "members", of: ["members"] }],
  groups: [name, { ...setting, field: "members", of: ["members"] }],
  scenes: [name],
  rules: [name],
  tokens: [
    { ...permission, field: "access", of: ["role", "scopes", "lamps", "expires"], stands: true },
    renamed,
  ],
  settings: [{ ...setting, field: "value", of: ["value"], stands: true }],
  place: [
    { ...setting, field: "place", of: ["latitude", "longitude"], shows: "hidden", stands: true },
    { ...setting, field: "zone", of: ["zone"] },
    { ...setting, field: "tolerance", of: ["tolerance"] },
  ],
  veil: [{ ...setting, field: "veil", of: ["level"], stands: true }],
  circadian: [{ ...setting, field: "circadian", of: ["curve"], stands: true }],
  accounts: [
    // Each new password has a new date; a password that is only kept better has not.
    { ...setting, field: "password", of: ["since"], shows: "hidden", stands: true },
    { ...setting, field: "totp", of: ["secondFactor"], shows: "whether" },
  ],
  people: [
    name,
    { ...permission, field: "role", of: ["isGuest", "role", "scopes", "lamps", "expires"] },
    { ...setting, field: "addresses", of: ["addresses"], shows: "hidden" },
    { ...setting, field: "pause", of: ["pause"], shows: "whether" },
  ],
  phones: [
    { ...permission, field: "phone", of: ["id"], stands: true },
    { ...permission, field: "location", of: ["locationRefused"], shows: "whether" },
  ],
};

/** Kept under settings because it has to be kept somewhere; nobody has set it. */
export const notesOfTheHub: ReadonlySet<string> = new Set(["clock", "hub-id", "home-assistant", "mode"]);
