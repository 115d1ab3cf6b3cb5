import { consentsOf } from "./consent-wiring.ts";
import type { EventBus } from "./domain/event.ts";
import type { PlaceService } from "./inventory/place-service.ts";
import type { AccountService } from "./people/account-service.ts";
import type { PersonService } from "./people/person-service.ts";
import type { SessionService } from "./people/session-service.ts";
import type { TokenService } from "./people/token-service.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { Network } from "./ports/network.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import type { ChainName } from "./privacy/data-map.ts";
import type { PersonalStore } from "./privacy/guarded-store.ts";
import type { Chain, ChainSigner } from "./privacy/sealed-chain.ts";
import type { SealedStore } from "./privacy/sealed-store.ts";
import { ChainBooks } from "./rights/chain-books.ts";
import type { DeviceScopeService } from "./rights/device-scope-service.ts";

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
  readonly places: PlaceService;
  readonly scopes: DeviceScopeService;
}

/** What the home owes its people: every service of it, built and plugged together. */
export const privacyLayerOf = (parts: PrivacyParts) => {
  const { chain, scopes } = parts;
  const changes = chain("changes");
  const agreed = chain("consents");
  const { consents, browsers, invitations, ...consenting } = consentsOf(parts, agreed);
  return {
    books: new ChainBooks({ changes, consents: agreed }),
    consents,
    browsers,
    invitations,
    scopes,
    start: () => {
      consenting.start();
      scopes.start();
    },
    close: () => {
      consenting.close();
      scopes.close();
    },
  };
};

export type PrivacyLayer = ReturnType<typeof privacyLayerOf>;

/** The chains of a store, signed by this device: its key is opened once, with the first entry. */
export const chainsOf = (store: SealedStore, device: () => ChainSigner): Chains => {
  let opened: ChainSigner | undefined;
  const signer = (): ChainSigner => {
    opened ??= device();
    return opened;
  };
  return (name) => store.chain(name, signer);
};
