import { Conflict, NotFound } from "../domain/errors.ts";
import { type IncidentId, idEntropyBytes, idFrom, type PersonId } from "../domain/ids.ts";
import {
  alarmHours,
  assertComplete,
  findings,
  type Incident,
  type IncidentEntry,
  type IncidentNotice,
  reportHours,
  type Suspicion,
} from "../domain/incident.ts";
import { isoText } from "../domain/instant-text.ts";
import type { Notices } from "../domain/notice.ts";
import { Days, Hours, type Instant, later, Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import { incidentDays } from "../privacy/data-map.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import type { Chain } from "../privacy/sealed-chain.ts";
import { type Affected, affectedBy } from "./affected.ts";

/** Ways to a person besides the app, which only somebody with an account opens. */
export interface Reach {
  /** Whether they sign in somewhere, and so see what is on their board. */
  signsIn(person: PersonId): boolean;
  /** Puts it where their messages go. @returns whether there is such a place */
  send(person: PersonId, title: string, text: string): boolean;
}

/** A report to the authority, with what GDPR Art. 33(3) asks for; the owner fills in what the hub cannot know, and sends it. */
export interface ReportDraft {
  readonly incident: IncidentId;
  readonly isDrill: boolean;
  readonly due: Instant;
  /** (a) */
  readonly nature: string;
  readonly categories: readonly string[];
  readonly people: number;
  readonly records: number;
  /** (b) */
  readonly contact: string;
  /** (c) */
  readonly consequences: string;
  /** (d) */
  readonly measures: string;
}

/** What an incident is made of, when it is registered. */
export interface NewIncident extends Suspicion {
  readonly isDrill?: boolean;
  /** Whom it concerns where that is known; absent: as the data map has it. */
  readonly people?: readonly PersonId[];
  readonly by?: string;
}

/** Civil time may step meanwhile, so nothing is awaited for longer than an hour. */
const atMost = Hours(1);

/**
 * The register of what went wrong: since when the hub knows, whom it concerns, until when the authority has to be told, and
 * what people were told. It can only be added to.
 */
export class IncidentService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #log: AuditedLog;
  readonly #store: GuardedStore;
  readonly #chain: Chain<"incidents">;
  readonly #notices: Notices;
  readonly #reach: Reach;
  readonly #incidents = new Map<IncidentId, Incident>();
  readonly #timers: Timer[] = [];
  #next: Timer | undefined;

  constructor(
    clock: Clock,
    entropy: Entropy,
    log: AuditedLog,
    store: GuardedStore,
    chain: Chain<"incidents">,
    notices: Notices,
    reach: Reach,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#log = log;
    this.#store = store;
    this.#chain = chain;
    this.#notices = notices;
    this.#reach = reach;
  }

  start(): void {
    for (const { at, content } of this.#chain.entries()) if (content) this.#apply(content, at);
    this.#timers.push(this.#clock.onShift(() => this.look()));
    this.look();
  }

  close(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    this.#next?.cancel();
  }

  /** Newest first. */
  list(): readonly Incident[] {
    return [...this.#incidents.values()].toReversed();
  }

  /** @throws NotFound */
  need(id: IncidentId): Incident {
    const incident = this.#incidents.get(id);
    if (incident === undefined) throw new NotFound("no such incident");
    return incident;
  }

  /** Registers an incident and tells whoever keeps the home, unless the same one is open already. */
  register({ detector, entrance, subject, count = 1, isDrill = false, people, by }: NewIncident): Incident {
    const known = this.list().find(
      (each) =>
        each.closed === undefined &&
        each.detector === detector &&
        each.subject === subject &&
        each.entrance === entrance &&
        each.isDrill === isDrill,
    );
    if (known !== undefined && !isDrill) return known;
    const id = idFrom("incident", this.#entropy.bytes(idEntropyBytes));
    this.#write({
      incident: id,
      step: "registered",
      detector,
      ...(entrance !== undefined && { entrance }),
      ...(subject !== undefined && { subject }),
      count,
      isDrill,
      people: people ?? affectedBy(detector, this.#store).people,
      ...(by !== undefined && { by }),
    });
    const { title, steps } = findings[detector];
    this.#notices.post({ class: "security", title: titled(title, isDrill), steps });
    this.#await();
    return this.need(id);
  }

  /** What would be said to the authority, as far as the hub knows. @throws NotFound */
  draft(id: IncidentId): ReportDraft {
    const incident = this.need(id);
    const { detector, isDrill, since, due, people, notice } = incident;
    const { records, categories }: Affected = affectedBy(detector, this.#store);
    const { title, likely, steps } = findings[detector];
    return {
      incident: id,
      isDrill,
      due,
      nature: `${title}. The hub has known since ${isoText(since)}.`,
      categories: people.length === 0 ? [] : categories,
      people: people.length,
      records: people.length === 0 ? 0 : records,
      contact: notice?.contact ?? "",
      consequences: likely,
      measures: notice?.measures ?? steps.join(" "),
    };
  }

  /**
   * Tells everybody whom it concerns, each where they can be reached; where somebody cannot be, everybody can read it.
   * @throws NotFound, NoticeIncomplete: nobody was told; Conflict: closed
   */
  notify(
    id: IncidentId,
    notice: IncidentNotice,
    by: string,
  ): { readonly reached: number; readonly banner: boolean } {
    const incident = this.#open(id);
    assertComplete(notice);
    const reached = incident.people.filter((person) => this.#tell(person, incident, notice));
    const banner = reached.length < incident.people.length;
    this.#write({ incident: id, step: "notified", notice, banner, by });
    return { reached: reached.length, banner };
  }

  /** For those who could not be reached; anybody may read it, and nobody is named. */
  banners(): readonly { readonly title: string; readonly notice: IncidentNotice; readonly at: Instant }[] {
    return this.list().flatMap(({ detector, isDrill, banner, notice, notified, closed }) =>
      banner && notice !== undefined && notified !== undefined && closed === undefined
        ? [{ title: titled(findings[detector].title, isDrill), notice, at: notified }]
        : [],
    );
  }

  /** The authority was told. @throws NotFound, Conflict */
  reported(id: IncidentId, by: string): Incident {
    this.#open(id);
    return this.#write({ incident: id, step: "reported", by });
  }

  /** @throws NotFound, Conflict */
  end(id: IncidentId, by: string): Incident {
    this.#open(id);
    return this.#write({ incident: id, step: "closed", by });
  }

  /** Warns of what is due by now. What a disk refuses is said an hour later. */
  look(): void {
    this.#log.attempt("incidents.not-watched", () => this.#look());
    this.#await();
  }

  #look(): void {
    const now = this.#clock.now();
    for (const incident of this.list()) {
      if (incident.closed !== undefined || incident.reported !== undefined) continue;
      for (const hoursLeft of alarmHours.slice(incident.alarms))
        if (now >= incident.due - Hours(hoursLeft)) this.#warn(incident, hoursLeft);
    }
    if (this.#clock.trust().level === "trusted") this.#forget((now - Days(incidentDays)) as Instant);
  }

  #warn({ id, isDrill }: Incident, hoursLeft: (typeof alarmHours)[number]): void {
    this.#write({ incident: id, step: "alarm", hoursLeft });
    const title =
      hoursLeft === 0
        ? "The time to report an incident is over"
        : `An incident has to be reported within ${hoursLeft} hours`;
    this.#notices.post({ class: "incident", title: titled(title, isDrill), steps: reportSteps });
  }

  #tell(person: PersonId, { detector, isDrill }: Incident, notice: IncidentNotice): boolean {
    const title = titled(findings[detector].title, isDrill);
    const parts = [notice.situation, notice.measures, notice.suggestions, notice.remedies, notice.contact];
    const isSent = this.#reach.send(person, title, parts.join("\n\n"));
    if (!this.#reach.signsIn(person)) return isSent;
    return this.#notices.post({ class: "incident", to: person, title, steps: parts }) !== undefined || isSent;
  }

  #open(id: IncidentId): Incident {
    const incident = this.need(id);
    if (incident.closed !== undefined) throw new Conflict("this incident is closed");
    return incident;
  }

  #write(entry: IncidentEntry): Incident {
    const at = this.#clock.now();
    this.#chain.append({ at, content: entry });
    this.#apply(entry, at);
    return this.need(entry.incident);
  }

  #apply(entry: IncidentEntry, at: Instant): void {
    const known = this.#incidents.get(entry.incident);
    const after = known === undefined ? begun(entry, at) : moved(known, entry, at);
    if (after !== undefined) this.#incidents.set(after.id, after);
  }

  #forget(before: Instant): void {
    this.#chain.prune((at) => at < before);
    for (const { id, since, closed } of this.list())
      if (closed !== undefined && since < before) this.#incidents.delete(id);
  }

  #await(): void {
    this.#next?.cancel();
    const left = this.list()
      .filter(({ closed, reported }) => closed === undefined && reported === undefined)
      .flatMap(({ due, alarms }) => alarmHours.slice(alarms).map((hours) => due - Hours(hours)))
      .map((at) => at - this.#clock.now())
      .filter((ms) => ms > 0);
    this.#next = this.#clock.after(Millis(Math.min(atMost, ...left)), () => this.look());
  }
}

const reportSteps = [
  "Open Privacy, then Incidents, and read the draft of the report.",
  "Send it to the authority of your country, and say here that you did; or close the incident if nobody is at risk.",
];

const titled = (title: string, isDrill: boolean): string => (isDrill ? `Drill: ${title}` : title);

const begun = (
  { incident, step, detector, entrance, subject, isDrill = false, count = 1, people = [] }: IncidentEntry,
  at: Instant,
): Incident | undefined =>
  step !== "registered" || detector === undefined
    ? undefined
    : {
        id: incident,
        detector,
        ...(entrance !== undefined && { entrance }),
        ...(subject !== undefined && { subject }),
        isDrill,
        since: at,
        due: later(at, Hours(reportHours)),
        count,
        people,
        alarms: 0,
        banner: false,
      };

const moved = (known: Incident, { step, notice, banner = false }: IncidentEntry, at: Instant): Incident => {
  switch (step) {
    case "registered":
      return known;
    case "alarm":
      return { ...known, alarms: known.alarms + 1 };
    case "reported":
      return { ...known, reported: at };
    case "notified":
      return { ...known, notified: at, ...(notice !== undefined && { notice }), banner };
    case "closed":
      return { ...known, closed: at };
  }
};
