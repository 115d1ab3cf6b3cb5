import type { KeyObject } from "node:crypto";
import { addressBytes } from "../codec/ble/address.ts";
import { ccmKeyBytes } from "../crypto/ccm.ts";
import { secretKey } from "../crypto/secret-key.ts";
import { blePeerOf } from "../domain/ble-address.ts";
import { type BroadcastRefusal, broadcastRefusals, type Refusals } from "../domain/broadcast.ts";
import { InvalidInput, NotCapable, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import type { Device } from "../domain/home.ts";
import { isId, type SensorId } from "../domain/ids.ts";
import type { BleFrame, Frame } from "../domain/profile.ts";
import { Minutes, type Monotonic, Seconds } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";
import type { SecretShelf } from "../privacy/secret-shelf.ts";
import { type Broadcast, isKnownBroadcast, readBroadcast } from "./broadcast-dialects.ts";
import type { SensorDirectory } from "./sensor-service.ts";

/**
 * A sensor without flash begins to count anew when its battery is changed. It is believed that once it has been silent for so long,
 * and while it has not counted further than this, which is what bthome-ble does, without the silence. Who recorded it and
 * silences it for so long can play that recording back (docs/adr/0026-broadcasts.md).
 */
const restartSilence = Minutes(5);
const restartsBelow = 100;

/** A packet with an id is on the air for a while, at short intervals: the same one heard within so long is no other. */
const repeatsWithin = Minutes(1);
/** Without one the same words may be said anew; so often they are heard at the most. */
const sameWordsWithin = Seconds(10);

/** Of a sensor that seals. */
interface Sealing {
  readonly key: KeyObject;
  /** -1: nothing was heard since its key was given. */
  counter: number;
  heardAt: Monotonic;
}

/** Of one that speaks in clear. */
interface Repeated {
  readonly packet: number | undefined;
  readonly bytes: Buffer;
  readonly at: Monotonic;
}

/**
 * What sensors that only advertise are believed: of those that seal their readings nothing but what is sealed, and no packet twice.
 * Anybody in range can say anything in anybody's name; what is not believed is counted, and is no reading.
 */
export class BroadcastGate {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"security">;
  readonly #keys: SecretShelf;
  readonly #directory: SensorDirectory;
  readonly #sealing = new Map<SensorId, Sealing>();
  readonly #repeated = new Map<SensorId, Repeated>();
  readonly #refused = new Map<SensorId, Map<BroadcastRefusal, number>>();

  constructor(
    clock: Clock,
    log: AuditedLog,
    bus: EventBus,
    store: PurposeStore<"security">,
    keys: SecretShelf,
    directory: SensorDirectory,
  ) {
    this.#clock = clock;
    this.#log = log;
    this.#bus = bus;
    this.#store = store;
    this.#keys = keys;
    this.#directory = directory;
  }

  start(): void {
    for (const id of this.#keys.keys()) if (isId("sensor", id)) this.#load(id);
    this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "device" && change === "removed" && isId("sensor", id)) this.#forget(id);
    });
  }

  /** Whether this sensor's readings are believed only if they are sealed. */
  seals(id: SensorId): boolean {
    return this.#sealing.has(id);
  }

  /**
   * From here on this sensor is believed only what is sealed with this key, whatever it has counted before. It stays so until the
   * sensor is removed.
   * @param key 16 bytes; stay the caller's, who wipes them
   * @throws NotFound; NotCapable: it is no sensor that could seal; InvalidInput; StoreFailed
   */
  setKey(id: SensorId, key: Uint8Array): void {
    const device = this.#directory.device(id);
    if (device === undefined) throw new NotFound("no such sensor");
    if (!this.#canSeal(device)) throw new NotCapable("this sensor does not seal what it says");
    if (key.length !== ccmKeyBytes)
      throw new InvalidInput(`the key of a sensor has ${ccmKeyBytes} bytes`, { path: "key" });
    this.#keys.put(id, key);
    this.#store.collection("broadcast-counters").remove(id);
    this.#load(id);
  }

  /** What was not believed in the name of a sensor. */
  refusedOf(id: SensorId): Refusals {
    return this.#refused.get(id) ?? new Map();
  }

  /** In the name of any. */
  get refused(): Refusals {
    const all = [...this.#refused.values()];
    const sum = (reason: BroadcastRefusal) => all.reduce((total, each) => total + (each.get(reason) ?? 0), 0);
    return new Map(broadcastRefusals.flatMap((reason) => (sum(reason) === 0 ? [] : [[reason, sum(reason)]])));
  }

  /** A frame as its profile can read it. Undefined: it was heard before, or is not believed, or is noise. */
  admit(device: Device, frame: Frame): Frame | undefined {
    if (frame.kind !== "ble" || !isKnownBroadcast(frame) || !isId("sensor", device.id)) return frame;
    const said = readBroadcast(frame);
    if (said === undefined) return undefined;
    const sealing = this.#sealing.get(device.id);
    if (said.sealed) return this.#opened(device, frame, said, sealing);
    if (sealing !== undefined) return this.#refuse(device.id, "downgraded");
    return this.#isRepeated(device.id, frame, said.packet) ? undefined : frame;
  }

  #opened(
    { id, address }: Device,
    frame: BleFrame,
    said: Broadcast & { readonly sealed: true },
    sealing: Sealing | undefined,
  ): BleFrame | undefined {
    if (!isId("sensor", id)) return undefined;
    if (sealing === undefined) return this.#refuse(id, "no-key");
    if (said.counter === sealing.counter) return undefined;
    const now = this.#clock.monotonic();
    if (said.counter < sealing.counter && !hasRestarted(said.counter, sealing, now))
      return this.#refuse(id, "replayed");
    const from = addressBytes(blePeerOf(address)?.address ?? "");
    const bytes = from && said.open(sealing.key, from);
    if (bytes === undefined) return this.#refuse(id, "forged");
    sealing.counter = said.counter;
    sealing.heardAt = now;
    this.#store.collection("broadcast-counters").put(id, { id, counter: said.counter });
    return { ...frame, bytes };
  }

  #isRepeated(id: SensorId, { bytes }: BleFrame, packet: number | undefined): boolean {
    const now = this.#clock.monotonic();
    const last = this.#repeated.get(id);
    const isSame = last?.packet === packet && (packet !== undefined || last?.bytes.equals(bytes) === true);
    const within = packet === undefined ? sameWordsWithin : repeatsWithin;
    const isRepeated = last !== undefined && isSame && now - last.at < within;
    // With an id it counts when it was last heard, without one when it was first.
    if (!isRepeated || packet !== undefined)
      this.#repeated.set(id, { packet, bytes: Buffer.from(bytes), at: now });
    return isRepeated;
  }

  #canSeal({ profile }: Device): boolean {
    const link = this.#directory.profile(profile)?.link;
    return link?.kind === "ble" && link.over === "broadcast";
  }

  #load(id: SensorId): void {
    const key = this.#keys.read(id, (bytes) => secretKey(Buffer.from(bytes)));
    if (key === undefined) return;
    const counter = this.#store.collection("broadcast-counters").get(id)?.counter ?? -1;
    this.#sealing.set(id, { key, counter, heardAt: this.#clock.monotonic() });
  }

  #forget(id: SensorId): void {
    for (const known of [this.#sealing, this.#repeated, this.#refused]) known.delete(id);
    this.#keys.remove(id);
    this.#store.collection("broadcast-counters").remove(id);
  }

  /** Logged once for each sensor and reason: whoever sends it can send it a thousand times a second. */
  #refuse(id: SensorId, reason: BroadcastRefusal): undefined {
    const counts = this.#refused.get(id) ?? new Map<BroadcastRefusal, number>();
    this.#refused.set(id, counts);
    const count = (counts.get(reason) ?? 0) + 1;
    counts.set(reason, count);
    if (count === 1) this.#log.write("warn", "sensor.not-believed", { sensor: id, reason });
    return undefined;
  }
}

const hasRestarted = (counter: number, { heardAt }: Sealing, now: Monotonic): boolean =>
  counter < restartsBelow && now - heardAt >= restartSilence;
