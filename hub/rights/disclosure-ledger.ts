import { type Disclosure, DisclosureRefused, type Disclosures } from "../domain/disclosure.ts";
import type { PersonId } from "../domain/ids.ts";
import { type LegalBasis, purposes } from "../domain/purpose.ts";
import { Days, Hours, Instant } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { type LedgerEntry, ledgerDays } from "../privacy/data-map.ts";
import type { Destination } from "../privacy/recipient.ts";
import type { Chain } from "../privacy/sealed-chain.ts";
import type { Sharing, Switching } from "./sharing.ts";

/** A line of the ledger; `open` counts on. */
export interface LedgerLine extends LedgerEntry {
  readonly at: Instant;
  readonly open: boolean;
}

/** What one recipient got in a stretch of time. */
export interface RecipientSum {
  readonly recipient: string;
  readonly messages: number;
  readonly bytes: number;
  readonly fields: readonly string[];
  readonly first: Instant;
  readonly last: Instant;
  /** Connections of which the end is not known: the power failed, and more may have left than is counted. */
  readonly broken: number;
}

/** What left between two moments, and what was asked for. */
export interface DisclosureReport {
  readonly from: Instant;
  readonly to: Instant;
  readonly recipients: readonly RecipientSum[];
  /** Requests of authorities: how many, and how many of them got something. */
  readonly legalRequests: number;
  readonly answeredRequests: number;
  /** Lines about people who have been erased since: they are counted and cannot be read. */
  readonly erased: number;
}

/**
 * `sent` holds headers, encryption and what was answered to machines in the home that asked. Without any of these the
 * difference is what has left unwritten.
 */
export interface KernelComparison {
  readonly verifiable: boolean;
  readonly counted: number;
  readonly sent?: number;
  readonly difference?: number;
}

/** A request of a court, the police or another authority, as the owner writes it down. */
export interface LegalRequest {
  readonly reference: string;
  /** What the owner handed over; nothing of it goes through the hub. */
  readonly gave: readonly string[];
  readonly people: readonly PersonId[];
}

/** What is known of a connection since its last line. */
interface Window {
  readonly fields: Set<string>;
  messages: number;
  bytes: number;
}

const settleEvery = Hours(1);

/**
 * The book of what has left. A line stands before the bytes go. A connection that stays has one when it begins and one for
 * each hour, so that a home that speaks to its broker all day costs the disk a line an hour and not one a message.
 */
export class DisclosureLedger implements Disclosures {
  readonly #clock: Clock;
  readonly #chain: Chain<"ledger">;
  readonly #sharing: Sharing;
  readonly #windows = new Map<string, Window>();
  readonly #timers: Timer[] = [];
  readonly #sentByKernel: () => number | undefined;
  #bytes = 0;
  #sentBefore: number | undefined;

  /** @param sentByKernel bytes that the kernel has sent for this process; undefined: it does not count them apart */
  constructor(
    clock: Clock,
    chain: Chain<"ledger">,
    sharing: Sharing,
    sentByKernel: () => number | undefined = () => undefined,
  ) {
    this.#sentByKernel = sentByKernel;
    this.#clock = clock;
    this.#chain = chain;
    this.#sharing = sharing;
  }

