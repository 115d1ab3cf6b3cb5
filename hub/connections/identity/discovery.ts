import type { OutsideMessage } from "../connectors/message.ts";
import { textIn } from "../connectors/message.ts";

/** What can be asked of a provider, one by one; `friends` is offered by some and never asked for here. */
export const signInScopes = {
  openid: { says: "a number by which the provider knows you, kept as a digest", isNeeded: true },
  profile: { says: "the name of your account there", isNeeded: true },
  email: { says: "your e-mail address, sealed under your key", isNeeded: false },
} as const;

export type SignInScope = keyof typeof signInScopes;

/** What a provider says of itself [OpenID Connect Discovery 1.0, 3], as far as this house needs it. */
export interface ProviderFacts {
  readonly issuer: string;
  readonly authorize: string;
  /** Ed25519, by key id. */
  readonly keys: ReadonlyMap<string, Buffer>;
  readonly scopes: readonly string[];
}

const keyBytes = 32;
const mostKeys = 8;
const mostScopes = 64;

const textsIn = (value: unknown, most: number): readonly string[] | undefined =>
  Array.isArray(value) && value.length <= most && value.every((each) => typeof each === "string")
    ? (value as readonly string[])
    : undefined;

/** JSON Web Keys of Ed25519 [RFC 8037, 2]; others are passed over. */
const keysIn = (value: unknown): ReadonlyMap<string, Buffer> | undefined => {
  if (!Array.isArray(value) || value.length > mostKeys) return undefined;
  const keys = value.flatMap((each: unknown): [string, Buffer][] => {
    if (typeof each !== "object" || each === null) return [];
    const { kid, kty, crv, x } = each as Readonly<Record<string, unknown>>;
    if (typeof kid !== "string" || kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string") return [];
    const bytes = Buffer.from(x, "base64url");
    return bytes.length === keyBytes ? [[kid, bytes]] : [];
  });
  return new Map(keys);
};

/** Undefined for anything that is no document of that sort, or one that is spoken to in clear. Never throws. */
export const readProviderFacts = (message: OutsideMessage): ProviderFacts | undefined => {
  const issuer = textIn(message, "issuer");
  const authorize = textIn(message, "authorization_endpoint");
  const keys = keysIn(message["keys"]);
  const scopes = textsIn(message["scopes_supported"], mostScopes);
  if (issuer === undefined || authorize === undefined || keys === undefined || scopes === undefined)
    return undefined;
  if (!authorize.startsWith("https://") || !URL.canParse(authorize)) return undefined;
  return { issuer, authorize, keys, scopes };
};
