import type { Detector, Incident, Suspicion } from "../domain/incident.ts";
import { type Duration, Hours, Minutes } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { ChainVerdict } from "../privacy/sealed-chain.ts";

/** How often something has to be seen within a while before it is an incident: people mistype, and lamps come back. */
interface Threshold {
  readonly times: number;
  readonly within: Duration;
}

export const thresholds: Readonly<Record<Detector, Threshold>> = {
  guessing: { times: 20, within: Minutes(10) },
  replay: { times: 3, within: Minutes(10) },
  clone: { times: 5, within: Minutes(10) },
  "tampered-book": { times: 1, within: Minutes(10) },
  "leaked-token": { times: 1, within: Minutes(10) },
  "malformed-flood": { times: 50, within: Minutes(10) },
  "not-me": { times: 1, within: Minutes(10) },
  report: { times: 1, within: Minutes(10) },
};

const readEvery = Minutes(10);

/** Counts that are there anyway, and what it means when they rise. Read every ten minutes. */
export interface WatchedCount {
  readonly detector: "replay" | "clone" | "malformed-flood";
  read(): number;
}

/** Whoever makes incidents of what was seen often enough. */
export interface Register {
  register(suspicion: Suspicion): Incident;
}

/** What the desk looks at. */
export interface DeskSources {
  readonly counts: readonly WatchedCount[];
  readonly books: () => readonly { readonly book: string; readonly verdict: ChainVerdict }[];
}

/** Where everything that looks wrong comes together. It counts, logs what it was, and registers what is too much. */
export class SuspicionDesk {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #register: Register;
  readonly #sources: DeskSources;
  readonly #counted = new Map<string, { count: number; since: number }>();
  readonly #last = new Map<WatchedCount, number>();
  readonly #timers: Timer[] = [];

  constructor(clock: Clock, log: AuditedLog, register: Register, sources: DeskSources) {
    this.#clock = clock;
    this.#log = log;
    this.#register = register;
    this.#sources = sources;
  }

  start(): void {
    for (const source of this.#sources.counts) this.#last.set(source, source.read());
    this.#timers.push(
      this.#clock.every(readEvery, () => this.readCounts()),
      this.#clock.every(Hours(6), () => this.checkBooks()),
    );
  }

  close(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
  }

  note(suspicion: Suspicion): void {
    const { detector, entrance, subject = "", count = 1 } = suspicion;
    const { times, within } = thresholds[detector];
    const key = `${detector} ${entrance ?? ""} ${subject}`;
    const now = this.#clock.monotonic();
    const known = this.#counted.get(key);
    const counted = known !== undefined && now - known.since < within ? known : { count: 0, since: now };
    // One line for each while: who guesses shall not fill the log.
    if (counted.count === 0)
      this.#log.write("warn", "security.suspicion", {
        kind: detector,
        ...(entrance === undefined ? {} : { entrance }),
      });
    counted.count += count;
    this.#counted.set(key, counted);
    // Whoever is at the door is answered as ever, also while the disk is full.
    if (counted.count >= times)
      this.#log.attempt("incidents.not-registered", () =>
        this.#register.register({ ...suspicion, count: counted.count }),
      );
  }

  readCounts(): void {
    for (const source of this.#sources.counts) {
      const now = source.read();
      const risen = now - (this.#last.get(source) ?? 0);
      this.#last.set(source, now);
      if (risen > 0) this.note({ detector: source.detector, count: risen });
    }
  }

  /** A book that is not as it was written is an incident by itself. */
  checkBooks(): void {
    for (const { book, verdict } of this.#sources.books())
      if (!verdict.sound) this.note({ detector: "tampered-book", subject: book });
  }
}
