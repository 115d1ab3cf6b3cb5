import { type IdTokenClaims, readIdToken } from "../../codec/id-token.ts";
import { sha256 } from "../../crypto/digest.ts";
import { isSigned, signatureKey } from "../../crypto/signature.ts";
import type { ProviderLink } from "../../domain/connection.ts";
import { ConnectorRefused } from "../../domain/connector.ts";
import type { Consents } from "../../domain/consent.ts";
import { Conflict, LimitExceeded, NotAuthenticated, NotFound } from "../../domain/errors.ts";
import type { ConnectionId, PersonId } from "../../domain/ids.ts";
import { Minutes, type Monotonic } from "../../domain/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Entropy } from "../../ports/entropy.ts";
import type { Collection, GuardedStore } from "../../privacy/guarded-store.ts";
import type { Connections } from "../connectors/connections.ts";
import type { OutsideMessage } from "../connectors/message.ts";
import { textIn } from "../connectors/message.ts";
import { type ProviderFacts, readProviderFacts, type SignInScope, signInScopes } from "./discovery.ts";

/** Where the person's browser goes, and what is asked for there. */
export interface BegunSignIn {
  readonly state: string;
  readonly url: string;
  readonly scopes: readonly SignInScope[];
  /** Offered by the provider and not asked for. */
  readonly declined: readonly string[];
}

/** A link that was made, and what the provider offered beyond it. */
export interface MadeLink {
  readonly link: ProviderLink;
  /** Names of claims that came and were dropped unread. */
  readonly notKept: readonly string[];
}

/** One sign-in on its way. */
interface Attempt {
  readonly connection: ConnectionId;
  /** Whose account is to be linked; absent: somebody signs in. */
  readonly person?: PersonId;
  readonly scopes: readonly SignInScope[];
  readonly verifier: string;
  readonly nonce: string;
  readonly facts: ProviderFacts;
  readonly until: Monotonic;
}

const attemptLives = Minutes(10);
const mostAttempts = 64;
/** How far the provider's clock may be apart from ours. */
const mostSkewSeconds = 300;

/**
 * Signing in by a provider of accounts: the authorisation code flow of OpenID Connect with a proof key [RFC 7636]. Kept are the
 * name of the account and, where its owner wants it, the e-mail address. Whoever comes by it is who linked that account before,
 * by themselves; nobody becomes known by it.
 */
export class ProviderSignIn {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #links: Collection<ProviderLink>;
  readonly #connections: Connections;
  readonly #consents: Consents;
  readonly #attempts = new Map<string, Attempt>();

  constructor(
    clock: Clock,
    entropy: Entropy,
    store: GuardedStore,
    connections: Connections,
    consents: Consents,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#links = store.collection("provider-links");
    this.#connections = connections;
    this.#consents = consents;
  }

