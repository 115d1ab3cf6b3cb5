import type { ErrorContext } from "../domain/errors.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Structured log. Fields hold ids, counts and codes: never names, places, addresses or secrets. */
export interface Log {
  write(level: LogLevel, event: string, fields?: ErrorContext): void;
}
