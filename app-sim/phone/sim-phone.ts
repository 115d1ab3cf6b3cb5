import type { PhoneId } from "../../hub/domain/ids.ts";
import type { Position } from "../../hub/domain/place.ts";
import type { PhoneWord } from "../../hub/domain/presence-token.ts";
import { type Duration, type Instant, Millis, Minutes, Seconds } from "../../hub/domain/units.ts";
import type { HubCaller } from "../client/hub-client.ts";
import { HubProblem, HubUnreachable } from "../client/hub-problem.ts";
import { Geofence } from "./geofence.ts";
import type { Movement } from "./movement.ts";
import type { PhoneIdentity, PhoneKey } from "./presence-token.ts";

/** What a phone takes of a clock. */
export interface PhoneClock {
  now(): Instant;
  after(delay: Duration, call: () => void): { cancel(): void };
}

/** What its owner set, and what became of it. */
export interface PhoneState {
  readonly mayLocate: boolean;
  readonly mayUseWifi: boolean;
  readonly mayUseBluetooth: boolean;
  readonly mayNotify: boolean;
  readonly isInFlightMode: boolean;
  /** 0..100; at 0 it is off. */
  readonly battery: number;
}

interface Waiting {
  readonly word: PhoneWord;
  readonly eta?: Duration;
  /** Of `agreed`. */
  readonly version?: number;
  /** Of `approaching`: when it is no longer true. */
  readonly until?: Instant;
}

/** How often it looks where it is, while it moves. */
const lookEvery = Seconds(15);
/** How often it says again that it is home. */
const sayAgainEvery = Minutes(45);
const retryAfter = Seconds(30);
/** How often an app in the background may ask for messages. */
const fetchEvery = Minutes(15);
/** Metres from the home at which its radios still reach. */
const radioReach = 50;
/** Minutes from home at which it says so; each once on a way home. */
const steps = [30, 20, 15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];

/**
 * A phone with a geofence. It decides by itself whether its owner came or left, signs that, and says it to the hub by the
 * hub's API. Where home is it was told by its owner, and where it is it tells nobody.
 */
