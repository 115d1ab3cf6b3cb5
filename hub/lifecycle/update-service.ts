import { CallerError, InvariantBroken } from "../domain/errors.ts";
import {
  type BootState,
  compareVersions,
  confirmed,
  emptied,
  type Image,
  type ImageName,
  imageOf,
  lived,
  type NotBefore,
  NoUpdate,
  nextSlot,
  postponed,
  staged,
  takenBack,
} from "../domain/firmware.ts";
import { Seconds } from "../domain/units.ts";
import {
  UpdateForOtherModel,
  type UpdateManifest,
  UpdateRolledBack,
  UpdateTooOld,
} from "../domain/update-bundle.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { BootRecord } from "./boot-record.ts";
import type { ImageSlots } from "./image-slots.ts";
import { longLife, type Supervision, wellFor } from "./supervision.ts";

/** Whoever asked for the restart still gets an answer. */
const beforeRestart = Seconds(1);
/** Longest sleep before looking at the clock again: a clock that is set must not bring an update in the night too late. */
const lookEvery = Seconds(60);

/** Whatever is changed now, the trial has to end first. */
export class TrialRuns extends CallerError {
  override readonly code = "trial_runs";
  override readonly status = 409;
}

/** One arrives at a time. */
export class UpdateUnderWay extends CallerError {
  override readonly code = "update_under_way";
  override readonly status = 409;
}

/** What there is, for whoever asks. */
export interface UpdateStatus {
  readonly image: ImageName;
  readonly running: Image;
  readonly state: BootState;
}

/** Updates of the running hub: taken, tried, confirmed, put off or taken back. */
export class UpdateService {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #record: BootRecord;
  readonly #slots: ImageSlots;
  readonly #supervision: Supervision;
  readonly #model: string;
  #timers: Timer[] = [];
  #restart: Timer | undefined;
  #isTaking = false;

  /** @param model kind of device that this is */
  constructor(
    clock: Clock,
    log: AuditedLog,
    record: BootRecord,
    slots: ImageSlots,
    supervision: Supervision,
    model: string,
  ) {
    this.#clock = clock;
    this.#log = log;
    this.#record = record;
    this.#slots = slots;
    this.#supervision = supervision;
    this.#model = model;
  }

  start(): void {
    // What the power cut off on its way.
    this.#slots.discard("incoming");
    this.#timers.push(this.#clock.every(lookEvery, () => this.#look()));
  }

  close(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    this.#restart?.cancel();
  }

