import type { Notices } from "../domain/notice.ts";
import { alarmDays, isOpen, type StoredRequest } from "../domain/request.ts";
import { Days, Hours, type Instant, Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import { requestDays } from "../privacy/data-map.ts";
import type { RequestBook } from "./request-book.ts";
import { appealDays, formDays } from "./request-service.ts";

/** Civil time may step meanwhile, so nothing is awaited for longer than an hour. */
const atMost = Hours(1);

/** Warns before an answer is late, closes what nobody appeals against, and forgets what was written in it. */
export class RequestWatch {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #book: RequestBook;
  readonly #notices: Notices;
  readonly #timers: Timer[] = [];
  #next: Timer | undefined;

  constructor(clock: Clock, log: AuditedLog, book: RequestBook, notices: Notices) {
    this.#clock = clock;
    this.#log = log;
    this.#book = book;
    this.#notices = notices;
  }

  start(): void {
    this.#timers.push(this.#clock.onShift(() => this.look()));
    this.look();
  }

  close(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    this.#next?.cancel();
  }

  /** Does what is due by now. A clock that nobody vouches for forgets nothing. What a disk refuses is done an hour later. */
  look(): void {
    this.#log.attempt("requests.not-watched", () => this.#look());
    this.#await();
  }

  #look(): void {
    const now = this.#clock.now();
    for (const request of this.#book.all()) {
      if (isOpen(request.state)) this.#warn(request, now);
      else if (this.#clock.trust().level === "trusted") this.#age(request, now);
    }
    if (this.#clock.trust().level === "trusted") this.#book.prune((now - Days(requestDays)) as Instant);
  }

  #warn(request: StoredRequest, now: Instant): void {
    let { alarms } = request;
    for (const days of alarmDays.slice(alarms)) {
      if (now < request.due - Days(days)) break;
      alarms++;
      this.#book.keep({ ...request, alarms }, { step: "alarm", daysLeft: days }, now);
      this.#notices.post({ class: "request", title: titles[days], steps });
    }
  }

  #age(request: StoredRequest, now: Instant): void {
    const { decided = now, closed } = request;
    if (closed === undefined) {
      if (now < decided + Days(appealDays)) return;
      this.#book.keep({ ...request, state: "closed", closed: now }, { step: "closed" }, now);
      return;
    }
    if (now >= closed + Days(formDays)) this.#book.eraseForm(request, now);
    if (now >= closed + Days(requestDays)) this.#book.remove(request);
  }

  #await(): void {
    this.#next?.cancel();
    const now = this.#clock.now();
    const due = this.#book
      .all()
      .flatMap((request) => alarmDays.slice(request.alarms).map((days) => request.due - Days(days)));
    const left = due.map((at) => at - now).filter((ms) => ms > 0);
    this.#next = this.#clock.after(Millis(Math.min(atMost, ...left)), () => this.look());
  }
}

const titles: Readonly<Record<(typeof alarmDays)[number], string>> = {
  7: "A request has to be answered within a week",
  1: "A request has to be answered by tomorrow",
  0: "The answer to a request is late",
};

const steps = ["Open Privacy, then Requests.", "Answer it, or extend it and say why."];