  /** Bytes of this run. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The ledger beside the kernel's own count, since the start. */
  besideKernel(): KernelComparison {
    const [now, before] = [this.#sentByKernel(), this.#sentBefore];
    if (now === undefined || before === undefined) return { verifiable: false, counted: this.#bytes };
    const sent = now - before;
    return { verifiable: true, counted: this.#bytes, sent, difference: sent - this.#bytes };
  }

  start(): void {
    this.#sentBefore = this.#sentByKernel();
    this.#prune();
    this.#timers.push(
      this.#clock.every(settleEvery, () => this.#settleAll("go-on")),
      this.#clock.every(Days(1), () => this.#prune()),
    );
    this.#sharing.onSwitch((switching) => this.#switched(switching));
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#settleAll("end");
  }

  record({ recipient, purpose, fields, people = [], bytes }: Disclosure): void {
    const declared = this.#sharing.assertMayGo(recipient, people);
    if (purpose !== declared.purpose) throw refused(recipient, "undeclared", `not for ${purpose}`);
    for (const field of fields) assertField(recipient, declared.fields, field);
    this.#bytes += bytes;
    this.#append({ act: "disclosed", recipient, fields, people, messages: 1, bytes });
  }

  /** The book as connections to services write it: each was let in by a declaration of its own, which its sandbox holds it to. */
  readonly ofConnections: Disclosures = {
    record: ({ recipient, purpose, fields, people = [], bytes }) => {
      this.#bytes += bytes;
      const { basis } = purposes[purpose];
      this.#write({ act: "disclosed", recipient, purpose, basis, fields, people, messages: 1, bytes });
    },
  };

  /** A connection to a recipient that more than one thing will go over. @throws DisclosureRefused */
  opened(recipient: string, to: Destination): { leaving(bytes: number): void; ended(): void } {
    this.#sharing.assertHost(recipient, to);
    return {
      leaving: (bytes) => {
        this.#sharing.assertHost(recipient, to);
        this.#window(recipient).bytes += bytes;
        this.#bytes += bytes;
      },
      ended: () => this.ended(recipient),
    };
  }

  /**
   * One message is about to go over an open connection.
   * @param bytes where that is the connection of another recipient: they are among that one's, too
   * @throws DisclosureRefused nothing declares its content for them
   */
  message(recipient: string, field: string, bytes = 0): void {
    const { fields } = this.#sharing.assertMayGo(recipient);
    assertField(recipient, fields, field);
    const window = this.#window(recipient);
    window.messages++;
    window.bytes += bytes;
    window.fields.add(field);
  }

  /** Nothing more goes over the connection by which this recipient was reached. */
  ended(recipient: string): void {
    this.#settle(recipient, "end");
  }

  /** The owner writes down that an authority asked. */
  legalRequest({ reference, gave, people }: LegalRequest): LedgerLine {
    return this.#append({
      act: "legal-request",
      recipient: "authority",
      fields: gave,
      people,
      messages: 0,
      bytes: 0,
      detail: reference,
    });
  }

