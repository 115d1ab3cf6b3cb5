import { type ErrorContext, HubError } from "../domain/errors.ts";
import type { Log, LogLevel } from "../ports/log.ts";
import { logFields } from "./outlets.ts";

interface KindOf {
  readonly id: string;
  readonly code: string;
  readonly count: number;
  readonly flag: boolean;
}

/** The declared fields and no other; each of its kind. */
export type LogFields = { readonly [Name in keyof typeof logFields]?: KindOf[(typeof logFields)[Name]] };

/** A random id or address, or the key of a record below a person: no capitals, so no name that somebody typed. */
const ids = /^(?:[a-z]{1,2}-[a-z2-7]{12}(?:\/[a-z]{1,2}-[a-z2-7]{12})?|[0-9a-f]{8,64})$/;
const codes = /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$/;
/** An address of hardware, and a number fine enough to be a place: no word of the code, whatever the field is called. */
const noCodes = /^(?:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5,7}|-?\d+\.\d{4,})$/i;

/** What an event is called: words of the code, of which nobody typed one. */
const events = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+$/;
/** Longer than any name in the code. */
const mostEventCharacters = 48;

const isOfKind: { readonly [Kind in keyof KindOf]: (value: unknown) => boolean } = {
  id: (value) => typeof value === "string" && ids.test(value),
  code: (value) => typeof value === "string" && codes.test(value) && !noCodes.test(value),
  count: (value) => typeof value === "number",
  flag: (value) => typeof value === "boolean",
};

const isDeclared = (name: string): name is keyof typeof logFields => Object.hasOwn(logFields, name);

/**
 * The log that rooms hold. Only declared fields compile. Objects that come in by another way (the context of an error)
 * are looked at again: a field that is not declared, or does not look as declared, is left out and counted.
 */
export class AuditedLog implements Log {
  readonly #log: Log;
  #refused = 0;
  #isQuiet: () => boolean = () => false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Fields, and names of events, left out since the start. Above 0 somebody logs what the data map does not know. */
  get refused(): number {
    return this.#refused;
  }

  /** While the home's owner wants no log nothing is written to it. */
  quietWhile(isQuiet: () => boolean): void {
    this.#isQuiet = isQuiet;
  }

  write(level: LogLevel, event: string, fields: LogFields = {}): void {
    if (this.#isQuiet()) return;
    this.#log.write(level, this.#named(event), this.#allowed(fields));
  }

  /** An error by its code and the declared part of its context; never its message. */
  failed(event: string, error: HubError): void {
    if (this.#isQuiet()) return;
    const level = error.family === "bug" ? "error" : "warn";
    this.#log.write(level, this.#named(event), this.#allowed({ ...error.context, code: error.code }));
  }

  /** Does what the world may refuse and the home can do without for now: a refusal is reported. @returns whether it was done */
  attempt(event: string, act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      if (!(error instanceof HubError) || error.family !== "world") throw error;
      this.failed(event, error);
      return false;
    }
  }

  #named(event: string): string {
    if (event.length <= mostEventCharacters && events.test(event)) return event;
    this.#refused++;
    return "log.refused";
  }

  #allowed(fields: Readonly<Record<string, unknown>>): ErrorContext {
    const kept: Record<string, string | number | boolean> = {};
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) continue;
      if (isDeclared(name) && isOfKind[logFields[name]](value))
        kept[name] = value as string | number | boolean;
      else this.#refused++;
    }
    return kept;
  }
}
