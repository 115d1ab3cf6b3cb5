import { BleError } from "../domain/ble-errors.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { LinkSigns } from "../domain/link-choice.ts";
import type { BleFrame, BleLink, BlePlace } from "../domain/profile.ts";
import { isReading, type Signal, smoothed } from "../domain/signal.ts";
import { type Duration, Millis, type Monotonic, Seconds } from "../domain/units.ts";
import type { BlePeer, GattEntry } from "../ports/ble.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { entryAt, written } from "./gatt-places.ts";
import type { GuardedCentral } from "./guarded-central.ts";
import type { GuardedLink } from "./guarded-link.ts";
import { reasonOf } from "./within.ts";

/** What a device says, and what becomes of what is said to it. */
export interface GattEars {
  frame(frame: BleFrame): void;
  delivered(delivery: Delivery): void;
  /** Why an attempt failed, before it is said what becomes of the batch. Absent: nobody asks. */
  failed?(error: unknown): void;
}

export interface GattDeviceOptions {
  /** A link that nobody used for so long is let go. */
  readonly linger: Duration;
  /** How often a batch is tried before it is given up. */
  readonly attempts: number;
  /** One that was not heard for so long may be gone. */
  readonly heardWithin: Duration;
}

export const usualGattDevice: GattDeviceOptions = {
  linger: Seconds(30),
  attempts: 2,
  heardWithin: Seconds(30),
};

/** What is sent together. Empty: the device is asked what it shows. */
type Batch = readonly BleFrame[];

interface Connection {
  readonly link: GuardedLink;
  readonly entries: readonly GattEntry[];
  readonly keepAlive: Timer | undefined;
}

/** Batches that wait; the oldest gives way. */
const mostBatches = 8;

/** What an attempt that failed for a reason comes to; for any other it was not reached. */
const endings: Readonly<Record<string, Delivery>> = {
  refused: "refused",
  "not-found": "refused",
  "too-long": "refused",
  encryption: "unpaired",
  "pairing-failed": "unpaired",
  "bond-lost": "unpaired",
};

/**
 * A device that is reached by a connection: connected when there is something to say, in the order in which it was said, and let go
 * when there is not. Each batch ends as a `Delivery`.
 */
export class GattDevice {
  readonly #clock: Clock;
  readonly #central: GuardedCentral;
  readonly #peer: BlePeer;
  readonly #profile: BleLink;
  readonly #ears: GattEars;
  readonly #options: GattDeviceOptions;
  /** Of what is said now. */
  #wanted = new AbortController();
  #isClosed = false;
  #batches: Batch[] = [];
  #isServing = false;
  #connection: Connection | undefined;
  #letGo: Timer | undefined;
  #heardAt: Monotonic | undefined;
  /** In memory alone, and only the newest. */
  #signal: Signal | undefined;
  /** Nobody knows whether it is there: never reached yet, lost, or given up. */
  #isDoubtful = true;

  constructor(
    clock: Clock,
    central: GuardedCentral,
    peer: BlePeer,
    profile: BleLink,
    ears: GattEars,
    options: GattDeviceOptions,
  ) {
    this.#clock = clock;
    this.#central = central;
    this.#peer = peer;
    this.#profile = profile;
    this.#ears = ears;
    this.#options = options;
  }

  get isBonded(): boolean {
    return this.#profile.bonded;
  }

