import { commonPasswords } from "./common-passwords.ts";
import { CallerError } from "./errors.ts";

/** Bytes of UTF-8. No rule says what a password is made of: such rules make people write `Password1!` (NIST SP 800-63B-4, 3.1.1.2). */
export const leastPasswordBytes = 8;
export const mostPasswordBytes = 128;

export class PasswordTooShort extends CallerError {
  override readonly code = "password_too_short";
}

export class PasswordTooLong extends CallerError {
  override readonly code = "password_too_long";
}

/** Among the first that anybody would try, or the name of its own account. */
export class PasswordTooCommon extends CallerError {
  override readonly code = "password_too_common";
}

/**
 * Whether somebody may choose this password.
 * @param name of the account: not to be its own password
 * @throws PasswordTooShort, PasswordTooLong, PasswordTooCommon
 */
export const assertPassword = (password: Uint8Array, name: string): void => {
  if (password.length < leastPasswordBytes) {
    throw new PasswordTooShort(`a password has at least ${leastPasswordBytes} bytes`, {
      limit: leastPasswordBytes,
    });
  }
  if (password.length > mostPasswordBytes) {
    throw new PasswordTooLong(`a password has at most ${mostPasswordBytes} bytes`, {
      limit: mostPasswordBytes,
    });
  }
  if ([name, ...commonPasswords].some((word) => isTheSame(password, word)))
    throw new PasswordTooCommon("this password is among the first that anybody would try; choose another");
};

/** Capitals of the alphabet count as small letters. No copy of the password is made. */
const isTheSame = (password: Uint8Array, word: string): boolean => {
  const wanted = Buffer.from(word);
  return (
    wanted.length === password.length && wanted.every((byte, at) => small(byte) === small(password[at] ?? 0))
  );
};

const small = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);
