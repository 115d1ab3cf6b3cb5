import { InvalidInput, NotCapable, NotFound } from "../domain/errors.ts";
import { idEntropyBytes, idFrom } from "../domain/ids.ts";
import {
  type AskedReset,
  type ResetBy,
  type ResetId,
  type ResetLevel,
  ResetUnderWay,
  SecondStepNeeded,
} from "../domain/reset.ts";
import { type Duration, Minutes, type Monotonic } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Panel } from "../ports/panel.ts";

/** Who carries a reset out. */
export interface ResetExecution {
  /**
   * Writes down that it has begun and has it go on outside of this hub, which ends; absent: nobody would start it again.
   * On the medium when it returns. @throws StoreFailed: nothing has begun
   */
  readonly begin?: (asked: AskedReset) => void;
  /** Destroys the hub's own Wi-Fi credentials. */
  readonly forgetNetwork: () => void;
  /** What the certificate will be signed with, and counted. */
  readonly device: () => { readonly publicKey: Buffer; counter(): number };
}

export interface ResetWish {
  /** Hex, 8 to 64 bytes: to tell this reset from every other one. Absent: drawn here. */
  readonly challenge?: string | undefined;
  /** Of a hand over: what the rooms and lamps are called is of use to the next owner too. */
  readonly keepsNames?: boolean | undefined;
  /** Whoever asks has shown a code of their authenticator: nobody has to press the button. */
  readonly isSeconded?: boolean;
}

/** What has to be confirmed. */
export interface ResetOffer {
  readonly id: ResetId;
  readonly level: ResetLevel;
  readonly challenge: string;
  readonly expiresIn: Duration;
  /** Somebody has to press the hub's button before it can be confirmed. */
  readonly needsButton: boolean;
  /** What a verifier of the certificate is to expect; the counter is the least it may say. */
  readonly device: { readonly publicKey: string; readonly counter: number };
}

interface Pending {
  readonly asked: AskedReset;
  readonly until: Monotonic;
  isSeconded: boolean;
}

/** How long a wish for a reset waits to be confirmed. */
export const offerLives = Minutes(2);

const challengeBytes = 16;
const challenges = /^(?:[0-9a-f]{2}){8,64}$/;

/**
 * Lets nothing be reset by one wrong word: a reset is asked for and then confirmed, and one that is asked for from afar
 * is seconded by somebody at the button. One at a time. Losing power never resets anything.
 */
export class ResetService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #panel: Panel;
  readonly #execution: ResetExecution;
  readonly #needsButton: boolean;
  #pending: Pending | undefined;
  #hasBegun = false;
  #stop: () => void = () => {};

  /** @param clock of the world outside: a second step is taken by people, however fast the home lives */
  constructor(
    clock: Clock,
    entropy: Entropy,
    panel: Panel,
    execution: ResetExecution,
    options: { readonly needsButton: boolean },
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#panel = panel;
    this.#execution = execution;
    this.#needsButton = options.needsButton;
  }

  start(): void {
    this.#stop = this.#panel.onButton((change) => {
      if (change === "released" && this.#pending !== undefined) this.#pending.isSeconded = true;
    });
  }

  close(): void {
    this.#stop();
  }

  /** @throws ResetUnderWay, InvalidInput a bad challenge, NotCapable: nobody would start this hub again */
  request(level: ResetLevel, by: ResetBy, wish: ResetWish = {}): ResetOffer {
    const { challenge, keepsNames = false } = wish;
    const isSeconded = wish.isSeconded === true || !this.#needsButton;
    this.#assertFree();
    this.#assertPossible(level);
    if (challenge !== undefined && !challenges.test(challenge)) {
      throw new InvalidInput("a challenge is 8 to 64 bytes in hex, small letters", { path: "challenge" });
    }
    const asked = this.#asked(level, by, challenge, keepsNames);
    const until = (this.#clock.monotonic() + offerLives) as Monotonic;
    this.#pending = { asked, until, isSeconded };
    const { publicKey, counter } = this.#deviceOf();
    return {
      id: asked.id,
      level,
      challenge: asked.challenge,
      expiresIn: offerLives,
      needsButton: !isSeconded,
      device: { publicKey, counter },
    };
  }

  /**
   * The reset begins: from here on it ends, whatever happens.
   * @throws NotFound: never offered, or too long ago. SecondStepNeeded, ResetUnderWay. StoreFailed: it has not begun
   */
  confirm(id: ResetId): ResetLevel {
    if (this.#hasBegun) throw underWay();
    const pending = this.#open();
    if (pending?.asked.id !== id) throw new NotFound("no such reset waits to be confirmed; ask for it again");
    if (!pending.isSeconded) {
      throw new SecondStepNeeded("press the button of the hub, then confirm again", { kind: "button" });
    }
    this.#begin(pending.asked);
    return pending.asked.level;
  }

  /** By somebody who stands at the hub and has held its button for that long: nothing more is asked. @throws as `confirm` */
  reset(level: "network" | "factory", by: "button"): void {
    if (this.#hasBegun) throw underWay();
    this.#assertPossible(level);
    this.#begin(this.#asked(level, by, undefined, false));
  }

  #begin(asked: AskedReset): void {
    if (asked.level === "network") this.#execution.forgetNetwork();
    else {
      this.#execution.begin?.(asked);
      this.#hasBegun = true;
    }
    this.#pending = undefined;
  }

  #asked(level: ResetLevel, by: ResetBy, challenge: string | undefined, keepsNames: boolean): AskedReset {
    const id = idFrom("reset", this.#entropy.bytes(idEntropyBytes));
    const drawn = challenge ?? this.#entropy.bytes(challengeBytes).toString("hex");
    return { id, level, by, challenge: drawn, keepsNames };
  }

  #deviceOf(): ResetOffer["device"] {
    const key = this.#execution.device();
    return { publicKey: key.publicKey.toString("hex"), counter: key.counter() + 1 };
  }

  #open(): Pending | undefined {
    if (this.#pending !== undefined && this.#clock.monotonic() >= this.#pending.until)
      this.#pending = undefined;
    return this.#pending;
  }

  #assertFree(): void {
    if (this.#hasBegun || this.#open() !== undefined) throw underWay();
  }

  #assertPossible(level: ResetLevel): void {
    if (level !== "network" && this.#execution.begin === undefined)
      throw new NotCapable("nobody would start this hub again; reset it where it runs as a program");
  }
}

const underWay = (): ResetUnderWay =>
  new ResetUnderWay("another reset was asked for; confirm that one, or wait two minutes until it lapses");
