import { packWifiCredentials } from "../codec/wifi-credentials.ts";
import {
  helloOf,
  type LampOutcome,
  offerOf,
  outcomeIn,
  type ProvenLamp,
  provenBy,
} from "../crypto/provisioning.ts";
import { keyPairOf } from "../crypto/x25519.ts";
import { CallerError, NotFound, TimedOut } from "../domain/errors.ts";
import type { Device } from "../domain/home.ts";
import type { LampId } from "../domain/ids.ts";
import { printedCode } from "../domain/printed-code.ts";
import { type Duration, type Instant, later, Minutes } from "../domain/units.ts";
import { type WifiCredentials, WifiNotSet } from "../domain/wifi.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";

/** Nobody has opened the window in which lamps are told the network, or it has closed. */
export class ProvisioningClosed extends CallerError {
  override readonly code = "provisioning_closed";
  override readonly status = 409;
}

/** The lamp does not answer, or has no way to be told. */
export class LampNotInReach extends CallerError {
  override readonly code = "lamp_not_in_reach";
  override readonly status = 409;
}

/** The code is another lamp's, or something else answers in this one's place: the two look the same. */
export class PrintedCodeWrong extends CallerError {
  override readonly code = "printed_code_wrong";
  override readonly status = 409;
}

/** Nobody has said that the password may travel so that others can read it. */
export class NotConfirmed extends CallerError {
  override readonly code = "wifi_not_confirmed";
  override readonly status = 409;
}

/** What somebody has to say before a password travels so. */
export const inClearWord = "unencrypted";

/** A lamp, and the way to it. */
export interface LampInReach {
  /** What it calls itself. */
  readonly address: string;
  /** What it says to a message; undefined: nothing. */
  exchange(message: Uint8Array): Promise<Uint8Array | undefined>;
}

/** Where lamps that are not in the network yet can be spoken to. */
export interface LampAir {
  /** What the lamp says to a message; undefined: it is not there, or says nothing to this one. */
  exchange(address: string, message: Uint8Array): Promise<Uint8Array | undefined>;
}

/** Shows the credentials for as long as a call takes. */
export interface NetworkCredentials {
  read<Result>(use: (credentials: WifiCredentials) => Result): Result | undefined;
}

export interface LampBook {
  device(id: LampId): Device | undefined;
}

export const longestWindow = Minutes(10);
/** Wrong codes after which the window closes. */
const mostWrongCodes = 5;

/**
 * Tells lamps the home's network: only inside a window that somebody with the right to has opened, and only to a lamp
 * that proves to know the code on its label. The window closes by itself.
 */
export class LampProvisioning {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #log: AuditedLog;
  readonly #book: LampBook;
  readonly #network: NetworkCredentials;
  readonly #air: LampAir | undefined;
  #window: { readonly until: Instant; readonly end: Timer } | undefined;
  #wrongCodes = 0;

  /** @param air absent: no lamp can be spoken to from here */
  constructor(
    clock: Clock,
    entropy: Entropy,
    log: AuditedLog,
    book: LampBook,
    network: NetworkCredentials,
    air?: LampAir,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#log = log;
    this.#book = book;
    this.#network = network;
    this.#air = air;
  }

  /** Until when the window is open; undefined: it is closed. */
  openUntil(): Instant | undefined {
    return this.#window?.until;
  }

