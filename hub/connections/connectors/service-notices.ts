import type { Connection, ServiceNotice } from "../../domain/connection.ts";
import type { Disclosures } from "../../domain/disclosure.ts";
import { HubError } from "../../domain/errors.ts";
import type { ConnectionId } from "../../domain/ids.ts";
import { Days, Hours } from "../../domain/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Collection, GuardedStore } from "../../privacy/guarded-store.ts";
import type { Catalogue } from "./catalogue.ts";
import type { OutsideMessage } from "./message.ts";
import type { ServiceLink } from "./service-link.ts";

/** What a service is to be told. */
export interface Telling {
  readonly what: ServiceNotice["what"];
  /** As in `ServiceNotice`. */
  readonly about?: string;
}

/** What a lamp is called at a service now; undefined: it is not known there any more. */
export type RightName = (connection: ConnectionId, handle: string) => string | undefined;

/** Asked again so often, until it is confirmed. */
const again = Hours(6);
const mostTries = 28;
/** How long a notice that was confirmed stays on the list. */
const confirmedLives = Days(30);

/**
 * Makes services of others correct or forget what they were given (GDPR Art. 19), and keeps the list of those that have said
 * that they did and of those that have not: what a stranger really does, nobody here can know.
 */
export class ServiceNotices {
  readonly #clock: Clock;
  readonly #notices: Collection<ServiceNotice>;
  readonly #catalogue: Catalogue;
  readonly #disclosures: Disclosures;
  readonly #link: ServiceLink;
  readonly #rightName: RightName;
  readonly #sending = new Set<Promise<void>>();
  #timer: Timer | undefined;

  constructor(
    clock: Clock,
    store: GuardedStore,
    catalogue: Catalogue,
    disclosures: Disclosures,
    link: ServiceLink,
    rightName: RightName,
  ) {
    this.#clock = clock;
    this.#notices = store.collection("service-notices");
    this.#catalogue = catalogue;
    this.#disclosures = disclosures;
    this.#link = link;
    this.#rightName = rightName;
  }

  start(): void {
    this.#timer = this.#clock.every(again, () => void this.retry());
  }

  close(): void {
    this.#timer?.cancel();
  }

  list(): readonly ServiceNotice[] {
    return [...this.#notices.entries()].map(([, notice]) => notice);
  }

  /** Written down at once, sent after that; whether it was confirmed stands in the list. */
  tell(connection: Pick<Connection, "id" | "connector">, telling: Telling): void {
    this.note(connection, telling);
    this.send(connection.id);
  }

  /** Sends what was written down of this connection and never sent. */
  send(connection: ConnectionId): void {
    for (const notice of this.list())
      if (notice.connection === connection && notice.tries === 0) this.#track(this.#send(notice));
  }

  /** On the disk when this returns; it is sent when somebody says so, or with the next round. */
  note({ id, connector }: Pick<Connection, "id" | "connector">, { what, about }: Telling): void {
    // Whoever forgets all of it has nothing left to correct.
    if (what === "erase" && about === undefined)
      for (const open of this.list()) if (open.connection === id) this.#notices.remove(fileOf(open));
    const notice: ServiceNotice = {
      connection: id,
      connector,
      what,
      ...(about === undefined ? {} : { about }),
      asked: this.#clock.now(),
      tries: 0,
      confirmed: null,
    };
    this.#notices.put(fileOf(notice), notice);
  }

  /** Resolves when whatever was being sent has been answered or has failed. */
  async sent(): Promise<void> {
    await Promise.all(this.#sending);
  }

  /** Asks again whoever has not confirmed. Resolves when all have answered or failed. */
  async retry(): Promise<void> {
    this.#forgetOld();
    const open = this.list().filter(({ confirmed, tries }) => confirmed === null && tries < mostTries);
    await Promise.all(open.map((notice) => this.#send(notice)));
  }

  #track(sending: Promise<void>): void {
    this.#sending.add(sending);
    void sending.finally(() => this.#sending.delete(sending));
  }

  async #send(notice: ServiceNotice): Promise<void> {
    const service = this.#catalogue.get(notice.connector);
    const tried = { ...notice, tries: notice.tries + 1 };
    if (service === undefined) return;
    const { what, about = "" } = notice;
    const alias = what === "rectify" ? this.#rightName(notice.connection, about) : undefined;
    const message: OutsideMessage = {
      kind: what,
      grant: notice.connection,
      ...(notice.about === undefined ? {} : { [aboutKeys[service.kind]]: notice.about }),
      ...(alias === undefined ? {} : { alias }),
    };
    try {
      this.#notices.put(fileOf(tried), tried);
      this.#disclosures.record({
        recipient: service.name,
        purpose: "rights",
        fields: fieldsOf(message),
        bytes: this.#link.sizeOf(message),
      });
      const answer = await this.#link.ask(service, message);
      if (answer["kind"] !== "confirmed" || answer["grant"] !== notice.connection) return;
      this.#notices.put(fileOf(tried), { ...tried, confirmed: this.#clock.now() });
    } catch (error) {
      // It stays on the list of those that have not confirmed.
      if (!(error instanceof HubError)) throw error;
    }
  }

  #forgetOld(): void {
    for (const notice of this.list())
      if (notice.confirmed !== null && this.#clock.now() - notice.confirmed > confirmedLives)
        this.#notices.remove(fileOf(notice));
  }
}

const aboutKeys = {
  assistant: "handle",
  mail: "recipient",
  relay: "mailbox",
  "identity-provider": "client",
} as const;

/** All of a notice are random names, but for the alias that is right. */
const fieldsOf = (message: OutsideMessage): readonly string[] => [
  "message.kind",
  "link.grant",
  ...("handle" in message ? ["lamp.handle"] : []),
  ...("recipient" in message ? ["mail.recipient"] : []),
  ...("mailbox" in message ? ["view.sealed"] : []),
  ...("alias" in message ? ["lamp.alias"] : []),
];

const fileOf = ({ connection, what, about = "all" }: ServiceNotice): string =>
  `${connection}/${what}/${about}`;
