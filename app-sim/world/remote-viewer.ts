import { frameKey, openFrame } from "../../hub/crypto/view-frame.ts";
import { type KeyPair, keyPairOf, x25519Bytes } from "../../hub/crypto/x25519.ts";
import type { Clock } from "../../hub/ports/clock.ts";
import type { Entropy } from "../../hub/ports/entropy.ts";

/** What a phone makes of a frame. */
export type Viewed =
  | { readonly kind: "seen"; readonly status: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly why: "unreadable" | "replay" | "stale" };

/** A frame that is older shows a home as it was, not as it is. */
const frameLivesMs = 90_000;

/** Somebody's phone, far away: it has a key of its own, and was told the hub's at home. */
export class RemoteViewer {
  readonly #clock: Clock;
  readonly #pair: KeyPair;
  #hub: Buffer = Buffer.alloc(0);
  #newest = 0n;
  mailbox = "";

  constructor(clock: Clock, entropy: Entropy) {
    this.#clock = clock;
    this.#pair = keyPairOf(entropy.bytes(x25519Bytes));
  }

  get publicKey(): string {
    return this.#pair.publicKey.toString("base64");
  }

  /** At home, on the home's own network. */
  invited(hubKey: string, mailbox: string): void {
    this.#hub = Buffer.from(hubKey, "base64");
    this.mailbox = mailbox;
  }

  look(frame: Uint8Array): Viewed {
    const ends = { hub: this.#hub, viewer: this.#pair.publicKey };
    const key = frameKey(this.#pair.privateKey, this.#hub, ends);
    const opened = key && openFrame(key, frame);
    if (opened === undefined) return { kind: "refused", why: "unreadable" };
    if (opened.number <= this.#newest) return { kind: "refused", why: "replay" };
    this.#newest = opened.number;
    const status = JSON.parse(opened.text.toString()) as { readonly at: number };
    if (this.#clock.now() - status.at > frameLivesMs) return { kind: "refused", why: "stale" };
    return { kind: "seen", status };
  }
}
