import { createHmac, timingSafeEqual } from "node:crypto";
import type { ConnectionId } from "../../domain/ids.ts";
import { isId } from "../../domain/ids.ts";
import { countIn, type OutsideMessage, readMessage, textIn } from "../connectors/message.ts";

/** What an assistant asks. */
export type Directive =
  | { readonly kind: "discover" }
  | { readonly kind: "state"; readonly handle: string }
  | { readonly kind: "set"; readonly handle: string; readonly on?: boolean; readonly brightness?: number };

/** A directive with what says that it may be given: for one connection, once, now. */
export interface SignedDirective {
  readonly grant: ConnectionId;
  /** Rises with every directive. */
  readonly number: number;
  /** ms since 1970. */
  readonly at: number;
  readonly directive: Directive;
  /** What the signature is over. */
  readonly signed: Buffer;
  readonly mac: Buffer;
}

const macBytes = 32;

const directiveIn = (message: OutsideMessage): Directive | undefined => {
  const handle = textIn(message, "handle", 64);
  switch (message["kind"]) {
    case "discover":
      return { kind: "discover" };
    case "state":
      return handle === undefined ? undefined : { kind: "state", handle };
    case "set":
      return handle === undefined ? undefined : settingIn(message, handle);
    default:
      return undefined;
  }
};

const settingIn = (message: OutsideMessage, handle: string): Directive | undefined => {
  const { on, brightness } = message;
  if (on !== undefined && typeof on !== "boolean") return undefined;
  if (brightness !== undefined && !(typeof brightness === "number" && brightness >= 0 && brightness <= 100))
    return undefined;
  if (on === undefined && brightness === undefined) return undefined;
  return {
    kind: "set",
    handle,
    ...(on === undefined ? {} : { on }),
    ...(brightness === undefined ? {} : { brightness }),
  };
};

/** `mac (32) | JSON`. Undefined for anything else; nothing in it is believed before the mac is. Never throws. */
export const readDirective = (bytes: Uint8Array): SignedDirective | undefined => {
  if (bytes.length <= macBytes) return undefined;
  const signed = Buffer.from(bytes.subarray(macBytes));
  const message = readMessage(signed);
  if (message === undefined) return undefined;
  const grant = textIn(message, "grant", 64);
  const number = countIn(message, "number");
  const at = countIn(message, "at");
  const directive = directiveIn(message);
  if (grant === undefined || !isId("connection", grant)) return undefined;
  if (number === undefined || at === undefined || directive === undefined) return undefined;
  return { grant, number, at, directive, signed, mac: Buffer.from(bytes.subarray(0, macBytes)) };
};

/** HMAC-SHA-256 [RFC 2104], compared in a time that does not depend on where they differ. */
export const isSignedWith = (key: Uint8Array, { signed, mac }: SignedDirective): boolean =>
  timingSafeEqual(createHmac("sha256", key).update(signed).digest(), mac);
