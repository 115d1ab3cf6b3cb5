import { type CliError, type Exit, exitCodes } from "./cli-error.ts";
import { alignedTable, plainTable, type Table } from "./table.ts";

export const documentSchema = "lampkeeper.cli/1";

/** What a command has to show. `data` is the JSON document's; `text` the same for people. */
export interface Result {
  readonly data: unknown;
  readonly text: string | Table;
  /** How it ends when not with `ok`. */
  readonly exit?: Exit;
  /** One line for people about what to do next. */
  readonly next?: string;
}

/** How a run talks. */
export interface Voice {
  readonly json: boolean;
  readonly ndjson: boolean;
  readonly plain: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}

export interface Streams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** Data to stdout, messages to stderr, and never an escape code where nobody sees colours. */
export class Output {
  readonly voice: Voice;
  readonly #streams: Streams;

  constructor(streams: Streams, voice: Voice) {
    this.#streams = streams;
    this.voice = voice;
  }

  /** Somebody looks on. */
  get isTerminal(): boolean {
    return this.#streams.stdout.isTTY === true;
  }

  result({ data, text, next, exit }: Result): void {
    const { json, ndjson, plain, quiet, color } = this.voice;
    if (json) this.#document(exitCodes[exit ?? "ok"] === 0, data);
    else if (ndjson) this.line(data);
    else if (typeof text === "string") this.#print(quiet && !plain ? "" : text);
    else this.#print(plain ? plainTable(text) : alignedTable(text, color));
    if (next !== undefined && !json && !ndjson && !plain) this.say(next);
  }

  /** One object of a stream. */
  line(data: unknown): void {
    for (const each of Array.isArray(data) ? data : [data])
      this.#streams.stdout.write(`${JSON.stringify(each)}\n`);
  }

  /** One piece of text of a stream, as it is. */
  text(text: string): void {
    this.#streams.stdout.write(text);
  }

  say(message: string): void {
    if (!this.voice.quiet) this.#streams.stderr.write(`${message}\n`);
  }

  detail(message: string): void {
    if (this.voice.verbose) this.#streams.stderr.write(`${message}\n`);
  }

  error(error: CliError): void {
    const { code, message, hint } = error;
    const exit = exitCodes[error.exit];
    if (this.voice.json || this.voice.ndjson) {
      const body = { code, message, ...(hint === undefined ? {} : { hint }), exit };
      const document = { schema: documentSchema, ok: false, error: body };
      this.#streams.stderr.write(`${JSON.stringify(document)}\n`);
      return;
    }
    this.#streams.stderr.write(`lampkeeper: ${message}\n`);
    if (hint !== undefined) this.#streams.stderr.write(`  ${hint}\n`);
  }

  #document(ok: boolean, data: unknown): void {
    this.#streams.stdout.write(`${JSON.stringify({ schema: documentSchema, ok, data }, null, 2)}\n`);
  }

  #print(text: string): void {
    if (text.length > 0) this.#streams.stdout.write(`${text}\n`);
  }
}
