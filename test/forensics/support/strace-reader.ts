/** One system call that has returned, or, with `result` undefined, during which the process was killed. */
export interface Call {
  readonly pid: number;
  readonly name: string;
  readonly args: readonly Argument[];
  /** Negative: refused. */
  readonly result: number | undefined;
  /** Of a descriptor that was returned: what it stands for. */
  readonly opened: string | undefined;
}

export interface Argument {
  /** As strace shows it; of strings and structures with strings only the frame. */
  readonly text: string;
  /** Of a descriptor (`-y`): what it stands for. */
  readonly path: string | undefined;
  /** Every string in it, in order: one of a buffer, several of an I/O vector. */
  readonly strings: readonly Buffer[];
}

const newline = 10;
const quote = 34;
const comma = 44;
const dot = 46;
const less = 60;
const greater = 62;
const backslash = 92;
const x = 120;
const opening = new Set([..."([{"].map((letter) => letter.charCodeAt(0)));
const closing = new Set([...")]}"].map((letter) => letter.charCodeAt(0)));

const digits = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) digits[value.toString(16).charCodeAt(0)] = value;

const unfinished = Buffer.from(" <unfinished ...>");
const resumed = Buffer.from(" resumed>");
/** A signal, or the end of a process: nothing was asked of the system. */
const notice = /^\d+ +(?:\+\+\+|---) /;
const longestHead = 200;

/** `\x41\x42` as bytes; undefined when there is anything else in it. */
const unhexed = (text: Uint8Array): Buffer | undefined => {
  if (text.length % 4 !== 0) return undefined;
  const bytes = Buffer.allocUnsafe(text.length / 4);
  for (let at = 0, to = 0; at < text.length; at += 4, to++) {
    const [high, low] = [digits[text[at + 2] as number] ?? -1, digits[text[at + 3] as number] ?? -1];
    if (text[at] !== backslash || text[at + 1] !== x || (high | low) < 0) return undefined;
    bytes[to] = (high << 4) | low;
  }
  return bytes;
};

/** Walks over one line. Everything it returns is undefined where the line is not as strace writes it. */
class Line {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The rest from here on, as text; short by nature. */
  get rest(): string {
    return this.#bytes.toString("latin1", this.#at);
  }

  take(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#bytes.toString("latin1", this.#at, this.#at + longestHead))?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Up to the closing bracket, which is taken too; of a call that never returned up to the end. */
  args(): readonly Argument[] | undefined {
    const args: Argument[] = [];
    for (;;) {
      const arg = this.#arg();
      if (arg === undefined) return undefined;
      if (arg.text !== "" || arg.strings.length > 0) args.push(arg);
      const end = this.#bytes[this.#at++];
      if (end === undefined || end !== comma) return args;
    }
  }

  #arg(): Argument | undefined {
    const strings: Buffer[] = [];
    let [text, path, depth] = ["", undefined as string | undefined, 0];
    for (let byte = this.#bytes[this.#at]; byte !== undefined; byte = this.#bytes[this.#at]) {
      if (depth === 0 && (byte === comma || closing.has(byte))) break;
      if (byte === quote) {
        const string = this.#quoted();
        if (string === undefined) return undefined;
        strings.push(string);
        continue;
      }
      if (byte === less && this.#bytes[this.#at + 1] === backslash) {
        const named = this.#angled();
        if (named === undefined) return undefined;
        path ??= named.toString("utf8");
        continue;
      }
      if (opening.has(byte)) depth++;
      if (closing.has(byte)) depth--;
      text += String.fromCharCode(byte);
      this.#at++;
    }
    return { text: text.trim(), path, strings };
  }

  /** A string; one that strace has cut off is no reading of what was written. */
  #quoted(): Buffer | undefined {
    const end = this.#bytes.indexOf(quote, this.#at + 1);
    if (end < 0) return undefined;
    const bytes = unhexed(this.#bytes.subarray(this.#at + 1, end));
    this.#at = end + 1;
    return this.#bytes[this.#at] === dot ? undefined : bytes;
  }

  #angled(): Buffer | undefined {
    const end = this.#bytes.indexOf(greater as number, this.#at + 1);
    if (end < 0) return undefined;
    const bytes = unhexed(this.#bytes.subarray(this.#at + 1, end));
    this.#at = end + 1;
    return bytes;
  }
}

/** One whole line; undefined when it is not a call. */
export const readCall = (bytes: Buffer): Call | undefined => {
  const line = new Line(bytes);
  const pid = line.take(/^\d+ +/);
  const name = line.take(/^[a-z][a-z0-9_]*\(/);
  if (pid === undefined || name === undefined) return undefined;
  const args = line.args();
  if (args === undefined) return undefined;
  const result = /^\s*= (0x[0-9a-f]+|-?\d+|\?)(?:<((?:\\x[0-9a-f]{2})*)>)?/.exec(line.rest);
  if (result === null && line.rest !== "") return undefined;
  const [, value = "?", opened] = result ?? [];
  return {
    pid: Number(pid),
    name: name.slice(0, -1),
    args,
    result: value === "?" ? undefined : Number(value),
    opened: opened === undefined ? undefined : unhexed(Buffer.from(opened))?.toString("utf8"),
  };
};

/**
 * Reads what `strace -f -y -xx` writes, piece by piece. A call that another thread interrupted is put together again.
 * Whatever is no call, no notice and no known noise is counted: a log that is not understood proves nothing.
 */
export class StraceReader {
  readonly #onCall: (call: Call) => void;
  readonly #begun = new Map<string, Buffer>();
  #pieces: Buffer[] = [];
  #unread = 0;

  constructor(onCall: (call: Call) => void) {
    this.#onCall = onCall;
  }

  /** Lines that could not be read. */
  get unread(): number {
    return this.#unread;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const last = chunk.subarray(from, end);
      this.#line(this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]));
      this.#pieces = [];
      from = end + 1;
    }
    if (from < chunk.length) this.#pieces.push(Buffer.from(chunk.subarray(from)));
  }

  /** Calls that a killed process never returned from were begun all the same. */
  end(): void {
    if (this.#pieces.length > 0) this.#line(Buffer.concat(this.#pieces));
    this.#pieces = [];
    for (const head of this.#begun.values()) this.#call(head);
    this.#begun.clear();
  }

  #line(line: Buffer): void {
    const head = line.toString("latin1", 0, longestHead);
    if (line.length === 0 || notice.test(head)) return;
    const pid = /^\d+/.exec(head)?.[0] ?? "";
    if (line.subarray(-unfinished.length).equals(unfinished)) {
      this.#begun.set(pid, Buffer.from(line.subarray(0, line.length - unfinished.length)));
      return;
    }
    if (!/^\d+ +<\.\.\. /.test(head)) {
      this.#call(line);
      return;
    }
    const begun = this.#begun.get(pid);
    const at = line.indexOf(resumed);
    this.#begun.delete(pid);
    if (begun === undefined || at < 0) this.#unread++;
    else this.#call(Buffer.concat([begun, line.subarray(at + resumed.length)]));
  }

  #call(line: Buffer): void {
    const call = readCall(line);
    if (call === undefined) this.#unread++;
    else this.#onCall(call);
  }
}
