import { clampState, confirms } from "../domain/apply-command.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { EventBus, NotRunReason } from "../domain/event.ts";
import type { LightCapabilities, LightCommand, LightState } from "../domain/light.ts";
import type { Frame, LampReport } from "../domain/profile.ts";
import { sameState } from "../domain/report.ts";
import { liesBetween, stateDuring } from "../domain/transition.ts";
import { type Duration, Millis, Minutes, Seconds } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { type Lamp, readsBack, type Write, whole } from "./lamp.ts";
import { LampLanguage, LampMessage, type Outgoing } from "./lamp-message.ts";
import { type Ears, Patience } from "./patience.ts";
import { ShownAlike } from "./shown-alike.ts";

/** Carries frames to a lamp's address; filled by the roof. */
export interface FrameSender {
  send(address: string, frames: readonly Frame[]): void;
  /**
   * As `send` of the whole of it, to a lamp for which the part is enough where many are told the very same as one.
   * Absent: nothing leaves as one.
   */
  sendMessage?(address: string, message: Outgoing): void;
}

/** What the writer tells the room. */
export interface WriterOutcome {
  confirmed(lamp: Lamp): void;
  /** A lamp that never says what it shows was handed what is desired. */
  accepted(lamp: Lamp): void;
  notRun(lamp: Lamp, reason: NotRunReason): void;
  reachable(lamp: Lamp, online: boolean): void;
  /** A lamp with two links cannot be reached by the one in use. @returns whether it goes on by the other, and was told */
  failed(lamp: Lamp): boolean;
  /** The lamp changed by itself: somebody used its own switch or remote. */
  touched(lamp: Lamp, state: LightState): void;
}

/** Brings lamps to their desired state. */
export interface LampWriting {
  /**
   * The lamp's desired state has changed: bring it there within `transition`.
   * @param asked the command that changed it; absent: all of the state is new
   */
  want(lamp: Lamp, transition: Duration, asked?: LightCommand): void;
  /** @param by what can be shown over the link that says it; absent: the one in use */
  report(lamp: Lamp, report: LampReport, by?: LightCapabilities): void;
  /** The lamp is reached by another link from now on, or has begun anew behind the one in use: it is told what is desired. */
  rerouted(lamp: Lamp): void;
  /** The lamp is back, or gone, by its own word or its link's. */
  online(lamp: Lamp, online: boolean): void;
  /** What the lamp's link says became of what was sent last. */
  delivered(lamp: Lamp, delivery: Delivery): void;
  /** Asks a lamp that has been silent how it is. @returns whether it was asked */
  checkUp(lamp: Lamp): boolean;
  release(lamp: Lamp): void;
  close(): void;
}

export interface WriterOptions {
  /** A lamp with two links that leaves so many attempts unanswered is tried by the other one. */
  readonly attemptsOfTwo: number;
  /** How long a lamp may take to answer, as the hub hears it, before the write is repeated; doubles with each attempt. */
  readonly answerWithin: Duration;
  readonly attempts: number;
  /** The same for a lamp whose link says itself what becomes of a write, and tries more than once. */
  readonly deliveredWithin: Duration;
  /**
   * For so long after a write, or its confirmation, a report that contradicts it is a late answer, not somebody at the switch: it is
   * answered with the desired state once more instead of being believed.
   */
  readonly grace: Duration;
  /** An unreachable lamp whose desired state is open is tried again after this, doubling up to `probeAtMost`. */
  readonly probe: Duration;
  readonly probeAtMost: Duration;
  /** A lamp that says nothing for so long is asked how it is; one that does not answer until the next time is gone. */
  readonly silence: Duration;
  /** The gap between two steps of a fade the hub leads. */
  readonly fadeStep: Duration;
}

export const defaultWriterOptions: WriterOptions = {
  answerWithin: Seconds(1),
  attempts: 4,
  attemptsOfTwo: 2,
  deliveredWithin: Seconds(90),
  grace: Seconds(3),
  probe: Seconds(15),
  probeAtMost: Minutes(5),
  silence: Minutes(5),
  fadeStep: Millis(200),
};

const now = Millis(0);

/**
 * One writer per lamp: at most one write is under way, and whatever was asked for meanwhile follows as one write of
 * the newest desired state. With a write per command two could be in flight and the older one land last.
 */
export class LampWriter implements LampWriting {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #sender: FrameSender;
  readonly #bus: EventBus;
  readonly #outcome: WriterOutcome;
  readonly #options: WriterOptions;
  readonly #patience: Patience<Lamp>;
  readonly #language = new LampLanguage();
  readonly #shown = new ShownAlike();

