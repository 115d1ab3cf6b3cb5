import type { Consents } from "./domain/consent.ts";
import type { EventBus } from "./domain/event.ts";
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
import { type RetentionRooms, retentionOf } from "./retention-wiring.ts";
import { ChainBooks } from "./rights/chain-books.ts";

export type Chains = <Name extends ChainName>(name: Name) => Chain<Name>;

/** What the privacy layer stands on: ports, and any rooms of the house by the names the roof calls them. */
export interface PrivacyParts extends RetentionRooms {
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
}

/** As long as nobody can be asked, nobody has agreed. */
const nobodyAgrees: Consents = { allows: () => false, onChange: () => () => {} };

/** What the home owes its people: every service of it, built and plugged together. */
export const privacyLayerOf = (parts: PrivacyParts, consents: Consents = nobodyAgrees) => {
  const { chain } = parts;
  const books = { changes: chain("changes"), disposals: chain("disposals") };
  const retained = retentionOf(parts, books, consents);
  return {
    books: new ChainBooks(books),
    retained,
    start: () => {
      retained.start();
    },
    close: () => {
      retained.close();
    },
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
