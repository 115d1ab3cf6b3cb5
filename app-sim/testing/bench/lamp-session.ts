import { entryAt, written } from "../../../hub/ble/gatt-places.ts";
import { BleError } from "../../../hub/domain/ble-errors.ts";
import type { LightState } from "../../../hub/domain/light.ts";
import type { BleFrame, BlePlace, Frame, LightTarget } from "../../../hub/domain/profile.ts";
import { mergeReport } from "../../../hub/domain/report.ts";
import { Millis, type Monotonic, Percent, Seconds } from "../../../hub/domain/units.ts";
import type { BleCentral, BlePeer, GattEntry, GattLink } from "../../../hub/ports/ble.ts";
import type { Clock, Timer } from "../../../hub/ports/clock.ts";
import type { BleLampProfile } from "./ble-lamp-profile.ts";

/** Bytes of one characteristic that went to or came from a lamp. */
export interface Wire {
  /** Milliseconds since the session began. */
  readonly atMs: number;
  readonly way: "written" | "notified" | "read";
  readonly characteristic: string;
  /** Hex. */
  readonly bytes: string;
  /** Of what a lamp said: whether its profile can read it. */
  readonly isReadable?: boolean;
}

/** Whoever does not know his new owner asks for his button to be pressed: a person needs so long to get there. */
const pressedWithin = Seconds(60);

const isBle = (frame: Frame): frame is BleFrame => frame.kind === "ble";

/** One tester, one lamp: linked to as its profile says, with every byte kept. */
export class LampSession {
  readonly profile: BleLampProfile;
  readonly wire: Wire[] = [];
  /** What the lamp has said it shows. */
  shown: LightState = { on: false, brightness: Percent(100) };
  entries: readonly GattEntry[] = [];
  readonly #clock: Clock;
  readonly #central: BleCentral;
  readonly #peer: BlePeer;
  readonly #signal: AbortSignal;
  readonly #say: (message: string) => void;
  readonly #since: Monotonic;
  #link: GattLink | undefined;
  #keepAlive: Timer | undefined;
  #online: boolean | undefined;
  #notifiedAt: Monotonic | undefined;
  #waiters: (() => void)[] = [];

  constructor(
    parts: {
      readonly clock: Clock;
      readonly central: BleCentral;
      readonly peer: BlePeer;
      readonly signal: AbortSignal;
      /** Told what a person has to do. */
      readonly say: (message: string) => void;
    },
    profile: BleLampProfile,
  ) {
    this.profile = profile;
    this.#clock = parts.clock;
    this.#central = parts.central;
    this.#peer = parts.peer;
    this.#signal = parts.signal;
    this.#say = parts.say;
    this.#since = parts.clock.monotonic();
  }

