import type { ReadStream } from "node:tty";

/** What keys send to a terminal in raw mode. */
const erases: readonly number[] = [0x08, 0x7f];
/** Enter and line feed; Ctrl-C and Ctrl-D. */
const ends: ReadonlyMap<number, "given" | "given-up"> = new Map([
  [0x0d, "given"],
  [0x0a, "given"],
  [0x03, "given-up"],
  [0x04, "given-up"],
]);

/**
 * What somebody types until they press Enter, without a trace of it on the screen. Undefined: they gave up with Ctrl-C
 * or Ctrl-D. The caller wipes it.
 */
export const typedSecret = (terminal: ReadStream): Promise<Buffer | undefined> =>
  new Promise((done) => {
    const typed: number[] = [];
    const end = (how: "given" | "given-up") => {
      terminal.off("data", hear);
      terminal.setRawMode(false);
      terminal.pause();
      done(how === "given" ? Buffer.from(typed) : undefined);
      typed.fill(0);
    };
    const hear = (bytes: Buffer): void => {
      for (const byte of bytes) {
        const how = ends.get(byte);
        if (how !== undefined) {
          end(how);
          return;
        }
        if (erases.includes(byte)) typed.splice(lastCharacter(typed));
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