export class SimPhone {
  readonly #clock: PhoneClock;
  readonly #hub: HubCaller;
  readonly #key: PhoneKey;
  readonly #identity: PhoneIdentity;
  readonly #fence: Geofence;
  #movement: Movement;
  #state: PhoneState = {
    mayLocate: true,
    mayUseWifi: true,
    mayUseBluetooth: true,
    mayNotify: true,
    isInFlightMode: false,
    battery: 100,
  };
  #counter = 0;
  /** What is still to be said, oldest first. It is signed when it leaves, so nothing in here grows old. */
  #queue: Waiting[] = [];
  #isSending = false;
  #lastDistance: { readonly metres: number; readonly at: Instant } | undefined;
  #nextStep = 0;
  #look: { cancel(): void } | undefined;
  #again: { cancel(): void } | undefined;
  #retry: { cancel(): void } | undefined;
  #lastRefusal: string | undefined;
  /** By which its owner has signed in on it. */
  #account: HubCaller | undefined;
  #fetch: { cancel(): void } | undefined;
  #messages: readonly string[] = [];

  /** @param home told by its owner, on the phone */
  constructor(
    clock: PhoneClock,
    hub: HubCaller,
    key: PhoneKey,
    identity: PhoneIdentity,
    home: Position,
    movement: Movement,
  ) {
    this.#clock = clock;
    this.#hub = hub;
    this.#key = key;
    this.#identity = identity;
    this.#fence = new Geofence(home);
    this.#movement = movement;
  }

  start(): void {
    this.#lookNow();
  }

  close(): void {
    for (const timer of [this.#look, this.#again, this.#retry, this.#fetch]) timer?.cancel();
    this.#queue = [];
  }

  /** As the hub calls it. */
  get id(): PhoneId {
    return this.#identity.phone;
  }

  get state(): PhoneState {
    return this.#state;
  }

  /** Metres from home, whole. */
  get distance(): number {
    return Math.round(this.#fence.distance(this.#movement.at(this.#clock.now())));
  }

  get isHome(): boolean | undefined {
    return this.#fence.isInside;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Whether the home's network shows it. */
  get isOnWifi(): boolean {
    return this.#state.mayUseWifi && this.#isInReach;
  }

  /** Whether it sends its beacon where the home hears it. */
  get isBeaconing(): boolean {
    return this.#state.mayUseBluetooth && this.#isInReach;
  }

  get isSignedIn(): boolean {
    return this.#account !== undefined;
  }

  /** Titles of the unread messages that it shows. */
  get messages(): readonly string[] {
    return this.#messages;
  }

  /** Code of the newest refusal. */
  get lastRefusal(): string | undefined {
    return this.#lastRefusal;
  }

  /** Its owner has read what the hub wants to keep of them, and lets it. @param version of what they were shown */
  agree(version: number): void {
    this.#say({ word: "agreed", version });
  }

  /** Its owner lets the hub keep nothing of their coming and going any more. */
  disagree(): void {
    this.#say({ word: "disagreed" });
  }

  /** Its owner has signed in on it: from now on it asks for their messages. @param account carries their credential */
  signedIn(account: HubCaller): void {
    this.#account = account;
    this.#fetchLater();
    void this.#fetchMessages();
  }

  /** Its owner goes elsewhere. */
  carry(movement: Movement): void {
    this.#movement = movement;
    this.#lookNow();
  }

  change(change: Partial<PhoneState>): void {
    const before = this.#state;
    this.#state = { ...before, ...change };
    if (before.mayLocate && !this.#state.mayLocate) this.#say({ word: "refused" });
    // It has not looked meanwhile, and so says anew where it is.
    if (!(before.mayLocate && before.battery > 0)) this.#fence.forget();
    this.#lookNow();
    void this.#send();
    if (!this.#state.mayNotify) this.#messages = [];
    else if (!before.mayNotify) void this.#fetchMessages();
  }

  get #isOn(): boolean {
    return this.#state.battery > 0;
  }

  get #isInReach(): boolean {
    return this.#isOn && !this.#state.isInFlightMode && this.distance <= radioReach;
  }

  #fetchLater(): void {
    this.#fetch?.cancel();
    this.#fetch = this.#clock.after(fetchEvery, () => {
      this.#fetchLater();
      void this.#fetchMessages();
    });
  }

  async #fetchMessages(): Promise<void> {
    if (this.#account === undefined || !this.#mayFetch) return;
    try {
      const { data } = await this.#account.call("listMessages");
      // Its owner may have said no meanwhile.
      if (this.#mayFetch) this.#messages = data.filter(({ read }) => !read).map(({ title }) => title);
    } catch (error) {
      // Asked again soon; what it shows stays until then.
      if (!(error instanceof HubUnreachable || error instanceof HubProblem)) throw error;
    }
  }

  get #mayFetch(): boolean {
    return this.#isOn && this.#state.mayNotify && !this.#state.isInFlightMode;
  }

  #lookNow(): void {
    this.#look?.cancel();
    if (!this.#isOn || !this.#state.mayLocate) return;
    const now = this.#clock.now();
    const at = this.#movement.at(now);
    if (this.#fence.look(at)) this.#crossed();
    else if (this.#fence.isInside === false) this.#expect(now, this.#fence.distance(at));
    const move = this.#movement.nextMove(now);
    if (move === undefined) return;
    const wait = Math.max(lookEvery, move - now);
    this.#look = this.#clock.after(Millis(wait), () => this.#lookNow());
  }

  #crossed(): void {
    this.#nextStep = 0;
    this.#lastDistance = undefined;
    this.#sayWhere();
  }

  #sayWhere(): void {
    this.#again?.cancel();
    const { isInside } = this.#fence;
    if (isInside === undefined || !this.#state.mayLocate || !this.#isOn) return;
    this.#say({ word: isInside ? "entered" : "left" });
    if (isInside) this.#again = this.#clock.after(sayAgainEvery, () => this.#sayWhere());
  }

  /** How long the way home takes at the pace of the last look. */
  #expect(now: Instant, metres: number): void {
    const before = this.#lastDistance;
    this.#lastDistance = { metres, at: now };
    if (before === undefined || metres >= before.metres) {
      if (before !== undefined && metres > before.metres) this.#nextStep = 0;
      return;
    }
    const etaMs = (metres * (now - before.at)) / (before.metres - metres);
    const reached = steps.findLastIndex((minutes) => etaMs <= Minutes(minutes)) + 1;
    if (reached <= this.#nextStep) return;
    this.#nextStep = reached;
    const eta = Millis(etaMs);
    this.#say({ word: "approaching", eta, until: (now + etaMs) as Instant });
  }

  #say(waiting: Waiting): void {
    this.#queue = [...this.#queue.filter((other) => !isOvertaken(other, waiting)), waiting];
    void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#isSending || this.#state.isInFlightMode || !this.#isOn) return;
    this.#isSending = true;
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      if (await this.#tell(next)) continue;
      if (!this.#queue.some((newer) => isOvertaken(next, newer))) this.#queue.unshift(next);
      this.#retry?.cancel();
      this.#retry = this.#clock.after(retryAfter, () => void this.#send());
      break;
    }
    this.#isSending = false;
  }

  #take(): Waiting | undefined {
    const now = this.#clock.now();
    if (this.#state.isInFlightMode || !this.#isOn) return undefined;
    this.#queue = this.#queue.filter(({ until }) => until === undefined || now < until);
    return this.#queue.shift();
  }

  /** @returns whether the hub has heard it, whatever it said to that */
  async #tell({ word, eta, version }: Waiting): Promise<boolean> {
    const counter = ++this.#counter;
    const issuedAt = this.#clock.now();
    const detail = {
      ...(eta === undefined ? {} : { eta }),
      ...(version === undefined ? {} : { version }),
    };
    const said = { word, counter, issuedAt, ...detail };
    try {
      await this.#hub.call("hearPhone", { bytes: this.#key.sign(this.#identity, said) });
      this.#lastRefusal = undefined;
      return true;
    } catch (error) {
      if (error instanceof HubUnreachable) return false;
      if (!(error instanceof HubProblem)) throw error;
      this.#lastRefusal = error.code;
      return error.status < 500;
    }
  }
}

/** Who came and went meanwhile is where they are now: older words on it would only confuse. */
const isOvertaken = (older: Waiting, newer: Waiting): boolean => {
  if (isDecision(older) || isDecision(newer)) return isDecision(older) && isDecision(newer);
  return newer.word !== "approaching" || older.word === "approaching";
};

/** Says what may be kept of its owner, and not where they are. */
const isDecision = ({ word }: Waiting): boolean => word === "agreed" || word === "disagreed";
