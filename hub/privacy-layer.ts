import type { DeviceScope } from "./connections/assistant/assistant-door.ts";
import type { OptOutIntake } from "./connections/mail/opt-out.ts";
import { connectionsOf, nothingAgreed, nothingLeaves } from "./connections-wiring.ts";
import type { Consents } from "./domain/consent.ts";
import type { Disclosures } from "./domain/disclosure.ts";
import type { EventBus } from "./domain/event.ts";
import type { Inventory } from "./inventory/inventory.ts";
import type { LightService } from "./lights/light-service.ts";
import type { AccountService } from "./people/account-service.ts";
import type { PersonService } from "./people/person-service.ts";
import type { PresenceService } from "./people/presence-service.ts";
import type { SessionService } from "./people/session-service.ts";
import type { TokenService } from "./people/token-service.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { Network } from "./ports/network.ts";
import type { Outside } from "./ports/outside.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import type { ChainName } from "./privacy/data-map.ts";
import type { PersonalStore } from "./privacy/guarded-store.ts";
import type { Chain, ChainSigner } from "./privacy/sealed-chain.ts";
import type { SealedStore } from "./privacy/sealed-store.ts";
import type { SecretShelf } from "./privacy/secret-shelf.ts";
import { ChainBooks } from "./rights/chain-books.ts";

export type Chains = <Name extends ChainName>(name: Name) => Chain<Name>;

/** What the privacy layer stands on: ports, and any rooms of the house by the names the roof calls them. */
export interface PrivacyParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly bus: EventBus;
  readonly log: AuditedLog;
  readonly network: Network;
  readonly store: PersonalStore;
  readonly chain: Chains;
  readonly people: PersonService;
  readonly accounts: AccountService;
  readonly sessions: SessionService;
  readonly tokens: TokenService;
  readonly lights: Pick<LightService, "get" | "list" | "command">;
  readonly inventory: Pick<Inventory, "device">;
  readonly presence: Pick<PresenceService, "of">;
  readonly connectionKeys: SecretShelf;
  /** Absent: this hub knows no service of others. */
  readonly outside?: Outside | undefined;
  readonly consents?: Consents;
  readonly disclosures?: Disclosures;
  readonly optOuts?: OptOutIntake;
  readonly deviceScope?: DeviceScope;
}

/** What the home owes its people: every service of it, built and plugged together. */
export const privacyLayerOf = (parts: PrivacyParts) => {
  const { chain, people, lights, presence } = parts;
  const changes = chain("changes");
  const connections = connectionsOf({
    ...parts,
    keys: parts.connectionKeys,
    outside: parts.outside,
    consents: parts.consents ?? nothingAgreed,
    disclosures: parts.disclosures ?? nothingLeaves,
    intake: parts.optOuts ?? { record: () => {} },
    scope: parts.deviceScope ?? { allows: () => true },
    lamps: lights,
    home: {
      status: () => ({
        lit: lights.list().filter(({ reported }) => reported?.on === true).length,
        anybodyHome: people.list().some(({ id }) => presence.of(id)?.home === true),
      }),
    },
    people: () => people.list().map(({ id }) => id),
  });
  return {
    books: new ChainBooks({ changes }),
    connections,
    start: () => connections.start(),
    close: () => connections.close(),
  };
};

/** The chains of a store, signed by this device: its key is opened once, with the first entry. */
export const chainsOf = (store: SealedStore, device: () => ChainSigner): Chains => {
  let opened: ChainSigner | undefined;
  const signer = (): ChainSigner => {
    opened ??= device();
    return opened;
  };
  return (name) => store.chain(name, signer);
};
