import { NotAuthenticated, NotFound } from "../../domain/errors.ts";
import { isoText } from "../../domain/instant-text.ts";
import { Seconds, toSeconds } from "../../domain/units.ts";
import type { HttpRequest } from "../../ports/network.ts";
import { empty, jsonWith } from "../answers.ts";
import { bearerText } from "../auth.ts";
import { byName } from "../by-name.ts";
import { type Handlers, present } from "../handler.ts";
import { callerJson, tokenJson } from "../home-json.ts";
import type { Services } from "../traits.ts";
import { lampsOf } from "./home.ts";

type TokenRoutes = "listTokens" | "getToken" | "addToken" | "changeToken" | "removeToken";
type SessionRoutes = "getSession" | "signInWithCode" | "addSignInCode" | "signOut";

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
    return {
      ...tokenJson(token),
      token: bearerText(token.id, secret),
      mqtt: { username: token.id, password: secret.toString("latin1") },
    };
  },
  changeToken: ({ id, body }) => tokenJson(tokens.rename(id, body.name)),
  removeToken: ({ id }) => {
    tokens.revoke(id);
    return undefined;
  },
});

/** @param cookie name of the session cookie */
export const sessionHandlers = ({ sessions }: Services, cookie: string): Handlers<SessionRoutes> => {
  // Strict: no other site's link or form brings the cookie along. Http-only: no script can read it.
  const setCookie = (secret: string, seconds: number, { isSecure }: HttpRequest) => ({
    "set-cookie": `${cookie}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${
      isSecure ? "; Secure" : ""
    }`,
  });
  return {
    getSession: ({ caller }) => callerJson(present(caller)),
    signInWithCode: ({ body, request }) => {
      const signedIn = sessions.signIn(body.code);
      if (signedIn === undefined) throw new NotAuthenticated("the code is wrong, used or too old");
      const lives = Math.floor(toSeconds(sessions.sessionLives));
      return jsonWith(callerJson(signedIn.caller), 201, setCookie(signedIn.secret, lives, request));
    },
    addSignInCode: ({ caller }) => {
      const { role, scopes } = present(caller);
      const { code, expires } = sessions.issueCode({ role, scopes });
      return { code, expires: isoText(expires) };
    },
    signOut: ({ session, request }) => {
      if (session !== undefined) sessions.signOut(session);
      return empty(setCookie("", 0, request));
    },
  };
};