  status(): UpdateStatus {
    const state = this.#record.read();
    const running = imageOf(state, this.#supervision.image);
    if (running === undefined) throw new InvariantBroken("the boot state does not know what runs");
    return { image: this.#supervision.image, running, state };
  }

  /**
   * The hub's self-test has passed and every door is open. What is on trial confirms itself when it stays so.
   */
  well(): void {
    this.#supervision.ready();
    this.#timers.push(
      this.#clock.after(wellFor(this.#supervision.patience), () => {
        if (this.#isOnTrial()) this.#attempt(() => void this.confirm());
      }),
      this.#clock.after(longLife, () => {
        const state = this.#record.read();
        if (state.failures > 0) this.#attempt(() => this.#record.write(lived(state)));
      }),
    );
  }

  /**
   * Takes an update as it arrives: no slot is touched before all of it was looked at, and nothing refers to the slot
   * before all of it was read back. Then the hub restarts into it, at once or when its moment has come.
   * @throws as `ImageSlots.take` and `settle`; UpdateForOtherModel, UpdateTooOld, UpdateRolledBack, TrialRuns,
   * UpdateUnderWay: nothing of it is left then
   */
  async install(pieces: AsyncIterable<Uint8Array>, notBefore?: NotBefore): Promise<UpdateStatus> {
    if (this.#isTaking) throw new UpdateUnderWay("another update is arriving; wait until it is here");
    this.#isTaking = true;
    try {
      const manifest = await this.#slots.take(pieces, (coming) => this.#assertFits(coming));
      // Meanwhile a version may have been confirmed.
      this.#assertFits(manifest);
      this.#stage(manifest, notBefore ?? "restart");
      this.#log.write("info", "update.staged", { version: manifest.version });
    } finally {
      this.#slots.discard("incoming");
      this.#isTaking = false;
    }
    if (notBefore === undefined) this.#restartSoon();
    return this.status();
  }

  /** What an update says of itself that would be taken. Nothing is written. @throws as `install` */
  async look(pieces: AsyncIterable<Uint8Array>): Promise<UpdateManifest> {
    const manifest = await this.#slots.look(pieces);
    this.#assertFits(manifest);
    return manifest;
  }

  /** @throws NoUpdate when this image is not on trial */
  confirm(): UpdateStatus {
    const state = this.#record.read();
    if (!this.#isOnTrial()) throw new NoUpdate("no version is on trial");
    this.#record.write(confirmed(state));
    this.#log.write("info", "update.confirmed", { version: this.status().running.version });
    return this.status();
  }

  /** The hub restarts into the version before, unless the update had only waited. @throws NoUpdate, DataTooNew */
  revert(): UpdateStatus {
    const before = this.#record.read();
    const state = takenBack(before);
    const status = this.status();
    this.#record.write(state);
    this.#log.write("info", "update.reverted", { version: status.running.version });
    if (before.trial?.phase !== "test") this.#restartSoon();
    return { ...status, state };
  }

  /** @throws NoUpdate */
  postpone(notBefore: NotBefore): UpdateStatus {
    this.#restart?.cancel();
    this.#restart = undefined;
    this.#record.write(postponed(this.#record.read(), notBefore));
    return this.status();
  }

  #assertFits(manifest: UpdateManifest): void {
    const { running, state } = this.status();
    assertFits(manifest, this.#model, running, state);
  }

  /** What has arrived gets a slot, and is named. */
  #stage({ version, counter, dataFormat }: UpdateManifest, notBefore: NotBefore): void {
    const { state } = this.status();
    const image = { version, counter, dataFormat };
    const slot = nextSlot(state);
    const without = emptied(state, slot);
    this.#record.write(without);
    try {
      this.#slots.settle(slot, image);
      this.#record.write(staged(without, slot, image, notBefore));
    } catch (error) {
      this.#slots.discard(slot);
      throw error;
    }
  }

  #isOnTrial(): boolean {
    const { trial } = this.#record.read();
    return trial?.phase === "started" && trial.slot === this.#supervision.image;
  }

  /** Restarts when the moment of an update has come. */
  #look(): void {
    const state = this.#record.read();
    const { trial } = state;
    if (trial?.phase !== "test" || trial.notBefore === "restart" || trial.notBefore > this.#clock.now())
      return;
    this.#attempt(() => {
      this.#record.write(postponed(state, "restart"));
      this.#restartSoon();
    });
  }

  /** Where nobody waits for an answer: a disk that takes nothing is reported, and an update waits or is taken back. */
  #attempt(act: () => void): void {
    this.#log.attempt("update.not-written", act);
  }

  #restartSoon(): void {
    this.#restart ??= this.#clock.after(beforeRestart, () => this.#supervision.restart());
  }
}

/** @throws UpdateForOtherModel, UpdateTooOld, UpdateRolledBack, TrialRuns */
const assertFits = (manifest: UpdateManifest, model: string, running: Image, state: BootState): void => {
  const { version, counter, dataFormat } = manifest;
  if (manifest.model !== model) throw new UpdateForOtherModel("the update is for another kind of device");
  if (compareVersions(version, running.version) <= 0) {
    throw new UpdateTooOld(`version ${version} is not newer than ${running.version}, which runs`, {
      reason: "version",
    });
  }
  if (counter < state.counter) {
    throw new UpdateRolledBack("the update has been withdrawn: a later one was confirmed here", {
      found: counter,
      known: state.counter,
    });
  }
  if (dataFormat < state.dataFormat) {
    throw new UpdateTooOld(`version ${version} cannot read the data as it is now`, { reason: "data" });
  }
  // It is what a failed trial goes back to: both slots are taken.
  if (state.trial?.phase === "started") {
    throw new TrialRuns("a new version is on trial; confirm it or go back first");
  }
};
