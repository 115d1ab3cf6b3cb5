import type { Route } from "./route.ts";

/** One byte length and so many bytes, twice; then a code, or a recovery code as people type it. */
export const mostProofBytes = 1 + 255 + 32;
const mostSignInBytes = 1 + 255 + mostProofBytes;
/** More than a password may have, so that one that is too long is called that. */
const mostPasswordBytes = 512;

/** People who sign in. Nobody has to: a home works without a single account. */
export const accountRoutes = {
  signIn: {
    method: "POST",
    path: "/session",
    scope: "open",
    summary:
      "Sign in: one byte length and the name or id, one byte length and the password, then the code if there is one",
    query: "SignInQuery",
    bytes: mostSignInBytes,
    status: 201,
    answer: "SignedIn",
  },
  stepUp: {
    method: "POST",
    chosenLamps: true,
    path: "/session/step-up",
    scope: "any",
    summary:
      "Show once more who you are, for five minutes: one byte length and the password, then the code; where codes are asked for, one alone will do",
    bytes: mostProofBytes,
    status: 204,
  },
  listSessions: {
    method: "GET",
    path: "/sessions",
    scope: "admin",
    summary: "Where people are signed in: browsers, and tokens that somebody has signed in for",
    status: 200,
    answer: "Sessions",
  },
  endSessions: {
    method: "DELETE",
    path: "/people/{id}/sessions",
    id: "person",
    scope: "admin",
    summary: "Sign a person out everywhere at once: sessions, tokens, and whatever they have opened",
    status: 204,
  },
  setRole: {
    method: "PUT",
    path: "/people/{id}/role",
    id: "person",
    scope: "people:write",
    stepUp: true,
    summary: "What a person may do; they are signed out everywhere",
    body: "RoleChange",
    status: 200,
    answer: "Person",
  },
  setPassword: {
    method: "PUT",
    path: "/people/{id}/password",
    id: "person",
    scope: "admin",
    stepUp: true,
    summary: "Let a person sign in, with these bytes as password; they are signed out everywhere",
    bytes: mostPasswordBytes,
    status: 204,
  },
  removePassword: {
    method: "DELETE",
    path: "/people/{id}/password",
    id: "person",
    scope: "admin",
    stepUp: true,
    summary: "Take a person's account away; they stay known",
    status: 204,
  },
  getAccount: {
    method: "GET",
    chosenLamps: true,
    path: "/account",
    scope: "any",
    summary: "Your own account",
    status: 200,
    answer: "Account",
  },
  changeOwnPassword: {
    method: "PUT",
    chosenLamps: true,
    path: "/account/password",
    scope: "any",
    stepUp: true,
    summary: "Another password of your own; you are signed out everywhere",
    bytes: mostPasswordBytes,
    status: 204,
  },
  endOwnSessions: {
    method: "DELETE",
    chosenLamps: true,
    path: "/account/sessions",
    scope: "any",
    summary: "Sign out everywhere at once",
    status: 204,
  },
  beginTotp: {
    method: "POST",
    chosenLamps: true,
    path: "/account/totp",
    scope: "any",
    stepUp: true,
    summary: "Set up an authenticator; the answer is shown this once, as a QR code",
    status: 200,
    answer: "TotpSetUp",
  },
  confirmTotp: {
    method: "POST",
    chosenLamps: true,
    path: "/account/totp/confirm",
    scope: "any",
    summary:
      "The authenticator's first code: from here on signing in takes one. Recovery codes are shown this once",
    bytes: 32,
    status: 200,
    answer: "RecoveryCodes",
  },
  endTotp: {
    method: "DELETE",
    chosenLamps: true,
    path: "/account/totp",
    scope: "any",
    stepUp: true,
    summary: "A password is enough again",
    status: 204,
  },
} as const satisfies Record<string, Route>;