  constructor(
    clock: Clock,
    random: Random,
    sender: FrameSender,
    ears: Ears,
    bus: EventBus,
    outcome: WriterOutcome,
    options: WriterOptions = defaultWriterOptions,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#sender = sender;
    this.#bus = bus;
    this.#outcome = outcome;
    this.#options = options;
    this.#patience = new Patience(clock, ears, (lamp) => this.#unanswered(lamp));
  }

  want(lamp: Lamp, transition: Duration, asked?: LightCommand): void {
    this.#endFade(lamp);
    const longest = lamp.profile.capabilities.transition?.max;
    if (longest !== undefined) this.#aim(lamp, Millis(Math.min(transition, longest)), asked);
    else if (transition > this.#options.fadeStep) this.#lead(lamp, transition);
    else this.#aim(lamp, now, asked);
  }

  #aim(lamp: Lamp, transition: Duration, asked?: LightCommand): void {
    const write = lamp.write;
    if (write !== undefined) {
      write.stale = true;
      write.nextTransition = transition;
      return;
    }
    this.#begin(lamp, transition, 0, asked);
  }

  rerouted(lamp: Lamp): void {
    const { write } = lamp;
    this.#rest(lamp);
    if (write === undefined && (lamp.isNew || lamp.wakesByItself))
      this.#sender.send(lamp.address, lamp.profile.query);
    else this.want(lamp, write?.stale ? write.nextTransition : (write?.transition ?? now));
  }

