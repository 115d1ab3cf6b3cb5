import {
  type ImprovAbility,
  type ImprovError,
  type ImprovState,
  improvAbilitiesOf,
  improvCommands,
  improvErrorOf,
  improvFrame,
  improvPlaces,
  improvService,
  improvStateOf,
  improvStringBytes,
  improvStrings,
  mostImprovBytes,
  readImprovFrame,
} from "../codec/ble/improv.ts";
import type { LampOutcome } from "../crypto/provisioning.ts";
import { TimedOut } from "../domain/errors.ts";
import { Minutes } from "../domain/units.ts";
import type { WifiCredentials } from "../domain/wifi.ts";
import type { BleSubscription, GattLink, WriteMode } from "../ports/ble.ts";
import type { Clock } from "../ports/clock.ts";

/** Joining a network takes a lamp up to half of it. */
const patience = Minutes(1);
/** Of a packet: what stands before its bytes (Core Specification, Vol 3 Part F, 3.4.5). */
const packetHeadBytes = 3;

const place = (characteristic: string) => ({ service: improvService, characteristic });

/** What a lamp says to a command: strings, or that it will not. */
type Answer = { readonly strings: readonly Uint8Array[] } | { readonly error: Exclude<ImprovError, "none"> };

/** A lamp that waits to be told a network, over a link that somebody else made and will close. */
export class ImprovLamp {
  readonly #clock: Clock;
  readonly #link: GattLink;
  readonly #subscriptions: BleSubscription[] = [];
  #mode: WriteMode = "request";
  #arrived: Buffer = Buffer.alloc(0);
  #answer: ((answer: Answer) => void) | undefined;
  #asked: number | undefined;

  constructor(clock: Clock, link: GattLink) {
    this.#clock = clock;
    this.#link = link;
  }

  /** Listens to what it says. @throws BleError: also of a device that does not speak Improv */
  async open(): Promise<void> {
    const listen = async (characteristic: string, hear: (value: Uint8Array) => void) =>
      this.#subscriptions.push(await this.#link.notify(place(characteristic), hear));
    const command = (await this.#link.entries()).find(
      ({ service, characteristic }) => service === improvService && characteristic === improvPlaces.command,
    );
    this.#mode = command?.properties.includes("write") === false ? "command" : "request";
    await listen(improvPlaces.result, (value) => this.#hearResult(value));
    await listen(improvPlaces.error, (value) => this.#hearError(value));
  }

  close(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.cancel();
  }

  /** Undefined: it is in none that is known. @throws BleError */
  async state(): Promise<ImprovState | undefined> {
    return improvStateOf(await this.#link.read(place(improvPlaces.state)));
  }

  /** @throws BleError */
  async abilities(): Promise<ReadonlySet<ImprovAbility>> {
    return improvAbilitiesOf(await this.#link.read(place(improvPlaces.capabilities)));
  }

  /**
   * Tells it a network in clear: whoever listens can read it.
   * @param credentials are read before this returns for the first time, and stay the caller's, who wipes them
   * @throws BleError, TimedOut
   */
  async join(credentials: WifiCredentials): Promise<LampOutcome | "not-authorized"> {
    const strings = improvStringBytes([credentials.ssid, credentials.password]);
    const answer = await this.#ask(improvCommands.wifi, strings);
    if ("strings" in answer) return "joined";
    return answer.error === "not-authorized" ? answer.error : "failed";
  }

  /** A message of docs/lamp-provisioning.md, and what it says to it; undefined: nothing to this one. @throws BleError, TimedOut */
  async exchange(message: Uint8Array): Promise<Uint8Array | undefined> {
    const answer = await this.#ask(improvCommands.sealed, Buffer.from(message));
    return "strings" in answer ? answer.strings[0] : undefined;
  }

  /** @param data is wiped */
  async #ask(command: number, data: Buffer): Promise<Answer> {
    const frame = improvFrame(command, data);
    data.fill(0);
    this.#arrived = Buffer.alloc(0);
    this.#asked = command;
    const answered = this.#answered();
    try {
      await this.#send(frame);
      return await answered.answer;
    } finally {
      answered.end();
      frame.fill(0);
    }
  }

  /** An error may be said before the last packet is on its way; a link that ends says nothing any more. */
  #answered(): { readonly answer: Promise<Answer>; readonly end: () => void } {
    let end = (): void => {};
    const answer = new Promise<Answer>((resolve, reject) => {
      const late = (what: string) =>
        reject(new TimedOut(`the lamp ${what} before it said what became of it`));
      const timer = this.#clock.after(patience, () => late("was silent for a minute"));
      void this.#link.closed.then(() => late("hung up"));
      this.#answer = resolve;
      end = () => {
        timer.cancel();
        this.#answer = undefined;
      };
    });
    // Nobody waits for it when a packet could not be sent.
    answer.catch(() => undefined);
    return { answer, end };
  }

  async #send(frame: Buffer): Promise<void> {
    const most = this.#link.mtu - packetHeadBytes;
    for (let at = 0; at < frame.length; at += most)
      await this.#link.write(place(improvPlaces.command), frame.subarray(at, at + most), this.#mode);
  }

  #hearResult(value: Uint8Array): void {
    if (this.#answer === undefined) return;
    this.#arrived = Buffer.concat([this.#arrived, value.subarray(0, mostImprovBytes)]);
    const frame = readImprovFrame(this.#arrived);
    if (frame === "more") return;
    this.#arrived = Buffer.alloc(0);
    const strings =
      frame === "broken" || frame.command !== this.#asked ? undefined : improvStrings(frame.data);
    this.#answer(strings === undefined ? { error: "unknown" } : { strings });
  }

  #hearError(value: Uint8Array): void {
    const error = improvErrorOf(value);
    if (error !== undefined) this.#answer?.({ error });
  }
}
