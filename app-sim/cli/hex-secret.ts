import { usageError } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { secretOf } from "./secret-options.ts";
import type { Options } from "./settings.ts";

const isSpacer = (byte: number): boolean => [0x20, 0x2d, 0x3a].includes(byte);

/** Undefined: no hexadecimal digit. */
const digitOf = (byte: number): number | undefined => {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
};

/** Pairs of digits as bytes; blanks, colons and dashes between them do not count. Undefined: it is not that. */
export const bytesOfDigits = (typed: Uint8Array): Buffer | undefined => {
  const digits = typed.filter((byte) => !isSpacer(byte)).map((byte) => digitOf(byte) ?? 0xff);
  const bytes = Buffer.alloc(digits.length >> 1);
  for (let at = 0; at < bytes.length; at++)
    bytes[at] = ((digits[2 * at] ?? 0) << 4) | (digits[2 * at + 1] ?? 0);
  const isWhole = digits.length > 0 && digits.length % 2 === 0 && !digits.includes(0xff);
  digits.fill(0);
  return isWhole ? bytes : undefined;
};

/**
 * A secret of hexadecimal digits from the file of an option, or from somebody who types it unseen; never from an argument, which
 * others can read. The caller wipes it.
 * @throws CliError: no such digits, or nobody can answer
 */
export const hexSecret = async (
  context: Context,
  options: Options,
  option: string,
  question: string,
): Promise<Buffer> => {
  const typed = await secretOf(context, options, option, question);
  const bytes = bytesOfDigits(typed);
  typed.fill(0);
  if (bytes === undefined) throw usageError(`--${option} takes pairs of hexadecimal digits`);
  return bytes;
};
