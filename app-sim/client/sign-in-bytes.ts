/** What somebody shows to prove who they are. The bytes stay the caller's, who wipes them. */
export interface Shown {
  /** UTF-8, at most 255 bytes; empty: none. */
  readonly password: Uint8Array;
  /** ASCII; empty: none. */
  readonly code: Uint8Array;
}

/** `length (1) | name | length (1) | password | code`. The caller wipes it. @throws RangeError more than a length can say */
export const signInBytes = (name: string, { password, code }: Shown): Uint8Array =>
  joined([prefixed(new TextEncoder().encode(name)), prefixed(password), code]);

/** As `signInBytes`, of somebody who is signed in. */
export const proofBytes = ({ password, code }: Shown): Uint8Array => joined([prefixed(password), code]);

const prefixed = (part: Uint8Array): Uint8Array => {
  if (part.length > 255) throw new RangeError("a name or password is not that long");
  return joined([Uint8Array.of(part.length), part]);
};

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};
