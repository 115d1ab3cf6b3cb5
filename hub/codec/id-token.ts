/** What an ID token says of whoever signed in [OpenID Connect Core 1.0, 2], as far as this house reads it. */
export interface IdTokenClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  /** Seconds since 1970. */
  readonly expires: number;
  readonly issued: number;
  readonly nonce: string;
  readonly email?: string;
  readonly emailVerified: boolean;
  readonly account?: string;
  /** Names of everything else that was offered; what stood in it is not read. */
  readonly notKept: readonly string[];
}

/** A token in its parts [RFC 7515, 7.1]. */
export interface IdToken {
  readonly algorithm: string;
  readonly keyId: string;
  readonly claims: IdTokenClaims;
  /** What the signature is over. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

const mostTokenBytes = 16_384;
const mostClaims = 128;
const parts = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;
const read = new Set([
  "iss",
  "sub",
  "aud",
  "exp",
  "iat",
  "nonce",
  "email",
  "email_verified",
  "preferred_username",
]);

const objectIn = (base64url: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const bytes = Buffer.from(base64url, "base64url");
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};

const textOf = (value: unknown, most = 256): string | undefined =>
  typeof value === "string" && value.length > 0 && value.length <= most ? value : undefined;
const secondsOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** The e-mail and the name of the account are read; of everything else that is offered only that it was. */
const claimsIn = (body: Readonly<Record<string, unknown>>): IdTokenClaims | undefined => {
  const names = Object.keys(body);
  const [issuer, subject, audience] = [textOf(body["iss"]), textOf(body["sub"]), textOf(body["aud"])];
  const [expires, issued, nonce] = [secondsOf(body["exp"]), secondsOf(body["iat"]), textOf(body["nonce"])];
  if (names.length > mostClaims || issuer === undefined || subject === undefined || audience === undefined)
    return undefined;
  if (expires === undefined || issued === undefined || nonce === undefined) return undefined;
  const [email, account] = [textOf(body["email"]), textOf(body["preferred_username"], 64)];
  return {
    issuer,
    subject,
    audience,
    expires,
    issued,
    nonce,
    ...(email === undefined ? {} : { email }),
    emailVerified: body["email_verified"] === true,
    ...(account === undefined ? {} : { account }),
    notKept: names.filter((name) => !read.has(name)).map((name) => name.slice(0, 64)),
  };
};

/** Undefined for anything that is no token of this shape. Nothing in it is believed before the signature is. Never throws. */
export const readIdToken = (text: string): IdToken | undefined => {
  if (text.length > mostTokenBytes) return undefined;
  const [, head, body, signature] = parts.exec(text) ?? [];
  if (head === undefined || body === undefined || signature === undefined) return undefined;
  const header = objectIn(head);
  const claims = objectIn(body);
  const algorithm = textOf(header?.["alg"], 16);
  const keyId = textOf(header?.["kid"], 64);
  const known = claims && claimsIn(claims);
  if (algorithm === undefined || keyId === undefined || known === undefined) return undefined;
  return {
    algorithm,
    keyId,
    claims: known,
    signed: Buffer.from(`${head}.${body}`),
    signature: Buffer.from(signature, "base64url"),
  };
};