  report(lamp: Lamp, report: LampReport, by = lamp.profile.capabilities): void {
    lamp.heardAt = whole(this.#clock.monotonic());
    lamp.askedAt = undefined;
    if (report.power !== undefined) lamp.power = report.power;
    if (report.energy !== undefined) lamp.energy = report.energy;
    if (report.online !== undefined) this.online(lamp, report.online);
    if (report.state === undefined) return;
    if (!lamp.reachable) this.online(lamp, true);
    if (report.command !== undefined && report.command !== lamp.cause.command) this.#overtaken(lamp);
    else this.#learn(lamp, this.#shown.after(lamp, report.state), by);
  }

  online(lamp: Lamp, online: boolean): void {
    if (lamp.reachable === online || (!online && this.#isDetoured(lamp))) return;
    lamp.reachable = online;
    this.#outcome.reachable(lamp, online);
    if (online) this.#returned(lamp);
    else this.#gone(lamp);
  }

  delivered(lamp: Lamp, delivery: Delivery): void {
    if (delivery === "accepted") this.#accepted(lamp);
    else if (delivery !== "heard") this.#undelivered(lamp, delivery);
    else if (!lamp.reachable) this.online(lamp, true);
    // It was away for a moment, perhaps only to begin anew.
    else if (lamp.write === undefined && !lamp.isNew) this.#begin(lamp, now);
  }

  /** What a lamp said of itself may have been lost on the way: somebody at its switch, or that it went. */
  checkUp(lamp: Lamp): boolean {
    const { query } = lamp.profile;
    const now = this.#clock.monotonic();
    const silentSince = Math.max(lamp.heardAt ?? 0, lamp.askedAt ?? 0);
    const isDue = lamp.write === undefined && now - silentSince >= this.#options.silence;
    const canAnswer = query.length > 0 || (lamp.profile.link.kind === "ble" && readsBack(lamp));
    if (!isDue || !canAnswer) return false;
    // One that is gone is asked too: its word that it is back may have been lost.
    if (lamp.reachable && lamp.askedAt !== undefined) {
      lamp.askedAt = undefined;
      this.online(lamp, false);
      return false;
    }
    lamp.askedAt = whole(now);
    this.#sender.send(lamp.address, query);
    return true;
  }

  release(lamp: Lamp): void {
    this.#endFade(lamp);
    this.#rest(lamp);
    lamp.probe?.cancel();
    lamp.probe = undefined;
  }

  close(): void {
    this.#patience.close();
  }

  /** The answer to an older command says nothing about now; but the lamp may have done the older one last. */
  #overtaken(lamp: Lamp): void {
    const write = lamp.write;
    if (write === undefined) this.#begin(lamp, now);
    else if (write.stale) this.#follow(lamp, write);
  }

  /** What the lamp shows is known anew: does it settle the write, go on, or contradict it? */
  #learn(lamp: Lamp, shown: LightState, by: LightCapabilities): void {
    const before = lamp.reported;
    lamp.reported = shown;
    if (this.#isItsOwn(lamp, shown, by)) {
      lamp.isNew = false;
      this.#outcome.touched(lamp, shown);
    }
    const write = lamp.write;
    const settled = lamp.fade === undefined && this.#shown.does(lamp, lamp.desired, by);
    if (before === null || (write !== undefined && settled) || !sameState(before, shown)) {
      this.#bus.publish({
        kind: "light.reported",
        lamp: lamp.id,
        reported: shown,
        cause: lamp.cause,
        settled,
        took: settled && lamp.isAwaited ? timeOf(lamp) : undefined,
      });
      if (settled) lamp.isAwaited = false;
    }
    if (write !== undefined) this.#answered(lamp, write, settled);
    else if (!settled && lamp.fade === undefined) this.#begin(lamp, now);
  }

  /**
   * Whether the lamp shows something nobody asked of it: at first contact, when the home takes it as it is, and when
   * somebody used its own switch. Soon after a write it is more likely a late answer.
   */
  #isItsOwn(lamp: Lamp, shown: LightState, by: LightCapabilities): boolean {
    if (lamp.isNew) return true;
    if (lamp.write !== undefined || lamp.fade !== undefined) return false;
    const since = lamp.busyAt === undefined ? Infinity : this.#clock.monotonic() - lamp.busyAt;
    return since > this.#options.grace && !confirms(lamp.desired, shown, by);
  }

  #answered(lamp: Lamp, write: Write, settled: boolean): void {
    write.answered = true;
    if (settled) {
      lamp.busyAt = lamp.heardAt;
      this.#rest(lamp);
      this.#outcome.confirmed(lamp);
    } else if (write.stale) {
      this.#follow(lamp, write);
    } else if (lamp.fade !== undefined && this.#shown.does(lamp, write.target)) {
      this.#rest(lamp);
    } else if (write.transition > 0 && isBetween(lamp, write)) {
      // On its way: give the fade its time.
      this.#patience.begin(lamp, Millis(write.transition + this.#options.answerWithin));
    }
  }

  /** The newest desired state takes the place of the write that is answered or given up. */
  #follow(lamp: Lamp, write: Write): void {
    this.#rest(lamp);
    this.#begin(lamp, write.nextTransition);
  }

  /** One that reads back says by itself what it shows now, or is asked again; of another this is all there is to know. */
  #accepted(lamp: Lamp): void {
    const { write } = lamp;
    lamp.heardAt = whole(this.#clock.monotonic());
    lamp.askedAt = undefined;
    if (readsBack(lamp)) {
      if (write !== undefined) this.#patience.begin(lamp, this.#options.answerWithin);
      return;
    }
    lamp.probe?.cancel();
    lamp.probe = undefined;
    lamp.reported = null;
    if (!lamp.reachable) {
      lamp.reachable = true;
      this.#outcome.reachable(lamp, true);
    }
    if (write === undefined) return;
    if (write.stale) {
      this.#follow(lamp, write);
      return;
    }
    this.#rest(lamp);
    if (lamp.fade === undefined) this.#outcome.accepted(lamp);
  }

  #undelivered(lamp: Lamp, reason: "refused" | "unpaired" | "unreachable"): void {
    if (this.#isDetoured(lamp)) return;
    this.#endFade(lamp);
    if (lamp.write !== undefined) this.#outcome.notRun(lamp, reason === "refused" ? "rejected" : reason);
    this.#rest(lamp);
    if (reason === "unreachable" && lamp.reachable) {
      lamp.reachable = false;
      this.#outcome.reachable(lamp, false);
    }
    if (lamp.probe === undefined && !lamp.isNew) this.#probeLater(lamp, this.#options.probe);
  }

  #begin(lamp: Lamp, transition: Duration, attempts = 0, asked?: LightCommand): void {
    lamp.isNew = false;
    lamp.probe?.cancel();
    lamp.probe = undefined;
    const write: Write = {
      from: lamp.reported ?? lamp.desired,
      target: this.#targetOf(lamp),
      transition,
      stale: false,
      answered: false,
      nextTransition: now,
      attempts,
    };
    lamp.write = write;
    const at = this.#clock.monotonic();
    lamp.busyAt = whole(at);
    this.#patience.begin(lamp, this.#patienceFor(lamp, write), at);
    // Only the first attempt trusts in what the lamp is known to show.
    if (asked === undefined || this.#sender.sendMessage === undefined)
      this.#sender.send(lamp.address, this.#language.whole(lamp, write));
    else this.#sender.sendMessage(lamp.address, new LampMessage(this.#language, lamp, write, asked));
  }

  #patienceFor({ profile }: Lamp, { attempts }: Write): Duration {
    const { answerWithin, deliveredWithin } = this.#options;
    return profile.link.kind === "ble" ? deliveredWithin : Millis(answerWithin * 2 ** attempts);
  }

  /** Takes a lamp that cannot fade by itself through the steps, always from where the clock says it should be. */
  #lead(lamp: Lamp, duration: Duration): void {
    const timer = this.#clock.every(this.#options.fadeStep, () => {
      if (this.#shareOf(lamp) >= 1) this.#endFade(lamp);
      this.#aim(lamp, now);
    });
    lamp.fade = { from: lamp.reported ?? lamp.desired, startedAt: this.#clock.monotonic(), duration, timer };
  }

  #shareOf({ fade }: Lamp): number {
    return fade === undefined ? 1 : Math.min(1, (this.#clock.monotonic() - fade.startedAt) / fade.duration);
  }

  /** A fade from a white to a colour may pass outside what the lamp's colours can mix, and one link may know more than the other. */
  #targetOf(lamp: Lamp): LightState {
    if (lamp.fade === undefined)
      return lamp.two === undefined ? lamp.desired : clampState(lamp.desired, lamp.profile.capabilities);
    const { from } = lamp.fade;
    return clampState(stateDuring(from, lamp.desired, this.#shareOf(lamp)), lamp.profile.capabilities);
  }

  #isDetoured(lamp: Lamp): boolean {
    return lamp.two !== undefined && this.#outcome.failed(lamp);
  }

  #endFade(lamp: Lamp): void {
    lamp.fade?.timer.cancel();
    lamp.fade = undefined;
  }

  #unanswered(lamp: Lamp): void {
    const write = lamp.write;
    if (write === undefined) return;
    if (write.attempts + 1 >= this.#options.attemptsOfTwo && this.#isDetoured(lamp)) return;
    this.#rest(lamp);
    if (write.stale) this.#begin(lamp, write.nextTransition);
    else if (write.attempts + 1 < this.#options.attempts) this.#begin(lamp, now, write.attempts + 1);
    else this.#gaveUp(lamp, write);
  }

  /** A lamp that answers, but never with what was asked, is there and refuses; a silent one is gone. */
  #gaveUp(lamp: Lamp, write: Write): void {
    this.#outcome.notRun(lamp, write.answered ? "rejected" : "unreachable");
    if (!write.answered && lamp.reachable) {
      lamp.reachable = false;
      this.#outcome.reachable(lamp, false);
    }
    this.#probeLater(lamp, this.#options.probe);
  }

  /** Jitter keeps a house of lamps that went together from being asked together. */
  #probeLater(lamp: Lamp, delay: Duration): void {
    const jittered = Millis(delay * (0.75 + 0.5 * this.#random.next()));
    lamp.probe = this.#clock.after(jittered, () => {
      this.#sender.send(lamp.address, lamp.profile.encode({ ...lamp.desired, command: lamp.cause.command }));
      lamp.busyAt = whole(this.#clock.monotonic());
      this.#probeLater(lamp, Millis(Math.min(delay * 2, this.#options.probeAtMost)));
    });
  }

  /**
   * A lamp that comes back gets its desired state again, unless its owner chose how it wakes up: then that is what
   * the home takes over with the next report.
   */
  #returned(lamp: Lamp): void {
    const open = lamp.probe !== undefined;
    lamp.probe?.cancel();
    lamp.probe = undefined;
    if (lamp.isNew || (lamp.wakesByItself && !open)) this.#sender.send(lamp.address, lamp.profile.query);
    else if (lamp.write === undefined) this.#begin(lamp, now);
  }

  #gone(lamp: Lamp): void {
    this.#endFade(lamp);
    if (lamp.write === undefined) return;
    this.#rest(lamp);
    this.#outcome.notRun(lamp, "unreachable");
    // It went in the middle, perhaps only to begin anew: what was asked of it still holds when it is back.
    this.#probeLater(lamp, this.#options.probe);
  }

  #rest(lamp: Lamp): void {
    if (lamp.write === undefined) return;
    lamp.write = undefined;
    this.#patience.end(lamp);
  }
}

/** From the newest change to what was heard just now. */
const timeOf = ({ heardAt, changedAt }: Lamp): number =>
  heardAt === undefined || changedAt === undefined ? 0 : heardAt - changedAt;

const isBetween = ({ reported }: Lamp, { from, target }: Write): boolean =>
  reported !== null && liesBetween(from, target, reported);
