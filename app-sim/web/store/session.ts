import { signal } from "@preact/signals";
import type { Shape } from "../../../hub/api/contract.ts";
import { HubProblem } from "../../client/hub-problem.ts";
import { signInBytes } from "../../client/sign-in-bytes.ts";
import { hub } from "./hub.ts";
import { connect, connection, leave } from "./live.ts";
import { tell } from "./notices.ts";

/** Why the door did not open. */
export const refusal = signal<string | undefined>(undefined);
export const isSigningIn = signal(false);
/** The password was right, and a code of the authenticator is asked for as well. */
export const isCodeNeeded = signal(false);

/** Somebody else may sit down here next: nothing is to be left. */
export const isSharedBrowser = signal(false);

/** What a guest's link opens, before it is used. */
export const guestOffer = signal<Shape<"PassOffer"> | undefined>(undefined);
let guestCode = "";

/** The code of a link. Taken out of the address at once: it must not stay in the history. */
const codeFromAddress = (kind: "code" | "guest"): string | undefined => {
  const code = new URLSearchParams(location.hash.slice(1)).get(kind);
  if (code === null) return undefined;
  history.replaceState(null, "", location.pathname);
  return code;
};

/** With the one-time code of a link. */
export const signInByLink = (code: string): Promise<void> =>
  enterBy(async () => {
    await hub.call("signInWithCode", { body: { code } });
  });

/** Somebody opened a guest's link: shows what it opens. */
const lookAsGuest = async (code: string): Promise<void> => {
  connection.value = { kind: "signed-out" };
  try {
    guestOffer.value = await hub.call("lookAtPass", { body: { code } });
    guestCode = code;
  } catch (problem) {
    refuse(problem);
  }
};

/** @param name that the guest has chosen; undefined: nobody asked */
export const enterAsGuest = (name: string | undefined): Promise<void> =>
  enterBy(async () => {
    await hub.call("enterByPass", { body: { code: guestCode, ...(name === undefined ? {} : { name }) } });
    guestOffer.value = undefined;
    guestCode = "";
  });

export interface Typed {
  readonly name: string;
  readonly password: string;
  /** Empty until it is asked for. */
  readonly code: string;
}

/** As a person. The password goes as bytes, in the form that all keyboards agree on (Unicode, NFC). */
export const signIn = ({ name, password, code }: Typed): Promise<void> =>
  enterBy(async () => {
    const encoder = new TextEncoder();
    const shown = {
      password: encoder.encode(password.normalize("NFC")),
      code: encoder.encode(code.trim()),
    };
    const bytes = signInBytes(name, shown);
    try {
      await hub.call("signIn", { bytes, query: isSharedBrowser.value ? { terminal: "shared" } : {} });
    } finally {
      for (const each of [shown.password, shown.code, bytes]) each.fill(0);
    }
  });

const enterBy = async (ask: () => Promise<void>): Promise<void> => {
  isSigningIn.value = true;
  refusal.value = undefined;
  try {
    await ask();
    isCodeNeeded.value = false;
    connection.value = { kind: "connecting" };
    connect();
  } catch (problem) {
    connection.value = { kind: "signed-out" };
    refuse(problem);
  } finally {
    isSigningIn.value = false;
  }
};

const refuse = (problem: unknown): void => {
  const code = problem instanceof HubProblem ? problem.code : undefined;
  if (code === "second_factor_needed") isCodeNeeded.value = true;
  refusal.value = wordsFor(code, problem);
};

const wordsFor = (code: string | undefined, problem: unknown): string => {
  if (problem instanceof RangeError) return "No name or password is that long.";
  if (code === undefined) return "The hub did not answer. Is it running?";
  if (code === "second_factor_needed") return "Now the code that your authenticator shows.";
  if (code === "sign_in_refused") return "Name, password or code is wrong.";
  if (code === "too_many_attempts" && problem instanceof HubProblem) return `${sentence(problem.message)}.`;
  if (code === "guardian_needed") return "An adult of this home has to confirm this account first.";
  if (code === "invalid_input") return "That name cannot be used.";
  return "This code is not valid any more. Each code works once, for a few minutes.";
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

export const signOut = async (): Promise<void> => {
  try {
    await hub.call("signOut");
    if (isSharedBrowser.value) {
      localStorage.clear();
      sessionStorage.clear();
    }
    leave();
  } catch {
    tell("You are still signed in: the hub did not answer.", "danger");
  }
};

/** @returns whether a link's code was there */
const enterByAddress = (): boolean => {
  const [code, guest] = [codeFromAddress("code"), codeFromAddress("guest")];
  if (code !== undefined) void signInByLink(code);
  else if (guest !== undefined) void lookAsGuest(guest);
  return code !== undefined || guest !== undefined;
};

const enter = (): void => {
  if (!enterByAddress()) connect();
};

/** Signs in with the code in the address, or with the cookie that is there already. */
export const start = (): void => {
  enter();
  addEventListener("hashchange", enterByAddress);
};
