import type { ErrorContext } from "../../domain/errors.ts";
import type { Log, LogLevel } from "../../ports/log.ts";

export interface LogLine {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: ErrorContext;
}

/** Keeps the newest lines for a test to read. */
export class MemoryLog implements Log {
  readonly lines: LogLine[] = [];
  readonly #limit: number;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  write(level: LogLevel, event: string, fields: ErrorContext = {}): void {
    if (this.lines.length >= this.#limit) this.lines.shift();
    this.lines.push({ level, event, fields });
  }
}
