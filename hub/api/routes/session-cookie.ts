import { toSeconds } from "../../domain/units.ts";
import type { HttpRequest } from "../../ports/network.ts";
import { jsonWith, type Reply } from "../answers.ts";
import { callerJson } from "../home-json.ts";
import type { Services } from "../traits.ts";

/** What it takes to let a browser in. */
export interface Entering {
  readonly sessions: Pick<Services["sessions"], "sessionLives">;
  /** Name of the session cookie. */
  readonly cookie: string;
}

/**
 * The session cookie. Strict: no other site's link or form brings it along. Http-only: no script can read it.
 * @param seconds undefined: the browser forgets it when it is closed; 0: at once
 */
export const setCookie = (
  { cookie }: Pick<Entering, "cookie">,
  secret: string,
  seconds: number | undefined,
  { isSecure }: HttpRequest,
) => ({
  "set-cookie": `${cookie}=${secret}; Path=/; HttpOnly; SameSite=Strict${
    seconds === undefined ? "" : `; Max-Age=${seconds}`
  }${isSecure ? "; Secure" : ""}`,
});

/** The answer to a browser that has come in. @param isShared others use it too */
export const entered = (
  entering: Entering,
  signedIn: ReturnType<Services["sessions"]["open"]>,
  request: HttpRequest,
  isShared = false,
): Reply => {
  const lives = isShared ? undefined : Math.floor(toSeconds(entering.sessions.sessionLives));
  return jsonWith(callerJson(signedIn.caller), 201, setCookie(entering, signedIn.secret, lives, request));
};
