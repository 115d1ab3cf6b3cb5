import { Readable } from "node:stream";
import { scopes as allScopes, type Caller, type Scope } from "../domain/access.ts";
import type { DomainEvent, EventBus } from "../domain/event.ts";
import { type Duration, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import { eventJson, scopeOf, subjectOf } from "./event-json.ts";
import { withoutReasons } from "./home-json.ts";

export interface EventOptions {
  /** Events kept for readers that come back. */
  readonly remembered: number;
  /** A reader with this much unread is dropped; it can come back and replay. */
  readonly mostUnreadBytes: number;
  readonly heartbeat: Duration;
}

export const defaultEventOptions: EventOptions = {
  remembered: 4_096,
  mostUnreadBytes: 1 << 20,
  heartbeat: Seconds(15),
};

interface Remembered {
  readonly id: number;
  readonly event: DomainEvent;
  /** The event as it goes over the wire; written when somebody first reads it. */
  bytes?: Uint8Array;
}

/** What a reader may hear of. */
export type Hearing = Pick<Caller, "lamps" | "scopes"> & Partial<Pick<Caller, "role">>;

/** Who may hear everything. */
const everything: Hearing = { scopes: new Set(allScopes) };

interface Reader {
  readonly body: Readable;
  readonly hearing: Hearing;
  readonly mayListen: () => boolean;
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const heartbeat = bytesOf(": still here\n\n");

/**
 * Everything that happens, as server-sent events (HTML Standard, 9.2). An event's id names this run of the hub and its
 * place in it, so a reader that comes back after a restart or a long sleep is told to read the home again.
 */
export class EventStream {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #options: EventOptions;
  readonly #mayTell: (event: DomainEvent, to: Hearing) => boolean;
  readonly #readers = new Set<Reader>();
  #ring: Remembered[] = [];
  #next = 1;
  #run = "";
  /** Nobody can come back who was never there: until then nothing is remembered. */
  #wasRead = false;
  /** Events of this turn that no reader has yet. */
  #fresh: Remembered[] = [];
  #unsubscribe: (() => void) | undefined;
  #heartbeat: Timer | undefined;
  #dropped = 0;

  /** @param mayTell asked just before an event is told, also of one that has waited: somebody may have taken back their consent */
  constructor(
    clock: Clock,
    entropy: Entropy,
    bus: EventBus,
    options = defaultEventOptions,
    mayTell: (event: DomainEvent, to: Hearing) => boolean = () => true,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#options = options;
    this.#mayTell = mayTell;
  }

  start(): void {
    this.#run = this.#entropy.bytes(6).toString("hex");
    this.#unsubscribe = this.#bus.subscribeAll((event) => this.#hear(event));
  }

  close(): void {
    this.#unsubscribe?.();
    this.#heartbeat?.cancel();
    for (const reader of this.#readers) this.#end(reader);
    this.#ring = [];
    this.#fresh = [];
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Readers dropped for being too slow, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * @param hearing absent: everything
   * @param mayListen asked at every heartbeat, and when a credential is revoked; the stream ends when it says no.
   * @param lastId what the reader had last; undefined: only what comes.
   */
  open(hearing: Hearing | undefined, mayListen: () => boolean, lastId: string | undefined): Readable {
    const body = new Readable({ highWaterMark: this.#options.mostUnreadBytes, read: () => {} });
    const reader = { body, hearing: hearing ?? everything, mayListen };
    body.once("close", () => this.#readers.delete(reader));
    this.#deliver();
    this.#wasRead = true;
    this.#readers.add(reader);
    this.#beat();
    this.#write(reader, bytesOf(`retry: 1000\nid: ${this.#run}-${this.#next - 1}\n\n`));
    if (lastId !== undefined) this.#replay(reader, lastId);
    return body;
  }

  #hear(event: DomainEvent): void {
    if (event.kind === "home.changed" && event.what === "token") this.#endUnwelcome();
    const id = this.#next++;
    if (this.#wasRead) this.#remember({ id, event });
  }

  #remember(remembered: Remembered): void {
    this.#ring.push(remembered);
    // Cut in halves: one event more costs nothing, and a copy only every `remembered` events.
    if (this.#ring.length >= 2 * this.#options.remembered)
      this.#ring = this.#ring.slice(-this.#options.remembered);
    if (this.#readers.size === 0) return;
    // One write per reader and turn, however many lamps a command reaches.
    if (this.#fresh.push(remembered) === 1) queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    const fresh = this.#fresh;
    if (fresh.length === 0) return;
    this.#fresh = [];
    const needed = [...new Set(fresh.flatMap(({ event }) => scopeOf(event) ?? []))];
    const written = new Map<string, Uint8Array>();
    for (const reader of this.#readers) {
      // Readers who may hear the same get the same bytes; there is one group of them nearly always.
      const group = reader.hearing.lamps === undefined ? groupOf(reader.hearing, needed) : undefined;
      const known = group === undefined ? undefined : written.get(group);
      const seen = known ?? this.#together(this.#visible(fresh, reader.hearing), reader.hearing);
      if (group !== undefined) written.set(group, seen);
      this.#write(reader, seen);
    }
  }

  #replay(reader: Reader, lastId: string): void {
    const [run, place] = lastId.split("-");
    const last = Number(place);
    const oldest = this.#ring[0]?.id ?? this.#next;
    const known = run === this.#run && Number.isSafeInteger(last) && last < this.#next && last >= oldest - 1;
    if (!known) {
      this.#write(reader, bytesOf(messageOf(`${this.#run}-${this.#next - 1}`, { kind: "stream.resync" })));
      return;
    }
    const missed = this.#ring.slice(last + 1 - oldest);
    this.#write(reader, this.#together(this.#visible(missed, reader.hearing), reader.hearing));
  }

  #visible(events: readonly Remembered[], hearing: Hearing): readonly Remembered[] {
    return events.filter(({ event }) => mayHear(hearing, event) && this.#mayTell(event, hearing));
  }

  #together(events: readonly Remembered[], { lamps }: Hearing): Uint8Array {
    return Buffer.concat(
      events.map((event) => (lamps === undefined ? this.#bytes(event) : this.#plainBytes(event))),
    );
  }

  /** As guests are told it. */
  #plainBytes({ id, event }: Remembered): Uint8Array {
    const told = eventJson(event);
    return bytesOf(messageOf(`${this.#run}-${id}`, "cause" in told ? withoutReasons(told) : told));
  }

  #bytes(remembered: Remembered): Uint8Array {
    remembered.bytes ??= bytesOf(messageOf(`${this.#run}-${remembered.id}`, eventJson(remembered.event)));
    return remembered.bytes;
  }

  #write(reader: Reader, bytes: Uint8Array): void {
    if (bytes.byteLength === 0 || !this.#readers.has(reader)) return;
    if (reader.body.readableLength < this.#options.mostUnreadBytes) {
      reader.body.push(bytes);
      return;
    }
    this.#dropped++;
    reader.body.push(bytesOf(messageOf(undefined, { kind: "stream.dropped" })));
    this.#end(reader);
  }

  /** Goes on while somebody reads: a hub that nobody listens to is not woken for it. */
  #beat(): void {
    this.#heartbeat ??= this.#clock.every(this.#options.heartbeat, () => {
      this.#endUnwelcome();
      for (const reader of this.#readers) this.#write(reader, heartbeat);
      if (this.#readers.size > 0) return;
      this.#heartbeat?.cancel();
      this.#heartbeat = undefined;
    });
  }

  /** A credential that is revoked or has expired ends what it opened. */
  #endUnwelcome(): void {
    for (const reader of this.#readers) if (!reader.mayListen()) this.#end(reader);
  }

  #end(reader: Reader): void {
    this.#readers.delete(reader);
    reader.body.push(null);
  }
}

/** Readers who hold the same of the scopes that are asked for. */
const groupOf = ({ scopes, role }: Hearing, needed: readonly Scope[]): string =>
  [role === "developer", ...needed.filter((scope) => scopes.has(scope))].join();

const mayHear = ({ lamps, scopes }: Hearing, event: DomainEvent): boolean => {
  const needed = scopeOf(event);
  if (needed !== undefined && !scopes.has(needed)) return false;
  const chosen: ReadonlySet<string> | undefined = lamps;
  // Why something that was due did not happen may be that nobody is at home.
  if (chosen !== undefined && event.kind === "light.not-run") return false;
  return chosen?.has(subjectOf(event) ?? "") ?? true;
};

const messageOf = (id: string | undefined, data: { readonly kind: string }): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${data.kind}\ndata: ${JSON.stringify(data)}\n\n`;
