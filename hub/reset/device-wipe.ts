import type { DeviceLinks } from "../broker/device-links.ts";
import { sameDigest, sha256 } from "../crypto/digest.ts";
import type { DeviceId } from "../domain/ids.ts";
import type { Frame, Profile, WipeDialect } from "../domain/profile.ts";
import type { WipeOutcome } from "../domain/reset.ts";
import { Millis, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { LeavingDevice } from "./leaving-home.ts";

/** Whoever was away longer than this is named as not confirmed. */
export const wipeAtMost = Seconds(60);
const tellEvery = Seconds(5);
const keepWithin = Millis(200);
const nonceBytes = 16;
const erased = 0xff;

export type WipeOutcomes = Readonly<Record<DeviceId, WipeOutcome>>;

interface Asked {
  readonly device: LeavingDevice;
  readonly wipe: WipeDialect;
  readonly nonce: Buffer;
  toldAt: number;
  isHeard: boolean;
}

/**
 * Tells devices to forget everything, and believes none that it has: what counts is a digest over its erased storage,
 * with a nonce that was drawn for it now.
 */
export class DeviceWipe {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #link: DeviceLinks;
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #asked = new Map<string, Asked>();
  readonly #keep: (outcomes: WipeOutcomes) => void;
  #outcomes: Record<DeviceId, WipeOutcome> = {};
  #done: () => void = () => {};
  #failed: (error: unknown) => void = () => {};
  #keeping: Timer | undefined;

  /** @param clock of the sockets @param keep writes down what is known by now */
  constructor(
    clock: Clock,
    entropy: Entropy,
    link: DeviceLinks,
    profiles: ReadonlyMap<string, Profile>,
    keep: (outcomes: WipeOutcomes) => void,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#link = link;
    this.#profiles = profiles;
    this.#keep = keep;
  }

  /** Resolves when everybody has answered, or the time is over. @param known of an attempt that was cut off */
  async run(devices: readonly LeavingDevice[], known: WipeOutcomes): Promise<WipeOutcomes> {
    this.#outcomes = { ...known };
    this.#link.onFrame((address, frame) => this.#hear(address, frame));
    for (const device of devices) this.#ask(device);
    this.#keep(this.#outcomes);
    if (this.#asked.size > 0) await this.#answered();
    this.#keep(this.#outcomes);
    return this.#outcomes;
  }

  async #answered(): Promise<void> {
    const all = new Promise<void>((done, failed) => {
      this.#done = done;
      this.#failed = failed;
    });
    const telling = this.#clock.every(tellEvery, () => this.#tellAll());
    const end = this.#clock.after(wipeAtMost, this.#done);
    this.#tellAll();
    try {
      await all;
    } finally {
      telling.cancel();
      end.cancel();
      this.#keeping?.cancel();
    }
  }

  #ask(device: LeavingDevice): void {
    if (this.#outcomes[device.id] !== undefined) return;
    const profile = this.#profiles.get(device.profile);
    if (profile?.wipe === undefined) {
      this.#outcomes[device.id] = "unable";
      return;
    }
    const nonce = this.#entropy.bytes(nonceBytes);
    this.#asked.set(device.address, { device, wipe: profile.wipe, nonce, toldAt: -Infinity, isHeard: false });
    this.#link.attach(device.address, profile.link, device.via ?? "hub");
  }

  #tellAll(): void {
    for (const asked of this.#asked.values()) this.#tell(asked);
  }

  #tell(asked: Asked): void {
    asked.toldAt = this.#clock.monotonic();
    this.#link.send(asked.device.address, asked.wipe.frames(asked.nonce.toString("hex")));
  }

  #hear(address: string, frame: Frame): void {
    const asked = this.#asked.get(address);
    if (asked === undefined || this.#saysGoodbye(asked, frame)) return;
    if (isProven(asked, frame)) {
      this.#settle(asked, "confirmed");
      return;
    }
    // One that has just come has heard nothing yet of what was said into the empty room.
    if (!asked.isHeard || this.#clock.monotonic() - asked.toldAt >= tellEvery) this.#tell(asked);
    asked.isHeard = true;
    // It is there and was told: more will not come of it.
    if (asked.wipe.proof === undefined) this.#settle(asked, "told");
  }

  /** A last will is the broker's word about somebody who is gone. */
  #saysGoodbye({ device }: Asked, frame: Frame): boolean {
    return this.#profiles.get(device.profile)?.decode(frame)?.online === false;
  }

  #settle({ device }: Asked, outcome: WipeOutcome): void {
    this.#outcomes[device.id] = outcome;
    this.#asked.delete(device.address);
    if (this.#asked.size === 0) this.#done();
    // A house that answers as one costs one write.
    this.#keeping ??= this.#clock.after(keepWithin, () => {
      this.#keeping = undefined;
      try {
        this.#keep(this.#outcomes);
      } catch (error) {
        this.#failed(error);
      }
    });
  }
}

const isProven = ({ wipe, nonce }: Asked, frame: Frame): boolean => {
  const proof = wipe.proof?.read(frame);
  if (wipe.proof === undefined || proof?.nonce !== nonce.toString("hex")) return false;
  const storage = Buffer.alloc(wipe.proof.storageBytes, erased);
  return sameDigest(sha256(Buffer.concat([nonce, storage])), Buffer.from(proof.digest, "hex"));
};
