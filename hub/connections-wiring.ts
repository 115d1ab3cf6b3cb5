import {
  AssistantDoor,
  type AssistantLamps,
  type DeviceScope,
} from "./connections/assistant/assistant-door.ts";
import { Catalogue } from "./connections/connectors/catalogue.ts";
import { Connections } from "./connections/connectors/connections.ts";
import { mostWireBytes } from "./connections/connectors/message.ts";
import { ServiceLink } from "./connections/connectors/service-link.ts";
import { ServiceNotices } from "./connections/connectors/service-notices.ts";
import { ServicesOfOthers } from "./connections/connectors/services-of-others.ts";
import { ProviderSignIn } from "./connections/identity/provider-sign-in.ts";
import { Announcements } from "./connections/mail/announcements.ts";
import { MailRoom } from "./connections/mail/mail-room.ts";
import type { OptOutIntake } from "./connections/mail/opt-out.ts";
import { type HomeView, RemoteView } from "./connections/relay/remote-view.ts";
import type { Consents } from "./domain/consent.ts";
import { DisclosureRefused, type Disclosures } from "./domain/disclosure.ts";
import { NetworkFailed } from "./domain/errors.ts";
import type { EventBus } from "./domain/event.ts";
import { isId, type PersonId } from "./domain/ids.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { Outside } from "./ports/outside.ts";
import type { GuardedStore } from "./privacy/guarded-store.ts";
import type { SecretShelf } from "./privacy/secret-shelf.ts";

/** What connections to services of others stand on. */
export interface ConnectionParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly bus: EventBus;
  readonly store: GuardedStore;
  readonly keys: SecretShelf;
  /** Absent: this hub knows no service of others. */
  readonly outside: Outside | undefined;
  readonly consents: Consents;
  readonly disclosures: Disclosures;
  readonly intake: OptOutIntake;
  readonly scope: DeviceScope;
  readonly lamps: AssistantLamps;
  readonly home: HomeView;
  readonly people: () => readonly PersonId[];
}

export type ConnectionServices = ReturnType<typeof connectionsOf>;

/** Everything that may speak with services of others. All of it is off until somebody lets a service in. */
export const connectionsOf = (parts: ConnectionParts) => {
  const { clock, entropy, bus, store, consents, disclosures } = parts;
  const outside = parts.outside ?? nowhere;
  const catalogue = new Catalogue(() => outside.services);
  const link = new ServiceLink(entropy, outside);
  const connections = new Connections(clock, entropy, store, parts.keys, {
    catalogue,
    consents,
    disclosures,
    link,
  });
  const notices = new ServiceNotices(
    clock,
    store,
    catalogue,
    disclosures,
    link,
    (id, handle) => connections.get(id)?.lamps.find((lamp) => lamp.handle === handle)?.alias,
  );
  const assistants = new AssistantDoor(clock, entropy, connections, parts.lamps, parts.scope);
  const provider = new ProviderSignIn(clock, entropy, store, connections, consents);
  const sharing = { stopSharing: (person: PersonId) => services.stopSharing(person) };
  const mail = new MailRoom(clock, entropy, store, connections, {
    consents,
    intake: parts.intake,
    sharing,
    notices,
  });
  const view = new RemoteView(clock, entropy, store, connections, parts.home);
  const announcements = new Announcements(clock, store, mail, parts.people);
  const services: ServicesOfOthers = new ServicesOfOthers(connections, notices, provider, mail);
  let unsubscribe: (() => void) | undefined;
  return {
    catalogue,
    connections,
    notices,
    assistants,
    provider,
    mail,
    view,
    announcements,
    services,
    /** What a service of others sends by itself. Undefined: refused, and nothing is said. */
    receive: (connector: string, bytes: Uint8Array): Uint8Array | undefined =>
      bytes.length > mostWireBytes
        ? undefined
        : catalogue.get(connector)?.kind === "mail"
          ? mail.receive(connector, bytes)
          : assistants.receive(connector, bytes),
    start: () => {
      connections.start();
      notices.start();
      services.start();
      mail.start();
      view.start();
      unsubscribe = bus.subscribe("home.changed", ({ what, id, change }) => {
        if (what === "person" && change === "removed" && isId("person", id)) services.forget(id);
      });
    },
    close: () => {
      unsubscribe?.();
      view.close();
      notices.close();
      connections.close();
    },
  };
};

const nowhere: Outside = {
  services: [],
  call: async (host) => {
    throw new NetworkFailed(`nobody answers at ${host}`, { reason: "no-outside" });
  },
};

/** Where nobody keeps consents, nobody has agreed to anything. */
export const nothingAgreed: Consents = { allows: () => false, onChange: () => () => {} };

/** Where there is no book of disclosures, nothing leaves. */
export const nothingLeaves: Disclosures = {
  record: () => {
    throw new DisclosureRefused("there is no book to write it down in", { reason: "off" });
  },
};
