import { signal } from "@preact/signals";
import type { Shape } from "../../../hub/api/contract.ts";
import { HubProblem } from "../../client/hub-problem.ts";
import { hub } from "./hub.ts";
import { tell } from "./notices.ts";

type Consent = Shape<"Consent">;

/** Whose consents: those of who is signed in, or those of the home. */
export type Whose = "own" | "home";

export const consents = {
  own: signal<readonly Consent[]>([]),
  home: signal<readonly Consent[]>([]),
};

const listing = { own: "listOwnConsents", home: "listHomeConsents" } as const;
const deciding = { own: "decideOwnConsent", home: "decideHomeConsent" } as const;
const receipting = { own: "listOwnReceipts", home: "listHomeReceipts" } as const;

export const loadConsents = async (whose: Whose): Promise<void> => {
  consents[whose].value = (await hub.call(listing[whose])).data;
};

/** One step either way: what is agreed to is what stands beside the switch. */
export const decide = async (whose: Whose, consent: Consent): Promise<void> => {
  const { purpose, version, text, state } = consent;
  const allowed = state !== "given";
  const body = { purpose, allowed, ...(allowed ? { version, text } : {}) };
  try {
    const decided = await hub.call(deciding[whose], { body });
    consents[whose].value = consents[whose].value.map((each) => (each.purpose === purpose ? decided : each));
  } catch (error) {
    const problem = error instanceof HubProblem ? error : undefined;
    tell(problem?.message ?? "The hub did not answer.", "danger", problem?.code);
    await loadConsents(whose);
  }
};

/** Every decision as a file, made here from what the hub answers. */
export const downloadReceipts = async (whose: Whose): Promise<void> => {
  const { data } = await hub.call(receipting[whose]);
  const url = URL.createObjectURL(
    new Blob([JSON.stringify(data, undefined, 2)], { type: "application/json" }),
  );
  const link = document.createElement("a");
  link.href = url;
  link.download = "consent-receipts.json";
  link.click();
  URL.revokeObjectURL(url);
};
