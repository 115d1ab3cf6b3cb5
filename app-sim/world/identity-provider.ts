import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { publicKeyOf, signingKey } from "../../hub/crypto/signature.ts";
import type { Clock } from "../../hub/ports/clock.ts";
import type { Entropy } from "../../hub/ports/entropy.ts";
import { type Declared, Outsider, type Said } from "./outsider.ts";

/** Somebody with an account there, and all that the provider would like to hand out of them. */
export interface ProviderAccount {
  readonly sub: string;
  readonly claims: Said;
}

interface Granted {
  readonly client: string;
  readonly challenge: string;
  readonly nonce: string;
  readonly scopes: readonly string[];
  readonly account: ProviderAccount;
}

const tokenLivesSeconds = 600;

/** How a provider can go wrong. */
export type TokenFault = "none-algorithm" | "other-key" | "other-audience" | "old" | "other-nonce" | "rs256";

/** A provider of accounts, with a subset of OpenID Connect: authorisation code, proof key, ID token signed with Ed25519. */
export class IdentityProvider extends Outsider {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #key: KeyObject;
  readonly #granted = new Map<string, Granted>();
  fault: TokenFault | undefined;
  /** It gives more than it was asked for: everything, whatever the scopes say. */
  isTalkative = true;

  constructor(clock: Clock, entropy: Entropy, declared: Declared) {
    super(entropy, declared);
    this.#clock = clock;
    this.#entropy = entropy;
    this.#key = signingKey(entropy.bytes(32));
  }

  get issuer(): string {
    return `https://${this.host}`;
  }

  /** Somebody signs in there and agrees; their browser goes back with this. Undefined: the provider knows no such request. */
  authorize(
    url: string,
    account: ProviderAccount,
  ): { readonly state: string; readonly code: string } | undefined {
    const asked = new URL(url).searchParams;
    const [state, client, nonce] = [asked.get("state"), asked.get("client_id"), asked.get("nonce")];
    const challenge = asked.get("code_challenge");
    if (asked.get("response_type") !== "code" || asked.get("code_challenge_method") !== "S256")
      return undefined;
    if (state === null || client === null || nonce === null || challenge === null) return undefined;
    const code = this.#entropy.bytes(16).toString("base64url");
    const scopes = (asked.get("scope") ?? "").split(" ");
    this.#granted.set(code, { client, challenge, nonce, scopes, account });
    return { state, code };
  }

  protected override answer(said: Said): Said {
    if (said["kind"] === "discovery") return this.#discovery();
    return said["kind"] === "token" ? this.#token(said) : { kind: "noted" };
  }

  #discovery(): Said {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      scopes_supported: ["openid", "profile", "email", "friends", "location", "birthday"],
      response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"],
      id_token_signing_alg_values_supported: ["EdDSA"],
      keys: [{ kid: "1", kty: "OKP", crv: "Ed25519", x: publicKeyOf(this.#key).toString("base64url") }],
    };
  }

  #token({ code, client, verifier }: Said): Said {
    const granted = typeof code === "string" ? this.#granted.get(code) : undefined;
    this.#granted.delete(`${code}`);
    const proof = createHash("sha256").update(`${verifier}`).digest("base64url");
    if (granted === undefined || granted.client !== client || proof !== granted.challenge)
      return { error: "invalid_grant" };
    return { kind: "token", id_token: this.#signed(this.#claims(granted)) };
  }

  #claims({ client, nonce, scopes, account }: Granted): Said {
    const now = Math.floor(this.#clock.now() / 1_000);
    const { email, email_verified, preferred_username, ...rest } = account.claims;
    return {
      iss: this.issuer,
      sub: account.sub,
      aud: this.fault === "other-audience" ? "somebody-else" : client,
      iat: this.fault === "old" ? now - 10_000 : now,
      exp: this.fault === "old" ? now - 9_000 : now + tokenLivesSeconds,
      nonce: this.fault === "other-nonce" ? "another" : nonce,
      ...(this.isTalkative || scopes.includes("profile") ? { preferred_username } : {}),
      ...(this.isTalkative || scopes.includes("email") ? { email, email_verified } : {}),
      ...(this.isTalkative ? rest : {}),
    };
  }

  #signed(claims: Said): string {
    const alg = this.fault === "none-algorithm" ? "none" : this.fault === "rs256" ? "RS256" : "EdDSA";
    const part = (value: Said) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = `${part({ alg, kid: "1", typ: "JWT" })}.${part(claims)}`;
    return `${text}.${this.#signature(Buffer.from(text)).toString("base64url")}`;
  }

  #signature(text: Buffer): Buffer {
    if (this.fault === "other-key") return sign(null, text, signingKey(Buffer.alloc(32, 9)));
    if (this.fault !== "rs256") return sign(null, text, this.#key);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    return sign("sha256", text, privateKey);
  }
}