  /** Opens the window anew. @param duration at most `longestWindow` */
  open(duration: Duration): Instant {
    this.shut();
    const until = later(this.#clock.now(), duration);
    this.#window = { until, end: this.#clock.after(duration, () => this.shut()) };
    this.#wrongCodes = 0;
    this.#log.write("info", "provisioning.opened", { ms: duration });
    return until;
  }

  shut(): void {
    if (this.#window === undefined) return;
    this.#window.end.cancel();
    this.#window = undefined;
    this.#log.write("info", "provisioning.closed");
  }

  /**
   * Tells one lamp the network, which it tries before it keeps it, and says what came of that.
   * @param typed what stands on its label; stays the caller's, who wipes it
   * @throws ProvisioningClosed, NotFound, WifiNotSet, InvalidPrintedCode, LampNotInReach, PrintedCodeWrong, TimedOut
   */
  async share(lamp: LampId, typed: Uint8Array): Promise<LampOutcome> {
    this.assertOpen();
    const device = this.#book.device(lamp);
    if (device === undefined) throw new NotFound("no such lamp");
    const { address } = device;
    const exchange = async (message: Uint8Array) => await this.#air?.exchange(address, message);
    const outcome = await this.#sealed({ address, exchange }, typed);
    this.#log.write("info", "provisioning.shared", { lamp, reason: outcome });
    return outcome;
  }

  /** As `share`, a lamp that is no device of the home yet. */
  async tell(lamp: LampInReach, typed: Uint8Array): Promise<LampOutcome> {
    this.assertOpen();
    const outcome = await this.#sealed(lamp, typed);
    this.#log.write("info", "provisioning.shared", { reason: outcome });
    return outcome;
  }

  /**
   * Lets a lamp be told the network by a way on which whoever listens can read it.
   * @param send reads what it is shown before it returns for the first time, and keeps none of it
   * @param word what somebody has said to that
   * @throws ProvisioningClosed, NotConfirmed, WifiNotSet, and what `send` throws
   */
  async tellInClear<Outcome extends string>(
    send: (credentials: WifiCredentials) => Promise<Outcome>,
    word: string,
  ): Promise<Outcome> {
    this.assertOpen();
    this.assertConfirmed(word);
    const sent = this.#network.read(send);
    if (sent === undefined) throw noNetwork();
    const outcome = await sent;
    this.#log.write("warn", "provisioning.shared-in-clear", { reason: outcome });
    return outcome;
  }

  /** @throws ProvisioningClosed */
  assertOpen(): void {
    if (this.#window === undefined)
      throw new ProvisioningClosed("no lamp is told the network now: open the window for it first");
  }

  /** @throws NotConfirmed */
  assertConfirmed(word: string): void {
    if (word === inClearWord) return;
    throw new NotConfirmed(
      `this lamp can be told the network only so that whoever is near can read the password; if that is well, say the word ${inClearWord}`,
      { word: inClearWord },
    );
  }

  async #sealed(lamp: LampInReach, typed: Uint8Array): Promise<LampOutcome> {
    const code = printedCode(typed);
    try {
      const proven = await this.#prove(lamp, code);
      // Between question and answer the window may have closed.
      this.assertOpen();
      return await this.#offer(lamp, proven);
    } finally {
      code.fill(0);
    }
  }

  async #prove(lamp: LampInReach, code: Uint8Array): Promise<ProvenLamp> {
    const own = keyPairOf(this.#entropy.bytes(32));
    const answer = await lamp.exchange(helloOf(own));
    if (answer === undefined)
      throw new LampNotInReach("this lamp does not answer, or cannot be told a network this way");
    const proven = provenBy(answer, own, lamp.address, code);
    if (proven === undefined) throw this.#wrongCode();
    return proven;
  }

  async #offer(lamp: LampInReach, proven: ProvenLamp): Promise<LampOutcome> {
    const offer = this.#network.read((credentials) => {
      const packed = packWifiCredentials(credentials);
      const sealed = offerOf(proven, packed);
      packed.fill(0);
      return sealed;
    });
    if (offer === undefined) throw noNetwork();
    const result = await lamp.exchange(offer);
    const outcome = result && outcomeIn(result, proven);
    if (outcome === undefined) throw new TimedOut("the lamp did not say what became of it");
    return outcome;
  }

  #wrongCode(): PrintedCodeWrong {
    this.#log.write("warn", "provisioning.wrong-code", { attempt: ++this.#wrongCodes });
    if (this.#wrongCodes >= mostWrongCodes) this.shut();
    return new PrintedCodeWrong(
      "that is not the code on this lamp's label, or it is not this lamp that answers",
    );
  }
}

const noNetwork = (): WifiNotSet => new WifiNotSet("there is no network to tell a lamp");
