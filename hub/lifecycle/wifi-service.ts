import { packWifiCredentials, readWifiCredentials } from "../codec/wifi-credentials.ts";
import type { EventBus } from "../domain/event.ts";
import { Hours, type Instant, Minutes, type Monotonic } from "../domain/units.ts";
import {
  assertWifiCredentials,
  type JoinOutcome,
  type WifiCredentials,
  type WifiLink,
  WifiNotSet,
  wipeWifi,
} from "../domain/wifi.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { WifiRadio } from "../ports/wifi.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { SecretSlot } from "../privacy/secret-slot.ts";

/** Everything anybody is told. */
export interface WifiStatus {
  readonly isSet: boolean;
  readonly link: WifiLink;
  /** Since when the link has been so, as far as it was looked at. */
  readonly since: Instant;
  /** What became of the newest attempt since the start. */
  readonly outcome?: JoinOutcome;
}

/** How long a lost link stays lost at the most, when the network is there again. */
const lookEvery = Minutes(1);
/** What repetition hardly makes better; but a weak signal, too, is called a wrong password. */
const hopeless: readonly (JoinOutcome | undefined)[] = ["wrong-password", "not-supported"];
const hopeEvery = Hours(1);

/**
 * Name and password of the home's network: taken, used to join, handed to the purpose of provisioning, and forgotten.
 * There is no way to read them back.
 */
export class WifiService {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #bus: EventBus;
  readonly #slot: SecretSlot;
  readonly #radio: WifiRadio;
  /** One thing at a time is asked of the radio. */
  #turn: Promise<unknown> = Promise.resolve();
  #looking: Timer | undefined;
  #seen: { readonly link: WifiLink; readonly since: Instant } | undefined;
  #outcome: JoinOutcome | undefined;
  #triedAt: Monotonic | undefined;
  #isClosed = false;

  constructor(clock: Clock, log: AuditedLog, bus: EventBus, slot: SecretSlot, radio: WifiRadio) {
    this.#clock = clock;
    this.#log = log;
    this.#bus = bus;
    this.#slot = slot;
    this.#radio = radio;
  }

  /** Joins with what was set before, unless the link stands; the start does not wait for it. */
  start(): void {
    this.#looking = this.#clock.every(lookEvery, () => void this.#comeBack());
    void this.#comeBack();
  }

  /** A link that stands is left standing. */
  close(): void {
    this.#isClosed = true;
    this.#looking?.cancel();
  }

  async status(): Promise<WifiStatus> {
    const { link, since } = this.#notice(await this.#radio.link());
    const outcome = this.#outcome === undefined ? {} : { outcome: this.#outcome };
    return { isSet: this.#slot.isSet(), link, since, ...outcome };
  }

  /**
   * Keeps them, on the disk when this returns, and begins to join; what was set before is overwritten.
   * @param credentials stay the caller's, who wipes them
   * @throws InvalidSsid, InvalidWifiPassword, StoreFailed
   */
  set(credentials: WifiCredentials): void {
    assertWifiCredentials(credentials);
    this.#keep(credentials);
    this.#outcome = undefined;
    void this.#join();
  }

  /**
   * Joins a network and keeps it only when that went well; else goes back to the one that was set.
   * @param credentials are read before this returns for the first time; stay the caller's, who wipes them
   * @throws InvalidSsid, InvalidWifiPassword; StoreFailed: it could be joined, and is not kept
   */
  async tryOut(credentials: WifiCredentials): Promise<JoinOutcome> {
    assertWifiCredentials(credentials);
    const own = copied(credentials);
    let isKept = false;
    try {
      const outcome = await this.#inTurn(() => this.#radio.join(own));
      if (outcome !== "joined") return outcome;
      this.#keep(own);
      isKept = true;
      return this.#tell(outcome);
    } finally {
      wipeWifi(own);
      if (!isKept) void this.#goBack();
    }
  }

  /** Joins anew and says what came of it. @throws WifiNotSet */
  async test(): Promise<JoinOutcome> {
    const outcome = this.#slot.isSet() ? await this.#join() : undefined;
    if (outcome === undefined) throw new WifiNotSet("no network is set");
    return outcome;
  }

  /** Destroys the key of the credentials, then leaves the network. None set is fine. @throws StoreFailed */
  forget(): Promise<void> {
    const wasSet = this.#slot.isSet();
    this.#slot.destroy();
    if (wasSet) this.#changed("removed");
    return this.#inTurn(async () => {
      await this.#radio.leave();
      this.#outcome = undefined;
    });
  }

  /**
   * For the purpose of provisioning. Undefined: no network is set.
   * @param use keeps nothing of what it is shown, which is wiped when it returns
   */
  read<Result>(use: (credentials: WifiCredentials) => Result): Result | undefined {
    return this.#slot.read((bytes) => use(readWifiCredentials(bytes)));
  }

  /** To the network that was set; none was: to none. */
  async #goBack(): Promise<void> {
    if (this.#slot.isSet()) await this.#join();
    else await this.#inTurn(() => this.#radio.leave());
  }

  #keep(credentials: WifiCredentials): void {
    const change = this.#slot.isSet() ? "changed" : "added";
    const bytes = packWifiCredentials(credentials);
    try {
      this.#slot.put(bytes);
    } finally {
      bytes.fill(0);
    }
    this.#changed(change);
  }

  /** Undefined: forgotten, or the hub has ended, before its turn came. */
  #join(): Promise<JoinOutcome | undefined> {
    return this.#inTurn(async () => {
      const credentials = this.#isClosed ? undefined : this.read(copied);
      if (credentials === undefined) return undefined;
      try {
        return this.#tell(await this.#radio.join(credentials));
      } finally {
        wipeWifi(credentials);
      }
    });
  }

  async #comeBack(): Promise<void> {
    if (this.#isClosed || !this.#slot.isSet() || this.#isHopeless()) return;
    const { link } = this.#notice(await this.#inTurn(() => this.#radio.link()));
    if (link === "apart") await this.#join();
  }

  #isHopeless(): boolean {
    const waited = this.#clock.monotonic() - (this.#triedAt ?? 0);
    return hopeless.includes(this.#outcome) && waited < hopeEvery;
  }

  #tell(outcome: JoinOutcome): JoinOutcome {
    const isNews = outcome !== this.#outcome;
    this.#outcome = outcome;
    this.#triedAt = this.#clock.monotonic();
    if (outcome === "joined") this.#log.write("info", "wifi.joined");
    else if (isNews) this.#log.write("warn", "wifi.not-joined", { reason: outcome });
    return outcome;
  }

  #notice(link: WifiLink) {
    if (this.#seen?.link !== link) this.#seen = { link, since: this.#clock.now() };
    return this.#seen;
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #changed(change: "added" | "changed" | "removed"): void {
    this.#bus.publish({ kind: "home.changed", what: "wifi", id: "wifi", change, at: this.#clock.now() });
  }
}

/** Asking the radio takes longer than the slot stays open. */
const copied = (credentials: WifiCredentials): WifiCredentials =>
  readWifiCredentials(packWifiCredentials(credentials));
