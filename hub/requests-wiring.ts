import { isLoopback } from "./broker/listener-policy.ts";
import type { HubConfig } from "./config.ts";
import { certificateEnd } from "./crypto/certificate-end.ts";
import type { Caller } from "./domain/access.ts";
import type { EventBus } from "./domain/event.ts";
import type { PersonId, TokenId } from "./domain/ids.ts";
import { type Jurisdiction, jurisdictions } from "./domain/jurisdiction.ts";
import { assertPassword } from "./domain/password.ts";
import { roleOf } from "./domain/person.ts";
import type { StartCheck } from "./domain/start-check.ts";
import { Days, Hours, type Instant, Millis } from "./domain/units.ts";
import type { VaultStatus } from "./domain/vault.ts";
import type { DoorWatch } from "./entrances.ts";
import type { PlaceService } from "./inventory/place-service.ts";
import type { AccountService } from "./people/account-service.ts";
import type { PersonService } from "./people/person-service.ts";
import type { PresenceService } from "./people/presence-service.ts";
import { answerDays, type IssuedToken, type TokenService, unusedDays } from "./people/token-service.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { Network } from "./ports/network.ts";
import type { Panel } from "./ports/panel.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import type { PersonalStore } from "./privacy/guarded-store.ts";
import type { Chain } from "./privacy/sealed-chain.ts";
import { ButtonProof } from "./rights/button-proof.ts";
import type { ChainBooks } from "./rights/chain-books.ts";
import { type CheckUpFinding, checkUp, type SecurityState } from "./rights/check-up.ts";
import { IncidentService, type Reach } from "./rights/incident-service.ts";
import type { MapReview } from "./rights/map-review.ts";
import { NoticeBoard } from "./rights/notice-board.ts";
import { RequestBook } from "./rights/request-book.ts";
import { RequestService } from "./rights/request-service.ts";
import { RequestWatch } from "./rights/request-watch.ts";
import type { RightsActs } from "./rights/rights-acts.ts";
import { SuspicionDesk, type WatchedCount } from "./rights/suspicion-desk.ts";

/** What requests, incidents and the check-up stand on, by the names the roof calls it. */
export interface RequestsParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly bus: EventBus;
  readonly log: AuditedLog;
  readonly network: Network;
  readonly panel: Panel;
  readonly store: PersonalStore;
  readonly people: PersonService;
  readonly accounts: AccountService;
  readonly tokens: TokenService;
  readonly places: PlaceService;
  readonly presence: PresenceService;
  readonly doorWatch: DoorWatch;
  readonly review: Pick<MapReview, "status">;
  readonly vault: { status(): VaultStatus };
  readonly checks?: () => readonly StartCheck[];
  /** Absent: nobody comes by MQTT. */
  readonly broker?: {
    readonly counters: { readonly malformed: number; readonly takeovers: number };
    isOnline(id: string): boolean;
  };
  readonly config?: HubConfig;
  /** Chain that the listeners show (PEM); absent: they have none. */
  readonly tlsCertificate?: string | undefined;
}

/** Books it writes, and all there are. */
export interface RequestsBooks {
  readonly requests: Chain<"requests">;
  readonly incidents: Chain<"incidents">;
  readonly all: Pick<ChainBooks, "verify">;
}

const passwordAge = Days(365);
/** Long enough to get another certificate. */
const endsSoon = Days(30);

