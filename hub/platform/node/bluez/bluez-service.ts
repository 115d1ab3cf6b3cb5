import { BleError } from "../../../domain/ble-errors.ts";
import type { BleTrouble } from "../../../domain/ble-trouble.ts";
import { type Duration, Seconds } from "../../../domain/units.ts";
import type { Clock, Timer } from "../../../ports/clock.ts";
import { adapterTrouble } from "../ble/adapter-presence.ts";
import { BluezBus, BusError, type BusSignal } from "./bluez-bus.ts";
import { isBusError } from "./bluez-errors.ts";

export interface BluezOptions {
  /** Of the bus on which bluetoothd is; absent: the system's. */
  readonly busAddress?: string;
  /** Before it looks again for what was missing. */
  readonly pause: Duration;
  /** Until bluetoothd has said what there is. */
  readonly answerWithin: Duration;
  /** What the kernel says against the use of an adapter. @param index 0 for `hci0` */
  kernelTrouble(index: number): BleTrouble | undefined;
}

export const bluezDefaults: BluezOptions = {
  pause: Seconds(5),
  answerWithin: Seconds(10),
  kernelTrouble: (index) => adapterTrouble(index),
};

/** Who is told of bluetoothd. */
export interface ServiceListener {
  /** It is there. @returns settles when it is known what it has */
  met(bus: BluezBus): Promise<void>;
  signal(signal: BusSignal): void;
  /** It is not there any more, and nothing of what it had. */
  left(): void;
  /** `trouble` or `bus` are others. */
  changed(): void;
  /** Whether somebody waits for it. */
  isWanted(): boolean;
}

/** bluetoothd as it comes and goes: met when it is first wanted, again when it was started anew, and looked for while it is missed. */
export class BluezService {
  readonly #clock: Clock;
  readonly #options: BluezOptions;
  readonly #listener: ServiceListener;
  #bus: BluezBus | undefined;
  #isMet = false;
  #meeting: Promise<void> | undefined;
  /** Of the last bus that was opened: what an earlier one still says is not heard. */
  #number = 0;
  #trouble: BleTrouble | undefined;
  #retry: Timer | undefined;
  #isClosed = false;

  constructor(clock: Clock, options: BluezOptions, listener: ServiceListener) {
    this.#clock = clock;
    this.#options = options;
    this.#listener = listener;
  }

  /** While it is known what bluetoothd has. */
  get bus(): BluezBus | undefined {
    return this.#isMet ? this.#bus : undefined;
  }

  /** Why there is none; undefined: nobody has looked yet, or there is one. */
  get trouble(): BleTrouble | undefined {
    return this.#trouble;
  }

  /** Settles when it is known what is there, whatever that is. */
  want(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#meeting ??= this.#inTime(this.#meet());
    return this.#meeting;
  }

  /** Ends whatever was agreed with bluetoothd, and begins anew; bluetoothd itself is not ours to start. */
  async restart(): Promise<void> {
    this.#leave();
    this.#retry?.cancel();
    this.#meeting = undefined;
    await this.want();
  }

  close(): void {
    this.#isClosed = true;
    this.#retry?.cancel();
    this.#leave();
  }

  async #meet(): Promise<void> {
    const number = ++this.#number;
    const ifLast =
      <Told extends readonly unknown[]>(act: (...told: Told) => void) =>
      (...told: Told): void => {
        if (number === this.#number) act(...told);
      };
    const bus = await BluezBus.open(
      {
        signal: ifLast((signal: BusSignal) => this.#listener.signal(signal)),
        served: ifLast((isServed: boolean) => this.#served(isServed)),
        ended: ifLast(() => this.#gone()),
      },
      this.#options.busAddress,
    );
    // It came after it was given up.
    if (number !== this.#number) return bus.close();
    this.#bus = bus;
    if (!bus.isServed) throw new BleError("bluetoothd does not run", { reason: "no-radio" });
    await this.#greet(bus);
  }

  async #greet(bus: BluezBus): Promise<void> {
    await this.#listener.met(bus);
    if (this.#bus !== bus) return;
    this.#isMet = true;
    this.#trouble = undefined;
    this.#listener.changed();
  }

  /** A meeting that takes too long is given up, and tried again later. */
  #inTime(meeting: Promise<void>): Promise<void> {
    return new Promise((done) => {
      let isOver = false;
      const end = (error?: unknown): void => {
        late.cancel();
        if (error !== undefined && !isOver) this.#missed(error);
        isOver = true;
        done();
      };
      const late = this.#clock.after(this.#options.answerWithin, () => end(noAnswer()));
      meeting.then(() => end(), end);
    });
  }

  #missed(error: unknown): void {
    this.#trouble = troubleOf(error);
    // Without bluetoothd the bus is kept, and tells when it comes.
    if (this.#trouble !== "no-service" || this.#bus === undefined) this.#lookAgain();
    this.#listener.changed();
  }

  #served(isServed: boolean): void {
    this.#isMet = false;
    this.#trouble = isServed ? undefined : "no-service";
    this.#listener.left();
    this.#listener.changed();
    if (isServed && this.#bus !== undefined) this.#meeting = this.#inTime(this.#greet(this.#bus));
  }

  #gone(): void {
    this.#trouble = "no-service";
    this.#lookAgain();
    this.#listener.changed();
  }

  #leave(): void {
    this.#isMet = false;
    this.#number += 1;
    this.#bus?.close();
    this.#bus = undefined;
    this.#listener.left();
    this.#listener.changed();
  }

  /** The bus is given back, and opened again after a while where somebody waits for the radio. */
  #lookAgain(): void {
    this.#leave();
    this.#retry?.cancel();
    if (this.#isClosed) return;
    this.#retry = this.#clock.after(this.#options.pause, () => {
      this.#meeting = undefined;
      if (this.#listener.isWanted()) void this.want();
    });
  }
}

const noAnswer = (): BusError =>
  new BusError("org.freedesktop.DBus.Error.TimedOut", "bluetoothd does not answer");

const troubleOf = (error: unknown): BleTrouble => {
  if (isBusError(error, "AccessDenied")) return "no-group";
  if (isMissingModule(error)) return "no-software";
  const isAway = error instanceof BleError || isBusError(error, "NoReply", "ServiceUnknown", "Disconnected");
  return isAway ? "no-service" : "no-answer";
};

const isMissingModule = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
