import { isSigned, publicKeyBytes, signatureKey } from "../crypto/signature.ts";
import { CallerError, InvalidInput } from "../domain/errors.ts";
import { isoText } from "../domain/instant-text.ts";
import { type Instant, Minutes } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";

const nonceBytes = 32;
/** For how long a question is open. */
const openFor = Minutes(10);
const mostOpen = 16;
const setting = "time-key";

/** What a signer of time says: that it is `time`, to whoever has just asked with `nonce`. */
export interface TimeStatement {
  /** As the hub drew it, hex. */
  readonly nonce: string;
  readonly time: Instant;
  /** Ed25519 [RFC 8032] over `timeText`, 64 bytes. */
  readonly signature: Uint8Array;
}

/** The statement is forged, answers no question of this hub or is used for the second time. */
export class TimeNotProven extends CallerError {
  override readonly code = "time_not_proven";
  override readonly status = 403;
}

/** The bytes that are signed: the time to the millisecond in UTC, and the question it answers. */
export const timeText = (nonce: string, time: Instant): Buffer =>
  Buffer.from(`lampkeeper time 1\n${nonce}\n${isoText(time)}\n`);

/** Believes the time of a signer whose key its owner has given, as an answer to a question that was just asked, and once. */
export class SignedTime {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #store: PurposeStore<"setup">;
  /** Questions that wait for an answer, and since when. */
  readonly #open = new Map<string, number>();

  constructor(clock: Clock, entropy: Entropy, store: PurposeStore<"setup">) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#store = store;
  }

  /** base64url; undefined: nobody's time is believed. */
  key(): string | undefined {
    const value = this.#store.collection("settings").get(setting)?.value;
    return typeof value === "string" ? value : undefined;
  }

  /** @param key Ed25519, 32 bytes, base64url; undefined: nobody's any more @throws InvalidInput */
  setKey(key: string | undefined): void {
    const settings = this.#store.collection("settings");
    this.#open.clear();
    if (key === undefined) {
      if (settings.get(setting) !== undefined) settings.remove(setting);
      return;
    }
    const bytes = Buffer.from(key, "base64url");
    if (bytes.length !== publicKeyBytes || bytes.toString("base64url") !== key)
      throw new InvalidInput("not an Ed25519 public key: 32 bytes in base64url", { path: "key" });
    settings.put(setting, { name: setting, value: key });
  }

  /** @returns what a signer is to answer, hex */
  ask(): string {
    this.#forgetOld();
    const [oldest] = this.#open.keys();
    if (oldest !== undefined && this.#open.size >= mostOpen) this.#open.delete(oldest);
    const nonce = this.#entropy.bytes(nonceBytes).toString("hex");
    this.#open.set(nonce, this.#clock.monotonic());
    return nonce;
  }

  /** @returns the time, proven. @throws TimeNotProven; the question is answered then all the same */
  accept({ nonce, time, signature }: TimeStatement): Instant {
    this.#forgetOld();
    const wasAsked = this.#open.delete(nonce);
    const key = signatureKey(Buffer.from(this.key() ?? "", "base64url"));
    if (key === undefined || !wasAsked || !isSigned(key, timeText(nonce, time), signature))
      throw new TimeNotProven(
        "not a time that your signer has said just now; ask again and have that signed",
      );
    return time;
  }

  #forgetOld(): void {
    for (const [nonce, since] of this.#open)
      if (this.#clock.monotonic() - since > openFor) this.#open.delete(nonce);
  }
}
