/** One server-sent event. `data` is undefined when the server only told an id or a retry time. */
export interface StreamMessage {
  readonly id: string;
  readonly data: string | undefined;
}

/**
 * Reads server-sent events out of chunks of text, wherever they are cut (HTML Standard, 9.2.6).
 * `lastId` and `retryMs` are what a reader needs to come back.
 */
export class EventStreamParser {
  lastId = "";
  retryMs: number | undefined;
  #rest = "";
  #data: string[] = [];
  #afterReturn = false;

  /** The messages that this chunk completes. */
  read(chunk: string): readonly StreamMessage[] {
    // A chunk may be cut between carriage return and line feed: together they end one line, not two.
    const whole = this.#afterReturn && chunk.startsWith("\n") ? chunk.slice(1) : chunk;
    if (chunk !== "") this.#afterReturn = chunk.endsWith("\r");
    const lines = (this.#rest + whole).split(/\r\n|\r|\n/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => (line === "" ? this.#dispatch() : this.#field(line)));
  }

  #dispatch(): readonly StreamMessage[] {
    const data = this.#data;
    this.#data = [];
    return [{ id: this.lastId, data: data.length === 0 ? undefined : data.join("\n") }];
  }

  #field(line: string): readonly StreamMessage[] {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.#data.push(value);
    if (name === "id" && !value.includes("\0")) this.lastId = value;
    if (name === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
    return [];
  }
}
