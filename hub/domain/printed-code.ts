import { CallerError } from "./errors.ts";

/** Characters of a printed code without its dashes: 100 bits, so that nobody finds it by trying, on the air or after. */
export const printedCodeLength = 20;

/** What was typed is no printed code. */
export class InvalidPrintedCode extends CallerError {
  override readonly code = "printed_code_invalid";
}

/** RFC 4648 base32, in either case. */
const isSymbol = (byte: number): boolean =>
  (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x32 && byte <= 0x37);
const isSpacer = (byte: number): boolean => byte === 0x2d || byte === 0x20;

/**
 * The code on a lamp's label as both ends use it: 20 capitals and digits of base32. Dashes, blanks and small letters are
 * as good. The caller wipes it. Errors never quote it.
 * @throws InvalidPrintedCode
 */
export const printedCode = (typed: Uint8Array): Uint8Array => {
  const symbols = typed.filter((byte) => !isSpacer(byte));
  if (symbols.length === printedCodeLength && symbols.every(isSymbol))
    return symbols.map((byte) => (byte >= 0x61 ? byte - 0x20 : byte));
  symbols.fill(0);
  throw new InvalidPrintedCode(`a printed code has ${printedCodeLength} letters and digits from 2 to 7`);
};
