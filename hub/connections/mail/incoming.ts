import { type OutsideMessage, readMessage, textIn } from "../connectors/message.ts";
import type { OptOutLaw } from "./opt-out.ts";

/** What the mail service hands in. */
export type Incoming =
  | { readonly kind: "mail"; readonly from: string; readonly verified: boolean; readonly subject: string }
  | { readonly kind: "stop"; readonly token: string };

const longestSubject = 256;

/** Undefined for anything else. Never throws. */
export const readIncoming = (bytes: Uint8Array): Incoming | undefined => {
  const message = readMessage(bytes);
  return message && incomingIn(message);
};

const incomingIn = (message: OutsideMessage): Incoming | undefined => {
  if (message["kind"] === "stop") {
    const token = textIn(message, "token", 64);
    // RFC 8058, 3.1: the one body that a click has; a link that a scanner opens has none.
    return token !== undefined && message["body"] === "List-Unsubscribe=One-Click"
      ? { kind: "stop", token }
      : undefined;
  }
  const from = textIn(message, "from", 254);
  const subject = textIn(message, "subject", longestSubject);
  if (message["kind"] !== "mail" || from === undefined || subject === undefined) return undefined;
  return { kind: "mail", from, verified: message["verified"] === true, subject };
};

/** What a subject line asks for. */
export type Intake =
  | { readonly kind: "opt-out"; readonly law: OptOutLaw }
  | { readonly kind: "confirm"; readonly code: string }
  | { readonly kind: "stop" };

/** Prefixes that mail programs put before an answer. */
const answerMarks = /^(?:\s*(?:re|aw|fwd?|wg)\s*:)+/i;

/** Undefined: nothing that this house acts on. */
export const intakeOf = (subject: string): Intake | undefined => {
  const words = subject.normalize("NFKC").replace(answerMarks, "").replace(/\s+/g, " ").trim();
  if (/^california opt-?\s?out$/i.test(words)) return { kind: "opt-out", law: "california" };
  if (/^nevada sale opt-?\s?out$/i.test(words)) return { kind: "opt-out", law: "nevada" };
  if (/^(?:stop|unsubscribe)$/i.test(words)) return { kind: "stop" };
  const [, code] = /^confirm ([a-z2-7]{12})$/i.exec(words) ?? [];
  return code === undefined ? undefined : { kind: "confirm", code: code.toLowerCase() };
};