  /** The same once more takes the place of the one before, behind what was said meanwhile. */
  send(batch: Batch): void {
    const { reads, notifies } = this.#profile;
    if (batch.length === 0 && reads.length + notifies.length === 0) return;
    const isUnderWay = this.#isServing ? 1 : 0;
    this.#batches = this.#batches.filter((each, at) => at < isUnderWay || !sameBatch(each, batch));
    this.#batches.push(batch);
    if (this.#batches.length > mostBatches) this.#batches.splice(isUnderWay, 1);
    if (!this.#isServing) void this.#serve();
  }

  /** Whether it would be reached now, as far as anybody can tell who does not try. */
  get signs(): LinkSigns {
    const isThere = !this.#isDoubtful && (this.#connection?.link.isOpen === true || this.#isNear());
    return { isUp: this.#isRadioOn() && isThere, signal: this.#signal?.level };
  }

  /** It advertises: it is there. @param rssi dBm, where the radio says */
  heard(rssi?: number): void {
    this.#heardAt = this.#clock.monotonic();
    if (isReading(rssi)) this.#signal = smoothed(this.#signal, rssi, this.#heardAt);
    if (!this.#isDoubtful) return;
    this.#isDoubtful = false;
    this.#ears.delivered("heard");
  }

  /** Nothing of what was to be said is said any more: it is spoken to by another link. */
  drop(): void {
    this.#batches = [];
    this.#wanted.abort();
    this.#wanted = new AbortController();
    this.#drop();
  }

  /** Nothing more is said to it; resolves when its link is gone. */
  async close(): Promise<void> {
    const link = this.#connection?.link;
    this.#batches = [];
    this.#isClosed = true;
    this.#wanted.abort();
    this.#drop();
    await link?.closed;
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    this.#letGo?.cancel();
    let attempts = 0;
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      const { signal } = this.#wanted;
      const end = await this.#tried(batch);
      if (this.#isClosed) return;
      if (signal.aborted) {
        attempts = 0;
        continue;
      }
      if (end === "unreachable" && ++attempts < this.#options.attempts && this.#isRadioOn()) continue;
      attempts = 0;
      // What cannot be reached is not told the rest either: everything that waits was said to somebody who is gone.
      if (end === "accepted" || end === "refused") this.#batches.shift();
      else this.#batches = [];
      this.#isDoubtful = end === "unreachable";
      if (end === "accepted") this.#heardAt = this.#clock.monotonic();
      this.#ears.delivered(end);
    }
    this.#isServing = false;
    this.#letGoLater();
  }

  #isRadioOn(): boolean {
    return this.#central.state() === "on";
  }

  async #tried(batch: Batch): Promise<Delivery> {
    let link: GuardedLink | undefined;
    try {
      const connection = await this.#connected();
      link = connection.link;
      await this.#write(connection, batch);
      for (const place of this.#profile.reads) await this.#read(connection, place);
      return "accepted";
    } catch (error) {
      this.#ears.failed?.(error);
      const end = endOf(error);
      // Some stacks do nothing more on a link on which a pairing failed.
      if (end === "unpaired") link?.give("security");
      return end;
    } finally {
      link?.release();
    }
  }

  /** A link of its own, held until its batch is done. */
  async #connected(): Promise<Connection> {
    const present = this.#connection;
    if (present?.link.isOpen) {
      present.link.hold();
      return present;
    }
    const link = await this.#central.connect(this.#peer, {
      bond: this.#profile.bonded ? "if-needed" : "never",
      priority: this.#isNear() ? "heard" : "unheard",
      signal: this.#wanted.signal,
      held: true,
    });
    try {
      return await this.#greeted(link);
    } catch (error) {
      link.release();
      link.give("asked");
      throw error;
    }
  }

  #isNear(): boolean {
    return this.#heardAt !== undefined && this.#clock.monotonic() - this.#heardAt < this.#options.heardWithin;
  }

  async #greeted(link: GuardedLink): Promise<Connection> {
    const entries = await link.entries();
    for (const place of this.#profile.notifies) {
      const id = entryAt(entries, place, ["notify", "indicate"]);
      await link.notify(id, (bytes) => this.#ears.frame({ kind: "ble", ...placeOf(id), bytes }));
    }
    const connection: Connection = { link, entries, keepAlive: this.#keptAlive(link, entries) };
    await this.#write(connection, this.#profile.greeting ?? []);
    this.#connection = connection;
    void link.closed.then(({ reason }) => this.#closed(connection, reason !== "asked"));
    return connection;
  }

  /** Only while there is a link: none is made for it. One that fails is found out by whatever comes next. */
  #keptAlive(link: GuardedLink, entries: readonly GattEntry[]): Timer | undefined {
    const { keepAlive } = this.#profile;
    if (keepAlive === undefined) return undefined;
    return this.#clock.every(keepAlive.every, () => {
      if (link.isIdle) written(link, entries, keepAlive.frame).catch(() => link.give("stuck"));
    });
  }

  #closed(connection: Connection, wasLost: boolean): void {
    connection.keepAlive?.cancel();
    if (this.#connection !== connection) return;
    if (!wasLost) this.#heardAt = this.#clock.monotonic();
    this.#connection = undefined;
    this.#isDoubtful ||= wasLost;
  }

  async #write({ link, entries }: Connection, batch: Batch): Promise<void> {
    const { spacing = Millis(0) } = this.#profile;
    for (const frame of batch) {
      await written(link, entries, frame);
      if (spacing > 0) await this.#clock.sleep(spacing);
    }
  }

  async #read({ link, entries }: Connection, place: BlePlace): Promise<void> {
    const id = entryAt(entries, place, ["read"]);
    this.#ears.frame({ kind: "ble", ...placeOf(id), bytes: await link.read(id) });
  }

  #letGoLater(): void {
    this.#letGo?.cancel();
    this.#letGo = this.#clock.after(this.#options.linger, () => this.#drop());
  }

  #drop(): void {
    this.#letGo?.cancel();
    // While it was connected it said nothing on the air.
    if (this.#connection?.link.isOpen) this.#heardAt = this.#clock.monotonic();
    this.#connection?.keepAlive?.cancel();
    this.#connection?.link.give("asked");
    this.#connection = undefined;
  }
}

const endOf = (error: unknown): Delivery => {
  // One that has forgotten the pairing may hang up before it says so.
  if (error instanceof BleError && error.context["end"] === "security") return "unpaired";
  return endings[reasonOf(error)] ?? "unreachable";
};

const placeOf = ({ service, characteristic }: GattEntry): BlePlace => ({ service, characteristic });

const sameBatch = (a: Batch, b: Batch): boolean =>
  a.length === b.length && a.every((frame, at) => sameFrame(frame, b[at]));

const sameFrame = (a: BleFrame, b: BleFrame | undefined): boolean =>
  b !== undefined && a.characteristic === b.characteristic && sameBytes(a.bytes, b.bytes);

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
