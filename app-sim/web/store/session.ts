import { signal } from "@preact/signals";
import { HubProblem } from "../../client/hub-problem.ts";
import { hub } from "./hub.ts";
import { connect, connection } from "./live.ts";

/** Why the last code did not open the door. */
export const refusal = signal<string | undefined>(undefined);
export const isSigningIn = signal(false);

/** The one-time code of the printed link. Taken out of the address at once: it must not stay in the history. */
const codeFromAddress = (): string | undefined => {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code === null) return undefined;
  history.replaceState(null, "", location.pathname);
  return code;
};

export const signIn = async (code: string): Promise<void> => {
  isSigningIn.value = true;
  refusal.value = undefined;
  try {
    await hub.call("signInWithCode", { body: { code } });
    connection.value = { kind: "connecting" };
    connect();
  } catch (problem) {
    connection.value = { kind: "signed-out" };
    refusal.value =
      problem instanceof HubProblem
        ? "This code is not valid any more. Each code works once, for a few minutes."
        : "The hub did not answer. Is it running?";
  } finally {
    isSigningIn.value = false;
  }
};

const enter = (): void => {
  const code = codeFromAddress();
  if (code === undefined) connect();
  else void signIn(code);
};

/** Signs in with the code in the address, or with the cookie that is there already. */
export const start = (): void => {
  enter();
  addEventListener("hashchange", () => {
    const code = codeFromAddress();
    if (code !== undefined) void signIn(code);
  });
};
