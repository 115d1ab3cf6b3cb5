import type { Context } from "./context.ts";
import type { Result } from "./output.ts";
import type { Options } from "./settings.ts";

/** What a word on the command line can be completed with: a fixed choice, a file, or what a running hub has. */
export type Completes =
  | { readonly choices: readonly string[] }
  | "file"
  | "lamp"
  | "sensor"
  | "device"
  | "room"
  | "zone"
  | "group"
  | "scene"
  | "schedule"
  | "token"
  | "person"
  | "target";

export interface ArgumentDefinition {
  readonly name: string;
  readonly help: string;
  readonly optional?: true;
  /** Takes all the words that follow. */
  readonly variadic?: true;
  readonly completes?: Completes;
}

export interface CliOption {
  readonly name: string;
  readonly short?: string;
  /** Absent: a switch. */
  readonly value?: string;
  readonly help: string;
  readonly completes?: Completes;
}

/**
 * One command: parsing, help, completion, man page and reference are all made from this.
 * `run` returns a result, or nothing when it has written its output itself (a stream).
 */
export interface CommandDefinition {
  readonly path: string;
  readonly summary: string;
  readonly details?: string;
  readonly args?: readonly ArgumentDefinition[];
  readonly options?: readonly CliOption[];
  readonly examples: readonly string[];
  /** Another word for its noun, such as `access` for `token`. */
  readonly hidden?: true;
  run(context: Context, args: readonly string[], options: Options): Promise<Result | undefined>;
}

/** A first word that only groups verbs. */
export interface NounDefinition {
  readonly name: string;
  readonly alias?: string;
  readonly summary: string;
}
