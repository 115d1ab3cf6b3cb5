import type { HubConfig } from "./config.ts";
import type { DeviceScope } from "./connections/assistant/assistant-door.ts";
import type { OptOut, OptOutIntake } from "./connections/mail/opt-out.ts";
import { connectionsOf } from "./connections-wiring.ts";
import { consentsOf } from "./consent-wiring.ts";
import type { Consents } from "./domain/consent.ts";
import type { Disclosures } from "./domain/disclosure.ts";
import type { EventBus } from "./domain/event.ts";
import type { PersonId } from "./domain/ids.ts";
import type { Profile } from "./domain/profile.ts";
import type { Purpose } from "./domain/purpose.ts";
import { RequestReplayed } from "./domain/request.ts";
import type { Instant } from "./domain/units.ts";
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
import { type RetentionRooms, retentionOf } from "./retention-wiring.ts";
import { ChainBooks } from "./rights/chain-books.ts";
import { CoveredConsents } from "./rights/covered-consents.ts";
import type { DeviceScopeService } from "./rights/device-scope-service.ts";
import type { DisclosureLedger } from "./rights/disclosure-ledger.ts";
import type { DisclosedTo } from "./rights/erasure.ts";
import { objectedBook } from "./rights/objected-book.ts";
import type { RequestService } from "./rights/request-service.ts";
import type { DisclosedOf } from "./rights/right-to-know.ts";
import type { RightsActs } from "./rights/rights-acts.ts";
import { toldLately } from "./rights/told-recipients.ts";
import { type RightsParts, rightsOf } from "./rights-wiring.ts";

export type Chains = <Name extends ChainName>(name: Name) => Chain<Name>;

/** What the privacy layer stands on: ports, and any rooms of the house by the names the roof calls them. */
export interface PrivacyParts
  extends Omit<RequestsParts, "review" | "places" | "presence" | "checks">,
    Omit<RightsParts, "lights" | "schedules">,
    Omit<RetentionRooms, "lights" | "schedules" | "inventory"> {
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
  readonly lights: RetentionRooms["lights"] & Pick<LightService, "get" | "list" | "command" | "disown">;
  readonly inventory: Pick<Inventory, "device">;
  readonly schedules: RightsParts["schedules"] & RetentionRooms["schedules"];
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
  const [access, ledger] = [chain("access"), chain("ledger")];
  const personal = rightsOf(parts, disclosedBy(egress.ledger));
  // Kept for security, which is a legitimate interest and no more.
  const changes = objectedBook(chain("changes"), "security", personal);
  const agreed = chain("consents");
  const [requests, incidents] = [chain("requests"), chain("incidents")];
  const all = {
    changes,
    access,
    ledger,
    requests,
    incidents,
    consents: agreed,
    disposals: chain("disposals"),
  };
  const books = new ChainBooks(all);
  const members = membersOf({ ...parts, network: egress.guard }, access);
  const told = () =>
    toldLately(parts.clock, egress.ledger, (service) => connections.catalogue.get(service)?.kind);
  const documents = documentsOf({ ...parts, told }, store.for("rights"));
  const { consents, browsers, invitations, ...consenting } = consentsOf(parts, agreed);
  const allowed = parts.consents ?? personal.under(new CoveredConsents(consents, documents.notices));
  const retained = retentionOf(parts, all, allowed);
  const asked = requestsOf(
    { ...parts, network: egress.guard, review: documents.review },
    { requests, incidents, all: books },
    actsOf(personal),
  );
  const { people, lights, presence, scopes } = parts;
  const connections = connectionsOf({
    ...parts,
    keys: parts.connectionKeys,
    outside: parts.outside,
    consents: allowed,
    disclosures: parts.disclosures ?? egress.ledger.ofConnections,
    intake: parts.optOuts ?? { record: (optOut) => noteOptOut(asked.requests, optOut) },
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
    changes,
    personal,
    retained,
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
      retained.start();
      personal.start();
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
      personal.close();
      retained.close();
    },
  };
};

export type PrivacyLayer = ReturnType<typeof privacyLayerOf>;

/** What the book of disclosures knows of one person. Who had something is told by their connection, and has not said so yet. */
const disclosedBy = (ledger: Pick<DisclosureLedger, "lines">): DisclosedTo & DisclosedOf => {
  const about = (person: PersonId, since?: Instant) =>
    ledger
      .lines(since)
      .filter(({ act, people }) => (act === "sent" || act === "disclosed") && people.includes(person));
  return {
    tellErased: (person) =>
      [...new Set(about(person).map(({ recipient }) => recipient))].map((recipient) => ({
        recipient,
        confirmed: false,
      })),
    disclosedOf: about,
  };
};

const optOutSubjects = { california: "California Opt-Out", nevada: "Nevada Sale Opt-Out" } as const;

/** The same message again is the same request, and stands in the book already. */
const noteOptOut = (requests: Pick<RequestService, "intake">, { law, message }: OptOut): void => {
  try {
    requests.intake(optOutSubjects[law], message);
  } catch (error) {
    if (!(error instanceof RequestReplayed)) throw error;
  }
};

/** What a request comes to once it is granted. */
const actsOf = ({ exports, erasure, rights }: ReturnType<typeof rightsOf>): RightsActs => ({
  export: (person) => Buffer.from(JSON.stringify(exports.ofPerson(person), undefined, 2)),
  erase: (person) => void erasure.erase(person),
  restrict: (person) => rights.restrict(person),
  object: (person, purpose) => rights.setObjection(person, purpose, true),
});

/** The chains of a store, signed by this device: its key is opened once, with the first entry. */
export const chainsOf = (store: SealedStore, device: () => ChainSigner): Chains => {
  let opened: ChainSigner | undefined;
  const signer = (): ChainSigner => {
    opened ??= device();
    return opened;
  };
  return (name) => store.chain(name, signer);
};