  /** @throws BleError "closed" where there is none */
  get link(): GattLink {
    if (this.#link === undefined) throw new BleError("there is no connection", { reason: "closed" });
    return this.#link;
  }

  get isOpen(): boolean {
    return this.#link !== undefined;
  }

  get nowMs(): number {
    return this.#clock.monotonic() - this.#since;
  }

  /** Connects, and makes itself known. @throws BleError */
  async open(): Promise<void> {
    await this.connect();
    await this.prepare();
  }

  /** Connects, and finds out what there is. @throws BleError */
  async connect(): Promise<void> {
    const bond = this.profile.link.bonded ? "if-needed" : "never";
    const link = await this.#central.connect(this.#peer, { bond, signal: this.#signal });
    this.#link = link;
    void link.closed.then(() => {
      if (this.#link === link) this.#forget();
    });
    this.entries = await link.entries();
  }

  /** Listens and greets as the profile says. @throws BleError */
  async prepare(): Promise<void> {
    for (const place of this.profile.link.notifies) {
      const id = entryAt(this.entries, place, ["notify", "indicate"]);
      await this.link.notify(id, (bytes) => this.#notified(id, bytes));
    }
    await this.write(this.profile.link.greeting ?? []);
    this.#keepAliveSoon();
    await this.#beKnown();
  }

  async close(): Promise<void> {
    const link = this.#link;
    this.#forget();
    await link?.close();
    await link?.closed;
  }

  /** In the order and at the pace of the profile. @throws BleError */
  async write(frames: readonly Frame[]): Promise<void> {
    const { spacing = Millis(0) } = this.profile.link;
    for (const frame of frames.filter(isBle)) {
      this.#keep("written", frame, frame.bytes);
      await written(this.link, this.entries, frame);
      if (spacing > 0) await this.pause(spacing);
    }
  }

  async command(target: LightTarget): Promise<void> {
    await this.write(this.profile.encode(target));
  }

  /** Everything that the profile reads. @throws BleError */
  async read(): Promise<void> {
    for (const place of this.profile.link.reads) {
      const id = entryAt(this.entries, place, ["read"]);
      this.#heard("read", id, await this.link.read(id));
    }
  }

  pause(duration: number): Promise<void> {
    return this.#clock.sleep(Millis(duration), this.#signal);
  }

  /** Milliseconds until the next notification, from `call` on. Undefined: none came within `limitMs`. */
  async answerTo(call: () => Promise<void>, limitMs: number): Promise<number | undefined> {
    this.#notifiedAt = undefined;
    const from = this.#clock.monotonic();
    await call();
    await this.#until(() => this.#notifiedAt !== undefined, limitMs);
    return this.#notifiedAt === undefined ? undefined : this.#notifiedAt - from;
  }

  /** Waits, at most so long, looking whenever the lamp says something. @returns whether it is so */
  async #until(isSo: () => boolean, limitMs: number): Promise<boolean> {
    const ends = this.#clock.monotonic() + limitMs;
    while (!isSo()) {
      const left = ends - this.#clock.monotonic();
      if (left <= 0) return false;
      const woken = new AbortController();
      this.#waiters.push(() => woken.abort());
      await this.#clock.sleep(Millis(left), woken.signal).catch(() => {});
      this.#signal.throwIfAborted();
    }
    return true;
  }

  async #beKnown(): Promise<void> {
    if (this.profile.link.greeting === undefined) return;
    await this.#until(() => this.#online !== undefined, Seconds(2));
    if (this.#online !== false) return;
    this.#say("press the button of the lamp");
    if (!(await this.#until(() => this.#online === true, pressedWithin)))
      throw new BleError("the button of the lamp was not pressed", { reason: "refused" });
  }

  #keepAliveSoon(): void {
    const { keepAlive } = this.profile.link;
    if (keepAlive === undefined) return;
    const { link } = this;
    this.#keepAlive = this.#clock.every(keepAlive.every, () => {
      // One that fails is found out by whatever comes next.
      if (this.#link === link) this.write([keepAlive.frame]).catch(() => {});
    });
  }

  #forget(): void {
    this.#keepAlive?.cancel();
    this.#link = undefined;
  }

  #notified(place: BlePlace, bytes: Uint8Array): void {
    this.#notifiedAt = this.#clock.monotonic();
    this.#heard("notified", place, bytes);
    for (const wake of this.#waiters.splice(0)) wake();
  }

  #heard(way: "notified" | "read", { service, characteristic }: BlePlace, bytes: Uint8Array): void {
    const report = this.profile.decode({ kind: "ble", service, characteristic, bytes });
    this.#keep(way, { characteristic }, bytes, { isReadable: report !== undefined });
    this.#online = report?.online ?? this.#online;
    if (report?.state !== undefined) this.shown = mergeReport(this.shown, report.state);
  }

  #keep(
    way: Wire["way"],
    { characteristic }: Pick<BlePlace, "characteristic">,
    bytes: Uint8Array,
    more: Pick<Wire, "isReadable"> = {},
  ): void {
    const hex = Buffer.from(bytes).toString("hex");
    this.wire.push({ atMs: this.nowMs, way, characteristic, bytes: hex, ...more });
  }
}
