import { readSignIn } from "../../codec/sign-in.ts";
import { callerRights } from "../../domain/access.ts";
import { NotAuthenticated, NotFound } from "../../domain/errors.ts";
import { isoText } from "../../domain/instant-text.ts";
import { activeRightsOf } from "../../domain/person.ts";
import { Seconds } from "../../domain/units.ts";
import type { IssuedToken } from "../../people/token-service.ts";
import { empty, json } from "../answers.ts";
import { bearerText } from "../auth.ts";
import { byName } from "../by-name.ts";
import { type Handlers, present } from "../handler.ts";
import { callerJson, tokenJson } from "../home-json.ts";
import type { Services } from "../traits.ts";
import { lampsOf } from "./home.ts";
import { entered, setCookie } from "./session-cookie.ts";

type TokenRoutes = "listTokens" | "getToken" | "addToken" | "changeToken" | "keepToken" | "removeToken";
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
  keepToken: ({ id }) => tokenJson(tokens.keep(id)),
  removeToken: ({ id }) => {
    tokens.revoke(id);
    return undefined;
  },
});

/** What is shown once of a token. */
export const secretsOf = ({ token, secret }: IssuedToken) => ({
  token: bearerText(token.id, secret),
  mqtt: { username: token.id, password: secret.toString("latin1") },
});

/** @param cookie name of the session cookie */
export const sessionHandlers = (
  {
    sessions,
    tokens,
    accounts,
    stepUp,
    doorWatch: { guesses },
    privacy: {
      members: { signIns },
    },
  }: Services,
  cookie: string,
): Handlers<SessionRoutes> => {
  const entering = { sessions, cookie };
  return {
    signIn: ({ bytes, query, request }) => {
      const person = accounts.signIn(readSignIn(bytes));
      const rights = activeRightsOf(person);
      const shown = accounts.of(person.id)?.totp ? "code" : "password";
      if (query.as !== "token") {
        const isShared = query.terminal === "shared";
        const entry = { until: person.expires, isShared };
        const signedIn = sessions.open({ ...callerRights(rights), person: person.id }, entry);
        stepUp.show(signedIn.caller.id, shown);
        signIns.note(person.id, isShared ? "shared-browser" : "browser");
        return entered(entering, signedIn, request, isShared);
      }
      const issued = tokens.issueFor(person.id, rights, person.expires);
      stepUp.show(issued.token.id, shown);
      signIns.note(person.id, "token");
      const caller = { ...callerRights(rights), id: issued.token.id, person: person.id };
      return json({ ...callerJson(caller), ...secretsOf(issued) }, 201);
    },
    getSession: ({ caller }) => callerJson(present(caller)),
    signInWithCode: ({ body, request }) => {
      guesses.assertOpen("code", request.remote, "code");
      const signedIn = sessions.signIn(body.code);
      if (signedIn === undefined) {
        guesses.wrong(request.remote, "code");
        throw new NotAuthenticated("the code is wrong, used or too old");
      }
      return entered(entering, signedIn, request);
    },
    addSignInCode: ({ caller }) => {
      const { id: _, ...rights } = present(caller);
      const { code, expires } = sessions.issueCode(rights);
      return { code, expires: isoText(expires) };
    },
    signOut: ({ session, caller, request }) => {
      const { id, person } = present(caller);
      const isShared = sessions.list().some((each) => each.caller.id === id && each.isShared);
      if (session !== undefined) sessions.signOut(session);
      else if (person !== undefined) tokens.revoke(id);
      // Whatever this page has left in the browser goes with it: the next one may be somebody else.
      const clear = isShared ? { "clear-site-data": '"cache", "storage"' } : {};
      return empty({ ...setCookie(entering, "", 0, request), ...clear });
    },
  };
};