  of(person: PersonId): readonly ProviderLink[] {
    return [...this.#links.entries()].map(([, link]) => link).filter((link) => link.person === person);
  }

  /** Takes the account's name and address out of here. None is fine. */
  unlink(person: PersonId, connector?: string): void {
    for (const link of this.of(person))
      if (connector === undefined || link.connector === connector) this.#links.remove(fileOf(link));
  }

  /**
   * @param person whose account is to be linked; absent: somebody signs in
   * @param wanted optional scopes that they chose, one by one
   * @throws NotFound nobody let this provider in; ConnectorRefused; DisclosureRefused; NetworkFailed
   */
  async begin(
    connector: string,
    { person, wanted = [] }: { readonly person?: PersonId; readonly wanted?: readonly SignInScope[] },
  ): Promise<BegunSignIn> {
    const connection = this.#connectionTo(connector);
    if (person !== undefined) this.#assertAgreed(person);
    if (this.#attempts.size >= mostAttempts) this.#forgetOld();
    if (this.#attempts.size >= mostAttempts)
      throw new LimitExceeded("too many sign-ins at once", { limit: mostAttempts });
    const answer = await this.#ask(connection, { kind: "discovery" });
    const facts = readProviderFacts(answer);
    if (facts === undefined) throw new ConnectorRefused("the provider is none", { reason: "malformed" });
    const scopes = (Object.keys(signInScopes) as SignInScope[]).filter(
      (scope) => signInScopes[scope].isNeeded || wanted.includes(scope),
    );
    const [state, nonce, verifier] = [this.#word(16), this.#word(16), this.#word(32)];
    const until = (this.#clock.monotonic() + attemptLives) as Monotonic;
    const who = person === undefined ? {} : { person };
    this.#attempts.set(state, { connection, ...who, scopes, verifier, nonce, facts, until });
    return {
      state,
      url: urlOf(facts, { client: connection, scopes, state, nonce, verifier }),
      scopes,
      declined: facts.scopes.filter((scope) => !(scopes as readonly string[]).includes(scope)),
    };
  }

  /** The person comes back from the provider. @throws NotAuthenticated, Conflict, ConnectorRefused, NetworkFailed: nothing is linked */
  async link(person: PersonId, state: string, code: string): Promise<MadeLink> {
    const attempt = this.#take(state, person);
    const { claims, connector } = await this.#claims(attempt, code);
    this.#assertAgreed(person);
    const subject = subjectOf(claims);
    const known = this.#bySubject(subject);
    if (known !== undefined && known.person !== person)
      throw new Conflict("this account belongs to somebody else in this home");
    const hasEmail = attempt.scopes.includes("email") && claims.email !== undefined && claims.emailVerified;
    const link: ProviderLink = {
      person,
      connector,
      subject,
      account: claims.account ?? "",
      ...(hasEmail ? { email: claims.email as string } : {}),
      since: this.#clock.now(),
    };
    this.#links.put(fileOf(link), link);
    const unasked = claims.email !== undefined && !hasEmail ? ["email"] : [];
    return { link, notKept: [...claims.notKept, ...unasked] };
  }

  /** Who comes back from the provider. @throws NotAuthenticated nobody has linked this account; NetworkFailed */
  async signIn(state: string, code: string): Promise<PersonId> {
    const attempt = this.#take(state, undefined);
    const { claims } = await this.#claims(attempt, code);
    const link = this.#bySubject(subjectOf(claims));
    if (link === undefined || !this.#consents.allows("identity-provider", link.person))
      throw new NotAuthenticated("nobody here has linked this account");
    return link.person;
  }

  async #claims(
    { connection, verifier, nonce, facts }: Attempt,
    code: string,
  ): Promise<{ readonly claims: IdTokenClaims; readonly connector: string }> {
    const answer = await this.#ask(connection, { kind: "token", client: connection, code, verifier });
    // It may have been taken back meanwhile.
    const { declaration } = this.#connections.live(connection);
    const token = readIdToken(textIn(answer, "id_token", 16_384) ?? "");
    const key = token && facts.keys.get(token.keyId);
    const publicKey = key && signatureKey(key);
    // One algorithm: whoever could choose it could choose none.
    const isGenuine =
      token !== undefined &&
      token.algorithm === "EdDSA" &&
      publicKey !== undefined &&
      isSigned(publicKey, token.signed, token.signature);
    if (!isGenuine) throw new NotAuthenticated("the provider's answer is not signed by it");
    const { claims } = token;
    const nowSeconds = this.#clock.now() / 1_000;
    const isForUs =
      claims.issuer === facts.issuer && claims.audience === connection && claims.nonce === nonce;
    const isFresh =
      claims.expires + mostSkewSeconds > nowSeconds && claims.issued - mostSkewSeconds < nowSeconds;
    if (!isForUs || !isFresh) throw new NotAuthenticated("the provider's answer is for another sign-in");
    return { claims, connector: declaration.name };
  }

  #ask(connection: ConnectionId, message: OutsideMessage): Promise<OutsideMessage> {
    return this.#connections.sandbox(connection, {}).ask({ purpose: "identity-provider", message });
  }

  /** Used up, whatever comes of it. */
  #take(state: string, person: PersonId | undefined): Attempt {
    const attempt = this.#attempts.get(state);
    this.#attempts.delete(state);
    if (attempt === undefined || attempt.person !== person || this.#clock.monotonic() >= attempt.until)
      throw new NotAuthenticated("this sign-in was not begun here, or is too old");
    return attempt;
  }

  #connectionTo(connector: string): ConnectionId {
    const found = this.#connections
      .ofKind("identity-provider")
      .find(({ connection }) => connection.connector === connector);
    if (found === undefined) throw new NotFound("this provider was not let in");
    return found.connection.id;
  }

  #assertAgreed(person: PersonId): void {
    if (!this.#consents.allows("identity-provider", person))
      throw new ConnectorRefused("this person has not agreed to it", {
        reason: "no-consent",
        what: "identity-provider",
      });
  }

  #bySubject(subject: string): ProviderLink | undefined {
    for (const [, link] of this.#links.entries()) if (link.subject === subject) return link;
    return undefined;
  }

  #forgetOld(): void {
    for (const [state, { until }] of this.#attempts)
      if (this.#clock.monotonic() >= until) this.#attempts.delete(state);
  }

  #word(bytes: number): string {
    return this.#entropy.bytes(bytes).toString("base64url");
  }
}

const fileOf = ({ person, connector }: Pick<ProviderLink, "person" | "connector">): string =>
  `${person}/${connector}`;

const subjectOf = ({ issuer, subject }: IdTokenClaims): string =>
  sha256(Buffer.from(JSON.stringify([issuer, subject]))).toString("hex");

const urlOf = (
  { authorize }: ProviderFacts,
  {
    client,
    scopes,
    state,
    nonce,
    verifier,
  }: {
    readonly client: string;
    readonly scopes: readonly string[];
    readonly state: string;
    readonly nonce: string;
    readonly verifier: string;
  },
): string => {
  const url = new URL(authorize);
  const asked = {
    response_type: "code",
    client_id: client,
    scope: scopes.join(" "),
    state,
    nonce,
    // S256 [RFC 7636, 4.2]
    code_challenge: sha256(Buffer.from(verifier)).toString("base64url"),
    code_challenge_method: "S256",
  };
  for (const [key, value] of Object.entries(asked)) url.searchParams.set(key, value);
  return url.href;
};
