import { type KeyPair, keyPairOf, x25519Bytes } from "../../crypto/x25519.ts";
import type { Connection, SharedLamp } from "../../domain/connection.ts";
import { type ConnectorDeclaration, type ConnectorKind, ConnectorRefused } from "../../domain/connector.ts";
import type { Consents } from "../../domain/consent.ts";
import type { Disclosures } from "../../domain/disclosure.ts";
import { Conflict, InvalidInput, LimitExceeded, NotFound } from "../../domain/errors.ts";
import {
  type ConnectionId,
  idEntropyBytes,
  idFrom,
  isId,
  type LampId,
  type PersonId,
} from "../../domain/ids.ts";
import { parseName } from "../../domain/name.ts";
import { type OptionalPurpose, type Purpose, purposes } from "../../domain/purpose.ts";
import { type Duration, later, Minutes } from "../../domain/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Entropy } from "../../ports/entropy.ts";
import type { Collection, GuardedStore } from "../../privacy/guarded-store.ts";
import type { SecretShelf } from "../../privacy/secret-shelf.ts";
import { type Catalogue, pauseOf, previewOf } from "./catalogue.ts";
import { ConnectorSandbox, type FieldSource, type LiveConnection } from "./sandbox.ts";
import type { ServiceLink } from "./service-link.ts";

/** What the owner agreed to, having been shown it. */
export interface NewConnection {
  readonly connector: string;
  /** Of what was shown: `previewOf`. */
  readonly preview: string;
  readonly terms: number;
  readonly lamps?: readonly { readonly lamp: LampId; readonly alias: string }[];
  readonly expiresIn?: Duration;
  readonly mostPerMinute?: number;
  readonly person?: PersonId;
}

export type ConnectionState =
  | { readonly state: "on" }
  | { readonly state: "paused"; readonly reason: string; readonly what: string }
  | { readonly state: "over" };

const mostConnections = 32;
const mostLamps = 200;
const usualRate = 30;
const sweepEvery = Minutes(1);

/** Random bytes of the key of a service's commands. */
export const commandKeyBytes = 32;

const needsConsent = (purpose: Purpose): purpose is OptionalPurpose => purposes[purpose].basis === "consent";

/**
 * Services of others that were let in, each by the owner's word and with what was shown before. None is at first. A connection
 * rests while anything in it is not agreed to any more, and nothing passes it then.
 */
export class Connections {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #held: Collection<Connection>;
  readonly #keys: SecretShelf;
  readonly #catalogue: Catalogue;
  readonly #consents: Consents;
  readonly #disclosures: Disclosures;
  readonly #link: ServiceLink;
  readonly #ending: ((connection: Connection) => void)[] = [];
  readonly #ended: ((connection: Connection, kind: ConnectorKind | undefined) => void)[] = [];
  #unsubscribe: (() => void) | undefined;
  #sweep: Timer | undefined;

  constructor(
    clock: Clock,
    entropy: Entropy,
    store: GuardedStore,
    keys: SecretShelf,
    around: {
      readonly catalogue: Catalogue;
      readonly consents: Consents;
      readonly disclosures: Disclosures;
      readonly link: ServiceLink;
    },
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#held = store.collection("connections");
    this.#keys = keys;
    this.#catalogue = around.catalogue;
    this.#consents = around.consents;
    this.#disclosures = around.disclosures;
    this.#link = around.link;
  }

