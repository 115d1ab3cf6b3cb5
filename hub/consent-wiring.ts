import type { EventBus } from "./domain/event.ts";
import { purposes } from "./domain/purpose.ts";
import type { PlaceService } from "./inventory/place-service.ts";
import type { PersonService } from "./people/person-service.ts";
import type { PresenceAgreement } from "./people/presence-service.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import type { GuardedStore } from "./privacy/guarded-store.ts";
import type { Chain } from "./privacy/sealed-chain.ts";
import { BrowserPreferences } from "./rights/browser-preferences.ts";
import { ConsentService } from "./rights/consent-service.ts";
import { textDigest } from "./rights/consent-texts.ts";
import { Invitations } from "./rights/invitations.ts";
import { noticeDigest } from "./rights/notice-digest.ts";
import { PlaceConsent } from "./rights/place-consent.ts";

/** Everything that asks people, and keeps what they said. */
export const consentsOf = (
  {
    clock,
    entropy,
    log,
    bus,
    store,
    places,
    people,
  }: {
    readonly clock: Clock;
    readonly entropy: Entropy;
    readonly log: AuditedLog;
    readonly bus: EventBus;
    readonly store: GuardedStore;
    readonly places: PlaceService;
    readonly people: Pick<PersonService, "get">;
  },
  book: Chain<"consents">,
) => {
  const consents = new ConsentService(clock, bus, book, {
    version: (purpose) => purposes[purpose].version,
    text: textDigest,
    notice: noticeDigest,
  });
  const browsers = new BrowserPreferences(log, bus, store, consents);
  const invitations = new Invitations(clock, entropy, bus);
  const placeConsent = new PlaceConsent(bus, places, people, consents);
  const rooms = [consents, browsers, invitations, placeConsent];
  return {
    consents,
    browsers,
    invitations,
    start: () => {
      for (const room of rooms) room.start();
    },
    close: () => {
      for (const room of rooms) room.close();
    },
  };
};

/** What the room of people asks. The owner's word is not enough for a guest. */
export const presenceAgreement = (
  people: Pick<PersonService, "get">,
  consents: () => ConsentService,
): PresenceAgreement => ({
  isGiven: (person) => {
    if (!consents().allows("presence", person)) return false;
    const isGuest = people.get(person)?.isGuest ?? false;
    return !isGuest || consents().view("presence", person).decided?.way !== "witness";
  },
  hear: (person, phone, version) => {
    const said = { way: "phone", by: phone } as const;
    if (version === undefined) consents().withdraw("presence", person, said);
    else consents().give("presence", person, { ...consents().informs("presence"), version }, said);
  },
  onEnd: (call) =>
    consents().onChange(({ purpose, person, allowed }) => {
      if (purpose === "presence" && person !== undefined && !allowed) call(person);
    }),
});
