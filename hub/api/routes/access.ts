import { readSignIn } from "../../codec/sign-in.ts";
import { callerRights } from "../../domain/access.ts";
import { NotAuthenticated, NotFound } from "../../domain/errors.ts";
import { isoText } from "../../domain/instant-text.ts";
import { rightsOf } from "../../domain/person.ts";
import { Seconds, toSeconds } from "../../domain/units.ts";
import type { IssuedToken } from "../../people/token-service.ts";
import type { HttpRequest } from "../../ports/network.ts";
import { empty, json, jsonWith, type Reply } from "../answers.ts";
import { bearerText } from "../auth.ts";
import { byName } from "../by-name.ts";
import { type Handlers, present } from "../handler.ts";
import { callerJson, tokenJson } from "../home-json.ts";
import type { Services } from "../traits.ts";
import { lampsOf } from "./home.ts";

type TokenRoutes = "listTokens" | "getToken" | "addToken" | "changeToken" | "removeToken";
type SessionRoutes = "getSession" | "signIn" | "signInWithCode" | "addSignInCode" | "signOut";

export const tokenHandlers = ({ tokens }: Services): Handlers<TokenRoutes> => ({
  listTokens: () => ({ data: byName(tokens.list()).map(tokenJson) }),
  getToken: ({ id }) => {
    const token = tokens.get(id);
    if (token === undefined) throw new NotFound("no such token");
    return tokenJson(token);
  },
  addToken: ({ body: { name, role, scopes, lamps, expiresIn }, caller }) => {
    const { token, secret } = tokens.issue(
      {
        name,
        role: role ?? "developer",
        ...(scopes === undefined ? {} : { scopes }),
        ...(lamps === undefined ? {} : { lamps: lampsOf(lamps) }),
        ...(expiresIn === undefined ? {} : { expiresIn: Seconds(expiresIn) }),
      },
      present(caller),
    );
    return { ...tokenJson(token), ...secretsOf({ token, secret }) };
  },
  changeToken: ({ id, body }) => tokenJson(tokens.rename(id, body.name)),
  removeToken: ({ id }) => {
    tokens.revoke(id);
    return undefined;
  },
});

/** What is shown once of a token. */
const secretsOf = ({ token, secret }: IssuedToken) => ({
  token: bearerText(token.id, secret),
  mqtt: { username: token.id, password: secret.toString("latin1") },
});

/**
 * Strict: no other site's link or form brings the cookie along. Http-only: no script can read it.
 * @param cookie its name
 */
const cookieOf =
  (cookie: string) =>
  (secret: string, seconds: number, { isSecure }: HttpRequest) => ({
    "set-cookie": `${cookie}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${
      isSecure ? "; Secure" : ""
    }`,
  });

/** The answer to a browser that has signed in. @param cookie name of the session cookie */
export const enteredBy = (
  cookie: string,
  caller: ReturnType<typeof callerJson>,
  secret: string,
  seconds: number,
  request: HttpRequest,
): Reply => jsonWith(caller, 201, cookieOf(cookie)(secret, seconds, request));

/** @param cookie name of the session cookie */
export const sessionHandlers = (
  { sessions, tokens, accounts, stepUp }: Services,
  cookie: string,
): Handlers<SessionRoutes> => {
  const setCookie = cookieOf(cookie);
  const entered = (signedIn: ReturnType<Services["sessions"]["open"]>, request: HttpRequest): Reply => {
    const lives = Math.floor(toSeconds(sessions.sessionLives));
    return enteredBy(cookie, callerJson(signedIn.caller), signedIn.secret, lives, request);
  };
  return {
    signIn: ({ bytes, query, request }) => {
      const person = accounts.signIn(readSignIn(bytes));
      const rights = rightsOf(person);
      const shown = accounts.of(person.id)?.totp ? "code" : "password";
      if (query.as !== "token") {
        const signedIn = sessions.open({ ...callerRights(rights), person: person.id }, person.expires);
        stepUp.show(signedIn.caller.id, shown);
        return entered(signedIn, request);
      }
      const issued = tokens.issueFor(person.id, rights, person.expires);
      stepUp.show(issued.token.id, shown);
      const caller = { ...callerRights(rights), id: issued.token.id, person: person.id };
      return json({ ...callerJson(caller), ...secretsOf(issued) }, 201);
    },
    getSession: ({ caller }) => callerJson(present(caller)),
    signInWithCode: ({ body, request }) => {
      const signedIn = sessions.signIn(body.code);
      if (signedIn === undefined) throw new NotAuthenticated("the code is wrong, used or too old");
      return entered(signedIn, request);
    },
    addSignInCode: ({ caller }) => {
      const { id: _, ...rights } = present(caller);
      const { code, expires } = sessions.issueCode(rights);
      return { code, expires: isoText(expires) };
    },
    signOut: ({ session, caller, request }) => {
      const { id, person } = present(caller);
      if (session !== undefined) sessions.signOut(session);
      else if (person !== undefined) tokens.revoke(id);
      return empty(setCookie("", 0, request));
    },
  };
};