  start(): void {
    // The power went between a key and its connection.
    for (const id of this.#keys.keys())
      if (!isId("connection", id) || this.get(id) === undefined) this.#keys.remove(id);
    this.#sweep = this.#clock.every(sweepEvery, () => this.#endOver());
    this.#unsubscribe = this.#consents.onChange(({ purpose, person, allowed }) => {
      if (!allowed) this.#withdrawn(purpose, person);
    });
  }

  close(): void {
    this.#unsubscribe?.();
    this.#sweep?.cancel();
  }

  /** Calls before one ends: what has to be done about it afterwards is written down first, so that no power cut loses it. */
  onEnding(call: (connection: Connection) => void): void {
    this.#ending.push(call);
  }

  /** Calls when one has ended: what is left of it at the service is to be followed up. */
  onEnd(call: (connection: Connection, kind: ConnectorKind | undefined) => void): void {
    this.#ended.push(call);
  }

  list(): readonly Connection[] {
    return [...this.#held.entries()].map(([, connection]) => connection);
  }

  get(id: ConnectionId): Connection | undefined {
    return this.#held.get(id);
  }

  /** @throws NotFound */
  need(id: ConnectionId): Connection {
    const found = this.get(id);
    if (found === undefined) throw new NotFound("no such connection");
    return found;
  }

  ofKind(kind: ConnectorKind): readonly LiveConnection[] {
    return this.list().flatMap((connection) => {
      const declaration = this.#catalogue.get(connection.connector);
      return declaration?.kind === kind ? [{ connection, declaration }] : [];
    });
  }

  stateOf(connection: Connection): ConnectionState {
    const { expires, person } = connection;
    if (expires !== null && this.#clock.now() >= expires) return { state: "over" };
    const declaration = this.#catalogue.get(connection.connector);
    if (declaration === undefined) return { state: "paused", reason: "missing", what: "declaration" };
    const changed = pauseOf(connection, declaration);
    if (changed !== undefined) return { state: "paused", ...changed };
    const refused = this.#refusedPurpose(declaration, person);
    return refused === undefined ? { state: "on" } : { state: "paused", reason: "no-consent", what: refused };
  }

  /**
   * Lets a service in, as far as was shown.
   * @throws NotFound, ConnectorRefused (`preview`: what was shown is not what is there now; `terms`; `no-consent`), Conflict,
   * InvalidInput, LimitExceeded, StoreFailed: nothing is let in
   */
  enable(wanted: NewConnection): Connection {
    const declaration = this.#catalogue.need(wanted.connector);
    this.#assertShown(declaration, wanted);
    const { person } = wanted;
    const refused = this.#refusedPurpose(declaration, person);
    if (refused !== undefined)
      throw new ConnectorRefused(`nobody has agreed to "${refused}" yet`, {
        reason: "no-consent",
        what: refused,
      });
    this.#assertRoom(declaration, person);
    const connection: Connection = {
      id: idFrom("connection", this.#entropy.bytes(idEntropyBytes)),
      connector: declaration.name,
      ...(person === undefined ? {} : { person }),
      since: this.#clock.now(),
      expires: wanted.expiresIn === undefined ? null : later(this.#clock.now(), wanted.expiresIn),
      ...agreedTo(declaration),
      lamps: this.#shared(declaration, wanted.lamps ?? []),
      mostPerMinute: wanted.mostPerMinute ?? usualRate,
      heard: 0,
      linked: false,
    };
    this.#makeKeys(connection.id);
    this.#held.put(connection.id, connection);
    return connection;
  }

  /** Agrees to what has changed, having been shown it. @throws as `enable` */
  accept(id: ConnectionId, shown: Pick<NewConnection, "preview" | "terms">): Connection {
    const connection = this.need(id);
    const declaration = this.#catalogue.need(connection.connector);
    this.#assertShown(declaration, shown);
    return this.change({ ...connection, ...agreedTo(declaration) });
  }

  /** @returns it, as it is on the disk */
  change(connection: Connection): Connection {
    if (this.#held.get(connection.id) === undefined)
      throw new ConnectorRefused("the connection was ended meanwhile", { reason: "off" });
    this.#held.put(connection.id, connection);
    return connection;
  }

  /** From when this returns nothing passes it, whatever is in flight. @throws NotFound, StoreFailed */
  revoke(id: ConnectionId): void {
    const connection = this.need(id);
    for (const call of this.#ending) call(connection);
    this.#held.remove(id);
    this.#keys.remove(id);
    const kind = this.#catalogue.get(connection.connector)?.kind;
    for (const call of this.#ended) call(connection, kind);
  }

  /** @throws ConnectorRefused: off, over, paused or no longer agreed to */
  live(id: ConnectionId): LiveConnection {
    const connection = this.get(id);
    if (connection === undefined)
      throw new ConnectorRefused("this service was not let in", { reason: "off" });
    const state = this.stateOf(connection);
    if (state.state === "over") throw new ConnectorRefused("its time is over", { reason: "expired" });
    if (state.state === "paused")
      throw new ConnectorRefused("it rests until somebody agrees", {
        reason: state.reason,
        what: state.what,
      });
    return { connection, declaration: this.#catalogue.need(connection.connector) };
  }

  sandbox(id: ConnectionId, sources: FieldSource): ConnectorSandbox {
    return new ConnectorSandbox(() => this.live(id), sources, this.#link, this.#disclosures);
  }

  /** Makes every key of it anew: who had the old one has nothing. @throws NotFound, StoreFailed */
  renewKeys(id: ConnectionId): void {
    this.change({ ...this.need(id), linked: false, heard: 0 });
    this.#makeKeys(id);
  }

  /** The hub's own key pair for what a service says by this connection. */
  keyPair(id: ConnectionId): KeyPair | undefined {
    return this.#keys.read(id, (secret) => keyPairOf(Buffer.from(secret.subarray(0, x25519Bytes))));
  }

  /** @param use keeps no view of the bytes */
  withCommandKey<Result>(id: ConnectionId, use: (key: Uint8Array) => Result): Result | undefined {
    return this.#keys.read(id, (secret) => use(secret.subarray(x25519Bytes)));
  }

  #makeKeys(id: ConnectionId): void {
    const secret = this.#entropy.bytes(x25519Bytes + commandKeyBytes);
    try {
      this.#keys.put(id, secret);
    } finally {
      secret.fill(0);
    }
  }

  /** Nothing passed since its time was over; now the service is told to forget as well. */
  #endOver(): void {
    for (const connection of this.list())
      if (this.stateOf(connection).state === "over") this.revoke(connection.id);
  }

  #withdrawn(purpose: OptionalPurpose, person: PersonId | undefined): void {
    for (const { id, connector, person: by } of this.list()) {
      const isAsked = this.#catalogue.get(connector)?.purposes.some((each) => each === purpose) === true;
      const isTheirs = purposes[purpose].asks === "home" || by === person;
      // A relay or mail service serves others, too: there it rests for whoever took their word back.
      if (isAsked && isTheirs && this.#isOfOne(connector)) this.revoke(id);
    }
  }

  #isOfOne(connector: string): boolean {
    return (
      this.#catalogue.get(connector)?.kind !== "mail" &&
      this.#catalogue.get(connector)?.kind !== "identity-provider"
    );
  }

  /** A service that many people use asks each of them by itself; here only what is the whole connection's. */
  #refusedPurpose(
    { kind, purposes: wanted }: ConnectorDeclaration,
    person: PersonId | undefined,
  ): OptionalPurpose | undefined {
    if (kind === "mail" || kind === "identity-provider") return undefined;
    return wanted.filter(needsConsent).find((purpose) => !this.#consents.allows(purpose, person));
  }

  #assertShown(
    declaration: ConnectorDeclaration,
    { preview, terms }: Pick<NewConnection, "preview" | "terms">,
  ): void {
    if (preview !== previewOf(declaration))
      throw new ConnectorRefused("look at what this service gets before you let it in", {
        reason: "preview",
      });
    if (terms !== declaration.terms.version)
      throw new ConnectorRefused("accept the terms that are shown", {
        reason: "terms",
        what: `${declaration.terms.version}`,
      });
  }

  #assertRoom({ name }: ConnectorDeclaration, person: PersonId | undefined): void {
    const all = this.list();
    if (all.some((each) => each.connector === name && each.person === person))
      throw new Conflict("this service is let in already");
    if (all.length >= mostConnections)
      throw new LimitExceeded(`at most ${mostConnections} connections`, { limit: mostConnections });
  }

  #shared({ kind }: ConnectorDeclaration, lamps: NonNullable<NewConnection["lamps"]>): readonly SharedLamp[] {
    if (kind !== "assistant" && lamps.length > 0)
      throw new InvalidInput("only an assistant gets lamps", { path: "lamps" });
    if (kind === "assistant" && lamps.length === 0)
      throw new InvalidInput("choose the lamps that it may command", { path: "lamps" });
    if (lamps.length > mostLamps) throw new LimitExceeded(`at most ${mostLamps} lamps`, { limit: mostLamps });
    const shared = lamps.map(({ lamp, alias }) => ({
      lamp,
      handle: this.#entropy.bytes(9).toString("base64url"),
      alias: parseName(alias),
    }));
    const isTwice = (of: (each: SharedLamp) => string) => new Set(shared.map(of)).size !== shared.length;
    if (isTwice(({ lamp }) => lamp) || isTwice(({ alias }) => alias.toLowerCase()))
      throw new InvalidInput("each lamp once, and each with a name of its own", { path: "lamps" });
    return shared;
  }
}

const agreedTo = ({ key, terms, fields, hosts, subRecipients }: ConnectorDeclaration) => ({
  key,
  terms: terms.version,
  fields,
  hosts,
  subRecipients: subRecipients.map(({ name }) => name),
});
