import type { Caller } from "../domain/access.ts";
import { NotAuthenticated, NotAuthorised } from "../domain/errors.ts";
import type { TokenId } from "../domain/ids.ts";
import type { HttpRequest } from "../ports/network.ts";
import type { Route } from "./contract.ts";
import { UnsupportedMedia } from "./errors.ts";

/** Who holds a bearer token; filled by people/token-service. */
export interface TokenCheck {
  authenticate(id: string, secret: Uint8Array | string): Caller | undefined;
}

/** Who holds a session cookie; filled by people/session-service. */
export interface SessionCheck {
  callerOf(secret: string): Caller | undefined;
  isLive(secret: string): boolean;
}

/** An authenticated request: by a program's token, or by the cookie of a browser's session. */
export interface Presence {
  readonly caller: Caller;
  /** The session's secret; absent for bearer tokens. */
  readonly session?: string;
}

const bearer = /^Bearer +(t-[a-z2-7]{12})\.([A-Za-z0-9_-]{1,128})$/i;

/** The text a bearer token is presented as. */
export const bearerText = (id: string, secret: Uint8Array): string =>
  `${id}.${Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength).toString("latin1")}`;

/** Who guesses, and from where credentials are used; filled from people. */
export interface DoorWatch {
  readonly guesses: {
    assertOpen(entrance: "token", from: string, at?: string): void;
    wrong(from: string, at?: string): void;
  };
  readonly uses: { used(id: TokenId, from: string): void };
}

export class Authenticator {
  readonly #watch: DoorWatch;
  readonly #tokens: TokenCheck;
  readonly #sessions: SessionCheck;
  /** Cookies do not know ports: each hub of a machine needs a name of its own. */
  readonly cookie: string;

  constructor(tokens: TokenCheck, sessions: SessionCheck, watch: DoorWatch, cookie: string) {
    this.#watch = watch;
    this.#tokens = tokens;
    this.#sessions = sessions;
    this.cookie = cookie;
  }

  /**
   * @throws NotAuthenticated; TooManyAttempts: it was not looked at; UnsupportedMedia when a browser sends a body that a plain form could have sent, the
   * second wall against cross-site requests behind the origin check.
   */
  admit(request: HttpRequest): Presence {
    const presence = this.#presenceOf(request);
    if (presence === undefined) throw new NotAuthenticated("present a valid token or sign in");
    return presence;
  }

  /** Whether the credential of a request is good, now. It does not count as used. */
  knows(request: HttpRequest): boolean {
    const header = request.header("authorization");
    if (header !== undefined) return this.#byToken(header, request.remote) !== undefined;
    const session = cookieOf(request.header("cookie"), this.cookie);
    return session !== undefined && this.#sessions.isLive(session);
  }

  #presenceOf(request: HttpRequest): Presence | undefined {
    const header = request.header("authorization");
    const found = header === undefined ? this.#bySession(request) : this.#byToken(header, request.remote);
    if (found !== undefined) this.#watch.uses.used(found.caller.id, request.remote);
    return found;
  }

  #byToken(header: string, from: string): Presence | undefined {
    const [, id, secret] = bearer.exec(header) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    this.#watch.guesses.assertOpen("token", from, id);
    const caller = this.#tokens.authenticate(id, secret);
    if (caller === undefined) this.#watch.guesses.wrong(from, id);
    return caller === undefined ? undefined : { caller };
  }

  #bySession(request: HttpRequest): Presence | undefined {
    const session = cookieOf(request.header("cookie"), this.cookie);
    if (session === undefined) return undefined;
    this.#watch.guesses.assertOpen("token", request.remote);
    const caller = this.#sessions.callerOf(session);
    if (caller === undefined) {
      this.#watch.guesses.wrong(request.remote);
      return undefined;
    }
    const type = request.header("content-type");
    if (type !== undefined && !/^application\/(json|octet-stream)\b/.test(type)) {
      throw new UnsupportedMedia("send application/json");
    }
    return { caller, session };
  }
}

const cookieOf = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(";")
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** @throws NotAuthorised when the scope is missing, or the caller is limited to lamps and the route is about more. */
export const authorise = (caller: Caller, route: Route, id: string | undefined): void => {
  if (route.scope !== "any" && route.scope !== "open" && !caller.scopes.has(route.scope)) {
    throw new NotAuthorised(`this needs the scope ${route.scope}`, { scope: route.scope });
  }
  // A program's own routes ask for each device what the owner allowed.
  if (caller.lamps === undefined || route.scope === "developer") return;
  const chosen: ReadonlySet<string> = caller.lamps;
  // What lies under the caller's own account is looked for among their own things alone.
  const isOwn = route.path.startsWith("/account/");
  if (route.chosenLamps !== true || (id !== undefined && !isOwn && !chosen.has(id))) {
    throw new NotAuthorised("this credential is limited to chosen lamps");
  }
};
