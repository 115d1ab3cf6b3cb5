import { HubError } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";

/** The parts of a start, in their order. Each looks whether what it brought up works. */
export const stageNames = ["store", "keys", "clock", "rooms", "broker", "app"] as const;
export type StageName = (typeof stageNames)[number];

export interface Stage {
  readonly stage: StageName;
  readonly ok: boolean;
  readonly ms: number;
  /** Of the error that ended it. */
  readonly code?: string;
}

/** What has been brought up so far, and how. A stage that fails ends the start. */
export class BootStages {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #done: Stage[] = [];

  constructor(clock: Clock, log: AuditedLog) {
    this.#clock = clock;
    this.#log = log;
  }

  get done(): readonly Stage[] {
    return this.#done;
  }

  /** @throws what `act` throws, after it was written down */
  run<Result>(stage: StageName, act: () => Result): Result {
    const end = this.#begin(stage);
    try {
      const result = act();
      end();
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  }

  /** A stage that waits. Rejects with what `act` rejects with, after it was written down. */
  async runAsync<Result>(stage: StageName, act: () => Promise<Result>): Promise<Result> {
    const end = this.#begin(stage);
    try {
      const result = await act();
      end();
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  }

  #begin(stage: StageName): (error?: unknown) => void {
    const since = this.#clock.monotonic();
    return (error) => {
      const ms = Math.round(this.#clock.monotonic() - since);
      const code = error === undefined ? undefined : error instanceof HubError ? error.code : "internal";
      const failure = code === undefined ? {} : { code };
      this.#done.push({ stage, ok: code === undefined, ms, ...failure });
      // Whoever started it says what ended the start.
      this.#log.write("info", "boot.stage", { what: stage, ms, ...failure });
    };
  }
}
