import type { Clock } from "../../hub/ports/clock.ts";
import type { Entropy } from "../../hub/ports/entropy.ts";
import { type Declared, Outsider, type Said } from "./outsider.ts";

/** What a relay sees of a frame: when it came, how long it is, and bytes that it cannot read. */
export interface SeenFrame {
  readonly at: number;
  readonly wireBytes: number;
  readonly mailbox: string;
  readonly frame: Buffer;
}

/** Carries frames from a home to whoever is away. It writes everything down. */
export class Relay extends Outsider {
  readonly #clock: Clock;
  readonly seen: SeenFrame[] = [];

  constructor(clock: Clock, entropy: Entropy, declared: Declared) {
    super(entropy, declared);
    this.#clock = clock;
  }

  /** The newest frame that lies there. */
  fetch(mailbox: string): Buffer | undefined {
    return this.seen.findLast((each) => each.mailbox === mailbox)?.frame;
  }

  protected override answer(said: Said): Said {
    const { mailbox, frame } = said;
    if (said["kind"] === "frame" && typeof mailbox === "string" && typeof frame === "string") {
      const wireBytes = this.received.at(-1)?.wire.length ?? 0;
      this.seen.push({
        at: this.#clock.monotonic(),
        wireBytes,
        mailbox,
        frame: Buffer.from(frame, "base64"),
      });
      if (this.seen.length > this.most) this.seen.shift();
    }
    return { kind: "taken" };
  }
}
