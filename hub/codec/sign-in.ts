import { CallerError } from "../domain/errors.ts";
import { partOf } from "./length-prefixed.ts";

/** The bytes are not what signing in takes. */
export class MalformedSignIn extends CallerError {
  override readonly code = "sign_in_malformed";
}

/** What somebody shows to prove who they are. */
export interface Proof {
  /** UTF-8; empty: none. */
  readonly password: Uint8Array;
  /** ASCII: six digits of an authenticator, or a recovery code; empty: none. */
  readonly code: Uint8Array;
}

export interface SignInWords extends Proof {
  /** Name or id of a person. */
  readonly name: string;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads `length (1) | name | length (1) | password | code`. Password and code are views of `bytes`: wiping those wipes these.
 * @throws MalformedSignIn
 */
export const readSignIn = (bytes: Uint8Array): SignInWords => {
  const [name, rest] = part(bytes);
  return { name: textOf(name), ...readProof(rest) };
};

/** Reads `length (1) | password | code`, as views. @throws MalformedSignIn */
export const readProof = (bytes: Uint8Array): Proof => {
  const [password, code] = part(bytes);
  return { password, code };
};

const part = (bytes: Uint8Array): readonly [part: Uint8Array, rest: Uint8Array] => {
  const found = partOf(bytes);
  if (found === undefined) throw new MalformedSignIn("name or password is cut short");
  return found;
};

const textOf = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedSignIn("the name is not UTF-8");
  }
};