/** Requests of people, incidents, what people are told, and the check-up. */
export const requestsOf = (
  parts: RequestsParts,
  books: RequestsBooks,
  acts: RightsActs,
  send: Reach["send"] = () => false,
) => {
  const { clock, entropy, bus, log, network, panel, store, people, accounts, tokens, places, doorWatch } =
    parts;
  const knows = (person: PersonId): boolean => people.get(person) !== undefined;
  const settings = () => store.collection("settings");
  const jurisdiction = (): Jurisdiction => {
    const said = settings().get("jurisdiction")?.value;
    return jurisdictions.find((each) => each === said) ?? "other";
  };
  const board = new NoticeBoard(clock, entropy, store);
  const book = new RequestBook(store, books.requests, knows);
  const button = new ButtonProof(network.clock, panel);
  const law = { zone: () => places.zone().name, jurisdiction };
  const requests = new RequestService(clock, entropy, { book, button, acts, law, knows });
  const watch = new RequestWatch(clock, log, book, board);
  const signsIn = (person: PersonId): boolean => accounts.of(person) !== undefined;
  const incidents = new IncidentService(clock, entropy, log, store, books.incidents, board, {
    signsIn,
    send,
  });
  const desk = new SuspicionDesk(clock, log, incidents, {
    counts: countsOf(parts),
    books: () => books.all.verify(),
  });
  const setting = (name: string, value: string | number): void => settings().put(name, { name, value });
  /** A token that nobody uses: whether it is still needed is asked once. */
  const asked = new Map<TokenId, Instant>();
  const askAbout = (id: TokenId): void => {
    const at = tokens.get(id)?.asked;
    if (at === undefined || asked.get(id) === at) return;
    asked.set(id, at);
    // A connection that has been open for months is use enough.
    if (parts.broker?.isOnline(id) === true) {
      tokens.keep(id);
      return;
    }
    board.post({
      class: "security",
      title: "Is this token still needed?",
      steps: [
        `Nobody has used ${id} for ${unusedDays} days.`,
        `Use it within ${answerDays} days to keep it; else it is taken back.`,
      ],
    });
  };
  const openIncidents = () => incidents.list().filter(({ closed }) => closed === undefined).length;
  const isLate = ({ due, decided }: { due: Instant; decided?: Instant }) =>
    decided === undefined && clock.now() >= due;
  const certificateEnds = (): boolean => {
    const end = certificateEnd(parts.tlsCertificate ?? "");
    return end !== undefined && end <= clock.now() + endsSoon;
  };
  const stops: (() => void)[] = [];

  return {
    requests,
    requestBook: book,
    board,
    incidents,
    jurisdiction,
    setJurisdiction: (to: Jurisdiction): void => setting("jurisdiction", to),
    checkUp: (): readonly CheckUpFinding[] =>
      checkUp({
        ...accountsState(parts),
        unusedTokens: tokens.list().filter(({ asked }) => asked !== undefined).length,
        endlessAdminTokens: tokens.list().filter(isEndless).length,
        ...listenersState(parts.config),
        certificateEnds: certificateEnds(),
        protector: parts.vault.status().protector,
        swap: parts.checks?.().some(({ check, state }) => check === "swap" && state !== "ok") === true,
        booksSound: books.all.verify().every(({ verdict }) => verdict.sound),
        openIncidents: openIncidents(),
        lateRequests: requests.list().filter(isLate).length,
        isReviewOverdue: parts.review.status().isOverdue,
      }),
    /** Everything that was opened as somebody ends, they have another password, and it is on record: in one act. */
    notMe: (caller: Caller, person: PersonId, password: Uint8Array) => {
      assertPassword(password, people.need(person).name);
      // What is open ends first: a password takes its time.
      accounts.endOf(person);
      accounts.setPassword(person, password, caller);
      return incidents.register({ detector: "not-me", subject: person, people: [person], by: person });
    },
    /** The old token is worth nothing, whoever needs it has another, and it is on record. */
    leaked: (id: TokenId, by: Caller): IssuedToken => {
      const old = tokens.get(id);
      tokens.revoke(id);
      incidents.register({ detector: "leaked-token", subject: id, by: by.id });
      const { name = "", role = "developer", scopes = [], lamps, expires = null } = old ?? {};
      const left = expires === null ? {} : { expiresIn: Millis(Math.max(1, expires - clock.now())) };
      return tokens.issue({ name, role, scopes, ...(lamps !== undefined && { lamps }), ...left }, by);
    },
    start: (): void => {
      for (const service of [board, book, button, watch, incidents, desk]) service.start();
      const sweeping = clock.every(Hours(6), () =>
        log.attempt("notices.not-swept", () => board.sweep(knows)),
      );
      stops.push(
        () => sweeping.cancel(),
        doorWatch.suspicions.listen((suspicion) => desk.note(suspicion)),
        bus.subscribe("home.changed", ({ what, id, change }) => {
          if (what === "token" && change === "changed") askAbout(id as TokenId);
        }),
      );
    },
    close: (): void => {
      for (const stop of stops.splice(0)) stop();
      for (const service of [desk, incidents, watch, button]) service.close();
    },
  };
};

const isEndless = ({ scopes, expires }: { scopes: readonly string[]; expires: Instant | null }): boolean =>
  scopes.includes("admin") && expires === null;

const accountsState = ({
  clock,
  people,
  accounts,
}: RequestsParts): Pick<
  SecurityState,
  "accounts" | "owners" | "ownersWithoutCode" | "othersWithoutCode" | "oldPasswords"
> => {
  const held = people.list().flatMap((person) => {
    const account = accounts.of(person.id);
    return account === undefined ? [] : [{ ...account, isOwner: roleOf(person) === "owner" }];
  });
  return {
    accounts: held.length,
    owners: held.filter(({ isOwner }) => isOwner).length,
    ownersWithoutCode: held.filter(({ isOwner, totp }) => isOwner && !totp).length,
    othersWithoutCode: held.filter(({ isOwner, totp }) => !isOwner && !totp).length,
    oldPasswords: held.filter(({ since }) => clock.now() - since >= passwordAge).length,
  };
};

const listenersState = (
  config: HubConfig | undefined,
): Pick<SecurityState, "legacyListener" | "plainBeyond"> => ({
  legacyListener: config?.legacy !== undefined,
  plainBeyond:
    config !== undefined &&
    config.tls === undefined &&
    [config.host, config.mqttHost].some((host) => !isLoopback(host)),
});

const countsOf = ({ presence, broker }: RequestsParts): readonly WatchedCount[] => [
  {
    detector: "replay",
    read: () => (presence.refused.get("replayed") ?? 0) + (presence.refused.get("forged") ?? 0),
  },
  ...(broker === undefined
    ? []
    : ([
        { detector: "malformed-flood", read: () => broker.counters.malformed },
        { detector: "clone", read: () => broker.counters.takeovers },
      ] as const)),
];
