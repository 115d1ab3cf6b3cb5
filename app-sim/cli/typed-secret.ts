import type { ReadStream } from "node:tty";

/** What keys send to a terminal in raw mode. */
const keys = {
  interrupt: 0x03,
  end: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  enter: 0x0d,
  delete: 0x7f,
} as const;

/**
 * What somebody types until they press Enter, without a trace of it on the screen. Undefined: they gave up with Ctrl-C
 * or Ctrl-D. The caller wipes it.
 */
export const typedSecret = (terminal: ReadStream): Promise<Buffer | undefined> =>
  new Promise((done) => {
    const typed: number[] = [];
    const end = (secret: Buffer | undefined) => {
      terminal.off("data", hear);
      terminal.setRawMode(false);
      terminal.pause();
      typed.fill(0);
      done(secret);
    };
    const hear = (bytes: Buffer): void => {
      for (const byte of bytes) {
        if (byte === keys.interrupt || byte === keys.end) return end(undefined);
        if (byte === keys.enter || byte === keys.lineFeed) return end(Buffer.from(typed));
        if (byte === keys.backspace || byte === keys.delete) typed.splice(lastCharacter(typed));
        else typed.push(byte);
      }
    };
    terminal.setRawMode(true);
    terminal.on("data", hear);
    terminal.resume();
  });

/** Where the last character begins: a character of UTF-8 has bytes that only continue it. */
const lastCharacter = (typed: readonly number[]): number => {
  let at = typed.length - 1;
  while (at > 0 && ((typed[at] ?? 0) & 0xc0) === 0x80) at--;
  return Math.max(0, at);
};
