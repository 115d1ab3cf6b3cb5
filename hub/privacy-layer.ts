import type { HubConfig } from "./config.ts";
import type { DeviceScope } from "./connections/assistant/assistant-door.ts";
import type { OptOutIntake } from "./connections/mail/opt-out.ts";
import { connectionsOf } from "./connections-wiring.ts";
import { consentsOf } from "./consent-wiring.ts";
import type { Consents } from "./domain/consent.ts";
import type { Disclosures } from "./domain/disclosure.ts";
import type { EventBus } from "./domain/event.ts";
import type { Profile } from "./domain/profile.ts";
import type { Purpose } from "./domain/purpose.ts";
import type { Egress } from "./egress-wiring.ts";
import type { Inventory } from "./inventory/inventory.ts";
import type { PlaceService } from "./inventory/place-service.ts";
import type { LightService } from "./lights/light-service.ts";
import { membersOf } from "./members-wiring.ts";
import type { AccountService } from "./people/account-service.ts";
import type { PersonService } from "./people/person-service.ts";
import type { SessionService } from "./people/session-service.ts";
import type { TokenService } from "./people/token-service.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { Outside } from "./ports/outside.ts";
import type { Panel } from "./ports/panel.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import type { ChainName } from "./privacy/data-map.ts";
import type { PersonalPurposeStore, PersonalStore } from "./privacy/guarded-store.ts";
import type { Chain, ChainSigner } from "./privacy/sealed-chain.ts";
import type { SealedStore } from "./privacy/sealed-store.ts";
import type { SecretShelf } from "./privacy/secret-shelf.ts";
import { documentsOf } from "./privacy-documents.ts";
import { type RequestsParts, requestsOf } from "./requests-wiring.ts";
import { ChainBooks } from "./rights/chain-books.ts";
import type { DeviceScopeService } from "./rights/device-scope-service.ts";
import type { PersonalRules } from "./rights/purge.ts";

export type Chains = <Name extends ChainName>(name: Name) => Chain<Name>;

/** What the privacy layer stands on: ports, and any rooms of the house by the names the roof calls them. */
export interface PrivacyParts extends Omit<RequestsParts, "review"> {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly bus: EventBus;
  readonly log: AuditedLog;
  /** Guarded: whoever leaves by it is declared, switched on, agreed to and written down. */
  readonly egress: Egress;
  readonly panel: Panel;
  /** Whole: hand a service what it is there for, `store.for("rights")`. */
  readonly store: PersonalStore & {
    for<Use extends Purpose>(...uses: readonly Use[]): PersonalPurposeStore<Use>;
  };
  readonly chain: Chains;
  readonly people: PersonService;
  readonly accounts: AccountService;
  readonly sessions: SessionService;
  readonly tokens: TokenService;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly config: HubConfig;
  /** Of this software. */
  readonly version: string;
  readonly schedules: PersonalRules;
  readonly lights: Pick<LightService, "get" | "list" | "command">;
  readonly inventory: Pick<Inventory, "device">;
  readonly connectionKeys: SecretShelf;
  readonly consents?: Consents;
  readonly disclosures?: Disclosures;
  readonly optOuts?: OptOutIntake;
  readonly deviceScope?: DeviceScope;
  /** Absent: this hub knows no service of others. */
  readonly outside?: Outside | undefined;
  readonly places: PlaceService;
  readonly scopes: DeviceScopeService;
}

/** What the home owes its people: every service of it, built and plugged together. */
export const privacyLayerOf = (parts: PrivacyParts) => {
  const { chain, store, egress } = parts;
  const [changes, access, ledger] = [chain("changes"), chain("access"), chain("ledger")];
  const agreed = chain("consents");
  const [requests, incidents] = [chain("requests"), chain("incidents")];
  const books = new ChainBooks({ changes, access, ledger, requests, incidents, consents: agreed });
  const members = membersOf({ ...parts, network: egress.guard }, access);
  // Nobody beyond this home is told anything yet: what stays in its own network is no disclosure to others.
  const documents = documentsOf({ ...parts, told: () => [] }, store.for("rights"));
  const { consents, browsers, invitations, ...consenting } = consentsOf(parts, agreed);
  const asked = requestsOf(
    { ...parts, network: egress.guard, review: documents.review },
    { requests, incidents, all: books },
  );
  const { people, lights, presence, scopes } = parts;
  const connections = connectionsOf({
    ...parts,
    keys: parts.connectionKeys,
    outside: parts.outside,
    consents: parts.consents ?? consents,
    disclosures: parts.disclosures ?? egress.ledger.ofConnections,
    intake: parts.optOuts ?? { record: () => {} },
    scope: parts.deviceScope ?? { allows: (device) => scopes.allows(device, "assistants") },
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
    ...documents,
    books,
    ...asked,
    members,
    consents,
    browsers,
    invitations,
    scopes,
    connections,
    sharing: egress.sharing,
    disclosures: egress.ledger,
    start: () => {
      consenting.start();
      scopes.start();
      egress.start();
      members.start();
      asked.start();
      connections.start();
    },
    close: () => {
      connections.close();
      asked.close();
      members.close();
      egress.close();
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
