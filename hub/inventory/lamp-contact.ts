import type { LightState } from "../domain/light.ts";
import { type PairingCode, PairingFailed } from "../domain/pairing.ts";
import type { BleFrame, LampProfile } from "../domain/profile.ts";
import { Millis, Percent, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";

/** A device that is spoken to by a driver. Filled by the roof. */
export interface LampConversation {
  /** Writes, and reads what the driver reads. @throws BleError */
  send(frames: readonly BleFrame[]): Promise<void>;
  /** Resolves when its link is gone. */
  close(): Promise<void>;
}

/** How long each light of a blink lasts: long enough to be seen, and for a lamp that fades. */
const blink = Millis(700);
/** For what a lamp says by itself once it was asked. */
const answersWithin = Seconds(3);

const asBought: LightState = { on: true, brightness: Percent(100) };

/** First contact with a lamp by a driver that may be the wrong one: how it is, and a blink that leaves it so. */
export class LampContact {
  readonly #clock: Clock;
  readonly #profile: LampProfile;
  readonly #conversation: LampConversation;
  #state: Partial<LightState> | undefined;
  #heard: ((said: "state" | PairingCode) => void) | undefined;
  /** For its button: it says so when it is greeted, and when it was pressed. */
  #isWaiting = false;

  /** @param speak begins the conversation; what the device says goes to its argument */
  constructor(
    clock: Clock,
    profile: LampProfile,
    speak: (hear: (frame: BleFrame) => void) => LampConversation,
  ) {
    this.#clock = clock;
    this.#profile = profile;
    this.#conversation = speak((frame) => this.#hear(frame));
  }

  /**
   * The lamp is there, speaks as the driver does, and obeys. One that never says what it shows is switched on for it.
   * @throws BleError; PairingFailed: it waits for its button, or says what nobody can read
   */
  async make(): Promise<void> {
    if (!this.#readsBack) {
      await this.#show(true, asBought);
      return;
    }
    this.#state = undefined;
    await this.#conversation.send(this.#queries);
    const said = await this.#answer();
    if (said !== "state") throw new PairingFailed(said);
  }

  /** It blinks, and is then as it was; one that never says what it shows is on. @throws as `make` */
  async identify(): Promise<void> {
    await this.make();
    const before = { ...asBought, ...this.#state };
    const lights = this.#readsBack ? [!before.on, before.on, !before.on, before.on] : [false, true];
    for (const on of lights) {
      await this.#clock.sleep(blink);
      await this.#show(on, before);
    }
  }

  close(): Promise<void> {
    return this.#conversation.close();
  }

  get #readsBack(): boolean {
    const { link } = this.#profile;
    return link.kind === "ble" && link.readsBack;
  }

  get #queries(): readonly BleFrame[] {
    return framesOf(this.#profile.query);
  }

  async #show(on: boolean, state: LightState): Promise<void> {
    const brightness = Percent(Math.max(1, state.brightness));
    await this.#conversation.send(framesOf(this.#profile.encode({ ...state, on, brightness })));
  }

  /** What it has said, or says within a moment. */
  #answer(): Promise<"state" | PairingCode> {
    if (this.#isWaiting) return Promise.resolve("pairing_button");
    if (this.#state !== undefined) return Promise.resolve("state");
    return new Promise((resolve) => {
      const timer: Timer = this.#clock.after(answersWithin, () => end("pairing_garbage"));
      const end = (said: "state" | PairingCode): void => {
        timer.cancel();
        this.#heard = undefined;
        resolve(said);
      };
      this.#heard = end;
    });
  }

  #hear(frame: BleFrame): void {
    const report = this.#profile.decode(frame);
    if (report?.online !== undefined) this.#isWaiting = !report.online;
    if (report?.state !== undefined) this.#state = { ...this.#state, ...report.state };
    if (this.#isWaiting) this.#heard?.("pairing_button");
    else if (this.#state !== undefined) this.#heard?.("state");
  }
}

const framesOf = (frames: ReturnType<LampProfile["encode"]>): readonly BleFrame[] =>
  frames.filter((frame) => frame.kind === "ble");
