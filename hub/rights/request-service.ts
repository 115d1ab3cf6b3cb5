import { sha256 } from "../crypto/digest.ts";
import { TooManyAttempts } from "../domain/account.ts";
import type { ZoneName } from "../domain/civil.ts";
import { deadlineOf } from "../domain/deadline.ts";
import { Conflict, InvalidInput, NotFound } from "../domain/errors.ts";
import { idEntropyBytes, idFrom, type PersonId, type RequestId } from "../domain/ids.ts";
import type { Jurisdiction } from "../domain/jurisdiction.ts";
import type { Purpose } from "../domain/purpose.ts";
import {
  type AgentEvidence,
  AgentUnproven,
  assertMayFollow,
  type DeclineCode,
  type ExtensionReason,
  type IdentityLevel,
  IdentityNeeded,
  isEnough,
  isOpen,
  NoExtension,
  neededIdentity,
  ReasonNeeded,
  type RequestForm,
  type RequestKind,
  type RequestOutcome,
  RequestReplayed,
  SameDecider,
  SecretInText,
  type StoredRequest,
  WrongState,
} from "../domain/request.ts";
import { secretsIn } from "../domain/secret-text.ts";
import { Days, Hours, type Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { ButtonProof } from "./button-proof.ts";
import type { RequestBook } from "./request-book.ts";
import type { RightsActs } from "./rights-acts.ts";

/** How long after a decision somebody may appeal; then the request is closed. */
export const appealDays = 30;
/** How long what was written stays after that. */
export const formDays = 30;
/** As many as one person, or everybody from outside together, may have open. */
const mostOpen = 50;
/** The second copy is as free as the first; a seventh within the hour has to wait. */
const copiesPerHour = 6;

/** Where the home is, as far as deadlines go. */
export interface HomeLaw {
  zone(): ZoneName;
  jurisdiction(): Jurisdiction;
}

/** What somebody asks for. */
export interface NewRequest {
  readonly kind: RequestKind;
  readonly form: RequestForm;
  readonly purpose?: Purpose | undefined;
  /** Of an agent: whom it is about, and by what they show that they may ask. */
  readonly subject?: PersonId | undefined;
  readonly evidence?: AgentEvidence | undefined;
}

/** What the keeper of the home answers. */
export interface Decision {
  readonly outcome: RequestOutcome;
  /** Of anything less than all that was asked for. */
  readonly code?: DeclineCode | undefined;
}

/** Who decides: whoever refuses is a person who signed in, so that somebody else can judge it. */
export interface Decider {
  readonly id: string;
  readonly person?: PersonId;
}

/** What the service stands on, from the same room and beside it. */
export interface RequestParts {
  readonly book: RequestBook;
  readonly button: ButtonProof;
  readonly acts: RightsActs;
  readonly law: HomeLaw;
  /** Whether somebody is of this home. */
  readonly knows: (person: PersonId) => boolean;
}

/**
 * What people ask of the home, from the first word to the last: who asks, until when they are owed an answer, what it was
 * and why, and who else judges it. It costs nothing, and nobody but who asked and who keeps the home ever reads it.
 */
export class RequestService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #parts: RequestParts;
  readonly #copies = new Map<RequestId, Instant[]>();
  /** Those whose answer is being carried out: nobody gives another one meanwhile. */
  readonly #deciding = new Set<RequestId>();

  constructor(clock: Clock, entropy: Entropy, parts: RequestParts) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#parts = parts;
  }

  list(): readonly StoredRequest[] {
    return this.#parts.book.all().toSorted((a, b) => a.received - b.received);
  }

  /** Theirs, and those they have asked for others. */
  of(person: PersonId): readonly StoredRequest[] {
    return this.list().filter((request) => request.person === person || request.agent === person);
  }

  /** Somebody else's is as unknown as none. @throws NotFound */
  own(id: RequestId, person: PersonId): StoredRequest {
    const request = this.#parts.book.get(id);
    if (request?.person !== person && request?.agent !== person) throw new NotFound("no such request");
    return request;
  }

  /**
   * @param person who has signed in to ask
   * @throws SecretInText, RequestReplayed, AgentUnproven, TooManyAttempts, InvalidInput, NotFound: nothing is kept
   */
  receive(wanted: NewRequest, person: PersonId): StoredRequest {
    const { kind, form } = wanted;
    if (kind === "appeal")
      throw new InvalidInput("appeal against the decision it is about", { path: "kind" });
    assertNoSecrets(form);
    this.#assertComplete(wanted, person);
    const subject = wanted.subject ?? person;
    this.#assertFresh(kind, form, subject);
    const isAgent = subject !== person;
    const request = this.#made(kind, form, {
      person: subject,
      ...(wanted.purpose !== undefined && { purpose: wanted.purpose }),
      ...(isAgent && { agent: person, isConfirmed: false }),
      ...(isAgent && wanted.evidence !== undefined && { evidence: wanted.evidence }),
    });
    this.#parts.book.add(request, form, person);
    return isAgent ? request : this.#known(request, "session", person);
  }

  /**
   * A message from outside, known by its subject line. Nobody is sold anything here, so that saying it is the whole of it.
   * @param message what tells it from others; the same one again is the same request
   * @returns undefined: it is none of these
   */
  intake(subject: string, message: string): StoredRequest | undefined {
    const jurisdiction = optOuts.get(subject.trim().toLowerCase());
    if (jurisdiction === undefined) return undefined;
    const digest = sha256(Buffer.from(message)).toString("hex");
    const known = this.list().find((request) => request.message === digest);
    if (known !== undefined) throw new RequestReplayed("this message was taken already", { id: known.id });
    const form: RequestForm = { name: "", relationship: "self", request: subject.trim() };
    this.#assertRoom(undefined);
    const request = this.#made("opt-out", form, { message: digest }, jurisdiction);
    this.#parts.book.add(request, form, undefined);
    return this.#decided(request, { outcome: "granted" }, "house");
  }

  /**
   * Who asked shows who they are; of an agent's request that is the person it is about, whose yes it is.
   * @param shown what they have shown to the door
   * @throws NotFound; IdentityNeeded: more has to be shown, at the button where that is what it takes; Conflict: another waits there
   */
  identify(id: RequestId, person: PersonId, shown: IdentityLevel): StoredRequest {
    const request = this.own(id, person);
    if (request.person !== person) throw new NotFound("no such request");
    const level = this.#parts.button.take(id) ? "button" : shown;
    if (!isOpen(request.state)) throw new WrongState("this request has its answer", { kind: request.state });
    if (isEnough(level, request.kind)) {
      this.#parts.button.free(id);
      return this.#known(request, level, person);
    }
    if (!this.#parts.button.await(id))
      throw new Conflict("another request waits for the button; try again in two minutes");
    throw new IdentityNeeded(asks[neededIdentity[request.kind]], { kind: neededIdentity[request.kind] });
  }

  /** More is found out. The clock runs on. @throws NotFound, WrongState */
  investigate(id: RequestId, by: Decider): StoredRequest {
    const request = this.#parts.book.need(id);
    assertMayFollow(request.state, "investigating");
    return this.#keep({ ...request, state: "investigating" }, { by: by.id });
  }

  /** Takes longer, for a reason, once, and before it is late. @throws NotFound, WrongState, NoExtension */
  extend(id: RequestId, reason: ExtensionReason, by: Decider): StoredRequest {
    const request = this.#parts.book.need(id);
    assertMayFollow(request.state, "extended");
    if (request.extended !== undefined || this.#clock.now() >= request.due)
      throw new NoExtension("it was extended already, or is late: answer it");
    const { at, law, lastDay } = deadlineOf({
      ...request,
      zone: this.#parts.law.zone(),
      isExtended: true,
    });
    if (at <= request.due) throw new NoExtension("the law that is due first knows no extension");
    const extended = {
      ...request,
      state: "extended",
      extended: reason,
      due: at,
      law,
      lastDay,
      alarms: 0,
    } as const;
    return this.#keep(extended, { reason, by: by.id });
  }

  /**
   * Answers a request, and does what was granted before that is written down.
   * @throws NotFound, WrongState; ReasonNeeded; IdentityNeeded, AgentUnproven: nothing is released; SameDecider; whatever
   *   the right's own service throws
   */
  async decide(id: RequestId, decision: Decision, by: Decider): Promise<StoredRequest> {
    const request = this.#parts.book.need(id);
    assertMayFollow(request.state, decision.outcome);
    assertReason(decision);
    if (decision.outcome !== "granted" && by.person === undefined)
      throw new IdentityNeeded(
        "whoever refuses signs in as a person: else nobody could tell who judges an appeal",
        {
          kind: "session",
        },
      );
    const against = request.against === undefined ? undefined : this.#parts.book.need(request.against);
    if (against !== undefined) assertOther(against, by);
    if (this.#deciding.has(id)) throw new Conflict("this request is being answered just now");
    this.#deciding.add(id);
    try {
      if (decision.outcome !== "declined") await this.#release(against ?? request);
    } finally {
      this.#deciding.delete(id);
    }
    if (against !== undefined) this.#settle(against, decision, deciderOf(by));
    return this.#decided(request, decision, deciderOf(by));
  }

  /** Replies to a decision: it is judged once more, by somebody else. @throws NotFound, WrongState, SecretInText */
  appeal(id: RequestId, form: RequestForm, person: PersonId): StoredRequest {
    const request = this.own(id, person);
    assertMayFollow(request.state, "appealed");
    assertNoSecrets(form);
    this.#keep({ ...request, state: "appealed" }, { by: person });
    const { person: subject, agent } = request;
    const appeal = this.#made("appeal", form, {
      ...(subject !== undefined && { person: subject }),
      ...(agent !== undefined && { agent, isConfirmed: request.isConfirmed === true }),
      against: id,
    });
    this.#parts.book.add(appeal, form, person);
    return this.#known(appeal, "session", person);
  }

  /**
   * What was asked for, as often as somebody wants it, and always for nothing.
   * @throws NotFound; WrongState: it was not granted; TooManyAttempts: not so often
   */
  async copy(id: RequestId, person: PersonId): Promise<Uint8Array> {
    const request = this.own(id, person);
    const subject = request.person;
    if (subject === undefined || !isCopy(request.kind) || !isGranted(request))
      throw new WrongState("there is nothing to fetch for this request", { kind: request.state });
    this.#countCopy(id);
    this.#parts.book.record(request, { step: "copied", by: person }, this.#clock.now());
    return await this.#parts.acts.export(subject);
  }

  /** Nothing more is to be said. @throws NotFound, WrongState */
  close(id: RequestId, by: string): StoredRequest {
    const request = this.#parts.book.need(id);
    assertMayFollow(request.state, "closed");
    return this.#keep({ ...request, state: "closed", closed: this.#clock.now() }, { by });
  }

  /** Help and opinions are theirs who gave them: they go when they say so, and leave no more than that they went. @throws NotFound, WrongState */
  remove(id: RequestId, person: PersonId): void {
    const request = this.own(id, person);
    if (request.kind !== "support" && request.kind !== "feedback")
      throw new WrongState("what was asked by right is kept until its time is over", { kind: request.state });
    this.#parts.book.record(request, { step: "deleted", by: person }, this.#clock.now());
    this.#parts.book.remove(request);
  }

  /** By whom somebody is, as far as a request has it. */
  #known(request: StoredRequest, level: IdentityLevel, by: PersonId): StoredRequest {
    if (!isEnough(level, request.kind)) return this.#keep({ ...request, state: "identity-check" }, { by });
    // An agent's own word, as in an appeal, is not the yes of whom it is about.
    const isYes = request.agent !== undefined && by === request.person;
    const confirmed = isYes ? { isConfirmed: true } : {};
    const step = isYes ? "confirmed" : "identified";
    const known = { ...request, identity: level, ...confirmed };
    this.#parts.book.keep(known, { step, identity: level, by }, this.#clock.now());
    return known.state === "identity-check"
      ? this.#keep({ ...known, state: "investigating" }, { by })
      : known;
  }

  #assertComplete({ kind, form, purpose, subject, evidence }: NewRequest, person: PersonId): void {
    if ((kind === "object") !== (purpose !== undefined))
      throw new InvalidInput("an objection, and nothing else, names a purpose", { path: "purpose" });
    const isAgent = subject !== undefined && subject !== person;
    if (!isAgent && form.relationship !== "agent") return;
    if (!isAgent || form.relationship !== "agent")
      throw new InvalidInput("an agent says whom they ask for", { path: "subject" });
    if (!this.#parts.knows(subject)) throw new NotFound("no such person");
    if (evidence === undefined)
      throw new AgentUnproven("a power of attorney or a signed letter is needed", { kind: "evidence" });
  }

  #assertFresh(kind: RequestKind, form: RequestForm, subject: PersonId): void {
    this.#assertRoom(subject);
    const isSame = (request: StoredRequest): boolean =>
      request.kind === kind &&
      request.person === subject &&
      isOpen(request.state) &&
      this.#parts.book.formOf(request)?.request === form.request;
    const known = this.list().find(isSame);
    if (known !== undefined) throw new RequestReplayed("this was asked already and waits", { id: known.id });
  }

  #assertRoom(subject: PersonId | undefined): void {
    const open = this.list().filter(({ state, person, decided }) =>
      subject === undefined
        ? person === undefined && (decided ?? 0) > this.#clock.now() - Days(1)
        : person === subject && isOpen(state),
    );
    if (open.length >= mostOpen) throw tooMany(Hours(24) / 1_000);
  }

  #made(
    kind: RequestKind,
    form: RequestForm,
    more: Partial<StoredRequest>,
    jurisdiction = this.#parts.law.jurisdiction(),
  ): StoredRequest {
    const asked = {
      kind,
      received: this.#clock.now(),
      jurisdiction,
      isOfDeveloper: form.relationship === "developer",
    };
    const { at, law, lastDay } = deadlineOf({
      ...asked,
      zone: this.#parts.law.zone(),
      isExtended: false,
    });
    const id = idFrom("request", this.#entropy.bytes(idEntropyBytes));
    return { id, state: "received", ...asked, due: at, law, lastDay, alarms: 0, ...more };
  }

  /** What somebody is owed is done. @throws IdentityNeeded, AgentUnproven */
  async #release(request: StoredRequest): Promise<void> {
    const { kind, person, purpose } = request;
    if (person === undefined) return;
    if (request.agent !== undefined && request.isConfirmed !== true)
      throw new AgentUnproven("the person it is about has not agreed", { kind: "confirmation" });
    if (request.identity === undefined || !isEnough(request.identity, kind))
      throw new IdentityNeeded(asks[neededIdentity[kind]], { kind: neededIdentity[kind] });
    const { acts } = this.#parts;
    if (kind === "erase") await acts.erase(person);
    if (kind === "restrict") await acts.restrict(person);
    if (kind === "object" && purpose !== undefined) await acts.object(person, purpose);
  }

  /** An appeal ends what it is about, as it was or the other way. */
  #settle(against: StoredRequest, decision: Decision, by: string): void {
    if (decision.outcome === "declined") this.#keepDecided(against, against, against.decider ?? by);
    else this.#decided(against, decision, by);
  }

  #keepDecided(request: StoredRequest, { outcome = "declined" }: StoredRequest, by: string): void {
    this.#keep({ ...request, state: outcome, decided: this.#clock.now() }, { by });
  }

  #decided(request: StoredRequest, { outcome, code }: Decision, by: string): StoredRequest {
    const { declined: _, ...before } = request;
    return this.#keep(
      {
        ...before,
        state: outcome,
        outcome,
        ...(code !== undefined && { declined: code }),
        decider: by,
        decided: this.#clock.now(),
      },
      { by, ...(code !== undefined && { reason: code }) },
    );
  }

  #keep(
    request: StoredRequest,
    more: { readonly by?: string; readonly reason?: ExtensionReason | DeclineCode },
  ): StoredRequest {
    this.#parts.book.keep(request, { step: request.state, ...more }, this.#clock.now());
    return request;
  }

  #countCopy(id: RequestId): void {
    const hourAgo = this.#clock.now() - Hours(1);
    const recent = (this.#copies.get(id) ?? []).filter((at) => at > hourAgo);
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= copiesPerHour)
      throw tooMany(Math.ceil((oldest - hourAgo) / 1_000));
    this.#copies.set(id, [...recent, this.#clock.now()]);
  }
}

