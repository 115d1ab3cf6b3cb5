import { CallerError } from "../../domain/errors.ts";

/** A message that would carry something that opens a door. `context.reason`: `secret`, `cap`, `stopped`, `no-address`, `malformed`. */
export class MailRefused extends CallerError {
  override readonly code = "mail_refused";
  override readonly status = 409;
}

/** How secrets of this house look when they are written down. */
const looksOfSecrets: readonly RegExp[] = [
  // A credential of a program: its id, a dot and 256 bits.
  /\bt-[a-z2-7]{12}\.[A-Za-z0-9_-]{20,}/,
  /#code=/i,
  /otpauth:\/\//i,
  /-----BEGIN /,
  /\bbearer\s+\S{12,}/i,
  /\b(?:password|passwort|passphrase|psk|pin)\s*[:=]\s*\S+/i,
  // Keys in hex and base64: 128 bits or more without a blank.
  /\b[0-9a-f]{32,}\b/i,
  /\b[A-Za-z0-9+/_-]{43,}=*/,
];

/** Mail is read by whoever carries it. @throws MailRefused */
export const assertNoSecret = (text: string): void => {
  if (looksOfSecrets.some((look) => look.test(text)))
    throw new MailRefused("a message carries no password, key, code or token", { reason: "secret" });
};
