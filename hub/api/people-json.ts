import type { Beacon } from "../domain/beacon.ts";
import { isoText } from "../domain/instant-text.ts";
import { type Person, type Phone, roleOf } from "../domain/person.ts";
import type { AccountView } from "../people/account-service.ts";
import type { PresenceView } from "../people/presence-service.ts";
import type { ConsentView } from "../rights/consent-service.ts";
import type { Shape } from "./contract.ts";

/** Of a phone its id alone: its key is nobody's business. */
export const phoneJson = ({ id, added, locationOff }: Phone): Shape<"Phone"> => ({
  id,
  added: isoText(added),
  ...(locationOff === undefined ? {} : { locationOff }),
});

/** By what it is known stays inside. */
export const beaconJson = ({ id, kind, added }: Beacon): Shape<"Beacon"> => ({
  id,
  kind,
  added: isoText(added),
});

/** A person as those may see them who may. Addresses stay inside. */
export const personJson = (
  person: Person,
  { phones, beacons }: { readonly phones: readonly Phone[]; readonly beacons: readonly Beacon[] },
  view: PresenceView | undefined,
  account: AccountView | undefined,
  { state, decided }: Pick<ConsentView, "state" | "decided">,
): Shape<"Person"> => ({
  id: person.id,
  name: person.name,
  guest: person.isGuest,
  role: roleOf(person),
  ...(person.lamps === undefined ? {} : { lamps: person.lamps }),
  ...(person.scopes === undefined ? {} : { scopes: person.scopes }),
  ...(account === undefined ? {} : { account: { since: isoText(account.since), totp: account.totp } }),
  expires: person.expires === null ? null : isoText(person.expires),
  ...presenceJson(view),
  ...(person.pause === undefined
    ? {}
    : { paused: { reason: person.pause.reason, since: isoText(person.pause.since) } }),
  phones: phones.map(phoneJson),
  beacons: beacons.map(beaconJson),
  onNetwork: person.addresses.length > 0,
  ...(person.age === undefined ? {} : { age: person.age.band }),
  ...(person.guardian === undefined ? {} : { guardian: person.guardian }),
  agreed: {
    state,
    ...(decided === undefined ? {} : { decided: { ...decided, at: isoText(decided.at) } }),
  },
});

const presenceJson = (
  view: PresenceView | undefined,
): Pick<Shape<"Person">, "presence" | "since" | "source" | "confidence"> =>
  view === undefined
    ? { presence: "unknown" }
    : {
        presence: view.home ? "home" : "away",
        since: isoText(view.since),
        ...(view.source === undefined ? {} : { source: view.source }),
        confidence: Math.round(view.confidence),
      };
