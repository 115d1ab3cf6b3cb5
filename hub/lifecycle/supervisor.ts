import { isDeepStrictEqual } from "node:util";
import {
  type BootDecision,
  type BootFacts,
  type BootState,
  decideBoot,
  failed,
  type ImageName,
  type RevertReason,
} from "../domain/firmware.ts";
import { type Duration, Millis, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { DataCopy, ImageRunner, RunningImage, Watcher } from "../ports/firmware.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { BootRecord } from "./boot-record.ts";
import { longLife, type Patience } from "./supervision.ts";

export interface SupervisorParts {
  readonly record: BootRecord;
  readonly runner: ImageRunner;
  readonly data: DataCopy;
  readonly watcher: Watcher;
  readonly facts: BootFacts;
  readonly patience: Patience;
}

/** How an image's run ended. */
interface End {
  readonly code: number | null;
  /** Somebody asked for it: the image itself, for a restart, or whoever asked the supervisor to end. */
  readonly asked: "restart" | "stop" | undefined;
  /** Of an image that the supervisor had to end. */
  readonly reason: RevertReason | undefined;
}

/** CONTRACT: within 5 s of being asked the hub has ended. */
const goodbyeFor = Seconds(5);
const firstPause = Seconds(1);
const longestPause = Seconds(30);
/** Exit codes of a start that was refused for what any image would refuse: options, the disk or a port, damaged data. */
const refusals: readonly (number | null)[] = [2, 6, 11];

/**
 * Starts the image that is to be booted, watches it, and starts the next. A new version that is not confirmed in time
 * is given up, and so is one that ends again and again.
 */
export class Supervisor {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #parts: SupervisorParts;
  #running: RunningImage | undefined;
  readonly #stopping = new AbortController();

  constructor(clock: Clock, log: AuditedLog, parts: SupervisorParts) {
    this.#clock = clock;
    this.#log = log;
    this.#parts = parts;
  }

  /** Until it is asked to stop, or an image ends on purpose. @returns the exit code */
  async run(): Promise<number> {
    let pause = firstPause;
    for (;;) {
      const { image, state } = this.#boot();
      const isTrial = state.trial?.phase === "started";
      const since = this.#clock.monotonic();
      const { code, asked, reason } = await this.#watch(image, isTrial);
      if (this.#isStopping) return code ?? 1;
      if (asked === "restart") continue;
      // Outside a trial these are for whoever started the supervisor: the same image would say the same again.
      if (!isTrial && reason === undefined && (code === 0 || refusals.includes(code))) return code ?? 1;
      this.#fail(image, reason ?? "crashed");
      if (isTrial || this.#clock.monotonic() - since > longLife) pause = firstPause;
      await this.#rest(pause);
      if (this.#isStopping) return 0;
      pause = Millis(Math.min(2 * pause, longestPause));
    }
  }

  /** Ends what runs, and then the supervisor. */
  stop(): void {
    this.#stopping.abort();
    if (this.#running !== undefined) this.#end(this.#running);
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** What to boot, written down. A disk that takes nothing still boots what is confirmed, but begins no trial. */
  #boot(): BootDecision {
    const { record, facts } = this.#parts;
    const found = record.read();
    const decision = decideBoot(found, facts);
    const isWritten = this.#log.attempt("boot.not-written", () => this.#prepare(found, decision));
    const { trial: _unwritten, ...rest } = found;
    const taken = isWritten ? decision : decideBoot(rest, facts);
    this.#log.write("info", "boot.chosen", { what: taken.image });
    return taken;
  }

  /** The data first: a state that says that a trial is over has to be true of them. */
  #prepare(found: BootState, { data: step, state }: BootDecision): void {
    const { record, data } = this.#parts;
    if (step === "put-back") data.putBack();
    if (step === "keep-copy") data.keep();
    if (!isDeepStrictEqual(state, found)) record.write(state);
    if (step !== "keep-copy") data.drop();
  }

  async #rest(pause: Duration): Promise<void> {
    try {
      await this.#clock.sleep(pause, this.#stopping.signal);
    } catch (error) {
      if (!this.#isStopping) throw error;
    }
  }

  async #watch(image: ImageName, isTrial: boolean): Promise<End> {
    const { runner, watcher, patience, record, data } = this.#parts;
    const running = runner.start(image);
    this.#running = running;
    let asked: End["asked"];
    let reason: RevertReason | undefined;
    const giveUp = (why: RevertReason): void => {
      reason ??= why;
      running.kill();
    };
    let silence: Timer | undefined;
    const heard = (): void => {
      silence?.cancel();
      silence = this.#clock.after(patience.silence, () => giveUp("silent"));
    };
    heard();
    const trial = isTrial
      ? this.#clock.after(patience.trial, () => {
          if (record.read().trial?.phase === "started") giveUp("late");
          else this.#log.attempt("boot.not-written", () => data.drop());
        })
      : undefined;
    running.onSign((sign) => {
      heard();
      watcher.alive();
      if (sign === "ready") watcher.ready();
      if (sign !== "restart") return;
      asked = "restart";
      this.#end(running);
    });
    if (this.#isStopping) this.#end(running);
    const code = await running.ended;
    silence?.cancel();
    trial?.cancel();
    this.#running = undefined;
    return { code, asked: reason === undefined ? asked : undefined, reason };
  }

  #end(running: RunningImage): void {
    running.end();
    const patience = this.#clock.after(goodbyeFor, () => running.kill());
    void running.ended.then(() => patience.cancel());
  }

  #fail(image: ImageName, reason: RevertReason): void {
    this.#log.write("warn", "image.failed", { what: image, reason });
    const { record } = this.#parts;
    this.#log.attempt("boot.not-written", () => record.write(failed(record.read(), reason)));
  }
}