  /** Oldest first; what is open comes last. Lines about people who were erased since cannot be read and are left out. */
  lines(from = Instant(0)): readonly LedgerLine[] {
    const written = this.#chain
      .entries()
      .flatMap(({ at, content }) =>
        content === undefined || at < from ? [] : [{ at, ...content, open: false }],
      );
    const open = [...this.#windows].map(([recipient, window]) => ({
      at: this.#clock.now(),
      ...this.#entryOf({ act: "sent", recipient, people: [], ...window, fields: [...window.fields] }),
      open: true,
    }));
    return [...written, ...open];
  }

  /** @param to exclusive */
  report(from: Instant, to: Instant): DisclosureReport {
    const lines = this.lines().filter(({ at }) => at >= from && at < to);
    const requests = lines.filter(({ act }) => act === "legal-request");
    const left = lines.filter(({ act }) => act === "sent" || act === "disclosed" || act === "began");
    const ids = [...new Set(left.map(({ recipient }) => recipient))];
    return {
      from,
      to,
      recipients: ids.map((id) =>
        sumOf(
          id,
          left.filter(({ recipient }) => recipient === id),
        ),
      ),
      legalRequests: requests.length,
      answeredRequests: requests.filter(({ fields }) => fields.length > 0).length,
      erased: this.#chain
        .entries()
        .filter(({ at, content }) => content === undefined && at >= from && at < to).length,
    };
  }

  /** Opens a window, and writes down that it is open, where there is none. */
  #window(recipient: string): Window {
    const open = this.#windows.get(recipient);
    if (open !== undefined) return open;
    const { fields } = this.#sharing.need(recipient);
    this.#append({ act: "began", recipient, fields, people: [], messages: 0, bytes: 0 });
    const window: Window = { fields: new Set(), messages: 0, bytes: 0 };
    this.#windows.set(recipient, window);
    return window;
  }

  #settleAll(then: "go-on" | "end"): void {
    for (const recipient of [...this.#windows.keys()]) this.#settle(recipient, then);
  }

  #settle(recipient: string, then: "go-on" | "end"): void {
    const window = this.#windows.get(recipient);
    if (window === undefined) return;
    const { messages, bytes } = window;
    this.#append({ act: "sent", recipient, fields: [...window.fields], people: [], messages, bytes });
    // After an hour of silence nothing is open: the next byte begins anew.
    if (then === "end" || bytes === 0) this.#windows.delete(recipient);
    else this.#windows.set(recipient, { fields: new Set(), messages: 0, bytes: 0 });
  }

  #switched({ recipient, on, by }: Switching): void {
    const { fields } = this.#sharing.need(recipient);
    const act = on ? "switched-on" : "switched-off";
    this.#append({ act, recipient, fields, people: [], messages: 0, bytes: 0, detail: by });
  }

  #append(entry: Omit<LedgerEntry, "purpose" | "basis">): LedgerLine {
    return this.#write(this.#entryOf(entry));
  }

  #write(content: LedgerEntry): LedgerLine {
    const [only, ...others] = content.people;
    const at = this.#clock.now();
    // Of one person alone: it goes with them when they are erased.
    const about = others.length === 0 ? only : undefined;
    this.#chain.append({ at, ...(about === undefined ? {} : { about }), content });
    return { at, ...content, open: false };
  }

  #entryOf(entry: Omit<LedgerEntry, "purpose" | "basis">): LedgerEntry {
    return { ...entry, ...this.#grounds(entry) };
  }

  #grounds({ act, recipient }: Pick<LedgerEntry, "act" | "recipient">): {
    readonly purpose: LedgerEntry["purpose"];
    readonly basis: LegalBasis;
  } {
    if (act === "legal-request") return { purpose: "rights", basis: "legal-obligation" };
    const { purpose } = this.#sharing.need(recipient);
    return { purpose, basis: purposes[purpose].basis };
  }

  /** By a clock that nobody vouches for nothing is old. */
  #prune(): void {
    if (this.#clock.trust().level !== "trusted") return;
    this.#chain.prune((at) => at < Instant(Math.max(0, this.#clock.now() - Days(ledgerDays))));
  }
}

const assertField = (recipient: string, declared: readonly string[], field: string): void => {
  if (declared.includes(field)) return;
  throw new DisclosureRefused(`${recipient} may not get ${field}`, { recipient, reason: "field", field });
};

const refused = (recipient: string, reason: string, why: string): DisclosureRefused =>
  new DisclosureRefused(`${recipient}: ${why}`, { recipient, reason });

const sumOf = (recipient: string, lines: readonly LedgerLine[]): RecipientSum => {
  const sum = (count: (line: LedgerLine) => number) => lines.reduce((all, line) => all + count(line), 0);
  const gone = lines.filter(({ act }) => act !== "began");
  const times = lines.map(({ at }) => at);
  return {
    recipient,
    messages: sum(({ messages }) => messages),
    bytes: sum(({ bytes }) => bytes),
    fields: [...new Set(gone.flatMap(({ fields }) => fields))].sort(),
    first: Instant(Math.min(...times)),
    last: Instant(Math.max(...times)),
    broken: brokenIn(lines),
  };
};

/** Beginnings that another one follows without anything sent in between. */
const brokenIn = (lines: readonly LedgerLine[]): number => {
  const connections = lines.filter(({ act }) => act !== "disclosed");
  return connections.filter(({ act }, at) => act === "began" && connections[at + 1]?.act !== "sent").length;
};
