import type { ErrorContext } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log, LogLevel } from "../../ports/log.ts";

const ranks: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** One JSON object per line on standard error, for journald and people with `jq`. */
export class JsonLog implements Log {
  readonly #clock: Clock;
  readonly #least: number;
  readonly #out: { write(line: string): unknown };

  constructor(clock: Clock, out: { write(line: string): unknown }, least: LogLevel = "info") {
    this.#clock = clock;
    this.#out = out;
    this.#least = ranks[least];
  }

  write(level: LogLevel, event: string, fields: ErrorContext = {}): void {
    if (ranks[level] < this.#least) return;
    this.#out.write(
      `${JSON.stringify({ time: new Date(this.#clock.now()).toISOString(), level, event, ...fields })}\n`,
    );
  }
}