/** As people write them into the subject of a message, whose law it is. */
const optOuts: ReadonlyMap<string, Jurisdiction> = new Map([
  ["california opt-out", "US-CA"],
  ["nevada sale opt-out", "US-NV"],
]);

const asks: Readonly<Record<IdentityLevel, string>> = {
  session: "sign in as the person this is about",
  "second-factor": "show a code of your authenticator, or press the hub's button and ask again",
  button: "press the hub's button, and ask again within two minutes",
};

const isCopy = (kind: RequestKind): boolean => ["access", "copy", "portability"].includes(kind);

const isGranted = ({ outcome, closed }: StoredRequest): boolean =>
  (outcome === "granted" || outcome === "partly-granted") && closed === undefined;

const deciderOf = ({ id, person }: Decider): string => person ?? id;

/** @throws ReasonNeeded */
const assertReason = ({ outcome, code }: Decision): void => {
  if ((outcome === "granted") !== (code === undefined))
    throw new ReasonNeeded(
      "whatever is not granted in full has a reason: identity, not-found, not-eligible or excessive",
    );
};

/** @throws SameDecider */
const assertOther = ({ decider, person, agent }: StoredRequest, by: Decider): void => {
  if (by.person === undefined || [decider, person, agent].includes(by.person))
    throw new SameDecider(
      "an appeal is judged by a person who did not decide before; give somebody else the role",
    );
};

/** @throws SecretInText */
const assertNoSecrets = (form: RequestForm): void => {
  for (const path of ["name", "contact", "request"] as const) {
    const [kind] = secretsIn(form[path] ?? "");
    if (kind !== undefined)
      throw new SecretInText("this looks like a secret: take it out, nobody needs it to help you", {
        kind,
        path,
      });
  }
};

const tooMany = (seconds: number): TooManyAttempts =>
  new TooManyAttempts("too many at once; try again later", { seconds });
