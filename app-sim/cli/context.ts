import type { Shape } from "../../hub/api/contract.ts";
import { CliError, usageError } from "./cli-error.ts";
import type { HubLink } from "./hub-link.ts";
import { nearest } from "./nearest.ts";
import type { Output } from "./output.ts";
import type { Setting } from "./settings.ts";

/** What every command gets: a way to talk, a way to the hub, and what the person allowed. */
export interface Context {
  readonly out: Output;
  readonly settings: readonly Setting[];
  /** Opened at first use: commands that need no hub look for none. */
  readonly hub: () => HubLink;
  /** The hub before anybody has signed in: no credential is sent. */
  readonly door: () => HubLink;
  readonly dryRun: boolean;
  /** Asks before something that cannot be undone; true after `--yes`. @throws CliError where nobody can answer */
  readonly confirm: (question: string) => Promise<void>;
  /** Whether somebody can be asked. */
  readonly canAsk: boolean;
  /** What somebody types. @throws CliError where nobody can answer, or they gave up */
  readonly ask: (question: string) => Promise<string>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly readFile: (path: string) => string;
  /** The bytes of a file, or of standard input for `-`, without the line break at their end. The caller wipes them. */
  readonly readSecret: (path: string) => Buffer;
  /**
   * Bytes that somebody types, unseen. The caller wipes them.
   * @param option says where they may come from instead
   * @throws CliError where nobody can answer
   */
  readonly askSecret: (question: string, option: string) => Promise<Buffer>;
  readonly readBytes: (path: string) => Uint8Array;
  /** As `readBytes`, for what may be too much to hold. */
  readonly openBytes: (path: string) => ReadableStream<Uint8Array>;
  /** A new file of its owner alone, for what may hold credentials. */
  readonly writeFile: (path: string, text: string) => void;
  /** A new file of its owner alone that grows. */
  readonly growFile: (path: string) => GrowingFile;
  /** Any file, replaced when it is there. */
  readonly writeReport: (path: string, text: string) => void;
}

/** What is written is there, whatever happens next. */
export interface GrowingFile {
  write(bytes: Uint8Array): void;
  close(): void;
}

/** Anything that has an id and a name a person gave it. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * The one thing of that id or name (upper and lower case count alike).
 * @throws CliError when there is none, with what may have been meant, or several
 */
export const findOne = <Thing extends Named>(kind: string, word: string, things: readonly Thing[]): Thing => {
  const exact = things.find((thing) => thing.id === word);
  if (exact !== undefined) return exact;
  const named = things.filter((thing) => thing.name.toLowerCase() === word.toLowerCase());
  if (named[0] !== undefined && named.length === 1) return named[0];
  if (named.length > 1) {
    throw usageError(
      `${named.length} ${kind}s are called "${word}"`,
      `use an id: ${named.map(({ id }) => id).join(", ")}${kind === "lamp" ? `, or Room/${word}` : ""}`,
    );
  }
  const meant = nearest(
    word,
    things.map(({ name }) => name),
  );
  const hint =
    meant.length === 0
      ? `see: lampkeeper ${kind.split(",")[0]} list`
      : `did you mean ${meant.map((name) => `"${name}"`).join(" or ")}?`;
  throw new CliError("notFound", "not_found", `there is no ${kind} "${word}"`, hint);
};

export type LightTarget =
  | { readonly kind: "lamp"; readonly id: string; readonly name: string }
  | { readonly kind: "room" | "zone" | "group"; readonly id: string; readonly name: string };

export type Light = Shape<"Light">;
