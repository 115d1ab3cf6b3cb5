import { signal } from "@preact/signals";
import type { BodyOf } from "../../../hub/api/contract.ts";
import { HubProblem, HubUnreachable } from "../../client/hub-problem.ts";
import type { Candidate, HubEvent, Pairing } from "../model/shapes.ts";
import { hub } from "./hub.ts";

/** The pairing of this page; undefined: it looks for nothing. */
export const pairing = signal<Pairing | undefined>(undefined);

/** What the last deed came to, and what to do about it. */
export const problem = signal("");

/** Whom the hub speaks to. */
export const isAtWork = signal(false);

/** A lamp that has to be paired with, on an adapter that is at work. */
const longCallMs = 120_000;

/** @returns whether it went well */
const attempt = async (act: () => Promise<Pairing>): Promise<boolean> => {
  isAtWork.value = true;
  problem.value = "";
  try {
    pairing.value = await act();
    return true;
  } catch (error) {
    problem.value = wordsOf(error);
    return false;
  } finally {
    isAtWork.value = false;
  }
};

const wordsOf = (error: unknown): string => {
  if (error instanceof HubUnreachable) return "The hub did not answer. Nothing was added.";
  const words = error instanceof HubProblem ? error.message : String(error);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
};

export const lookForLamps = (): Promise<boolean> => attempt(() => hub.call("beginPairing", { body: {} }));

export const identify = (body: BodyOf<"identifyCandidate">): Promise<boolean> =>
  attempt(() => hub.call("identifyCandidate", { ...current(), body, timeoutMs: longCallMs }));

export const addCandidate = (body: BodyOf<"addCandidate">): Promise<boolean> =>
  attempt(() => hub.call("addCandidate", { ...current(), body, timeoutMs: longCallMs }));

/** Nobody is looked for any more. */
export const endPairing = (): void => {
  const { id } = current();
  pairing.value = undefined;
  problem.value = "";
  // One that is over by now has ended by itself.
  if (id !== "") void hub.call("endPairing", { id }).catch(() => undefined);
};

const current = (): { readonly id: string } => ({ id: pairing.peek()?.id ?? "" });

/** There are others to choose from, or it has gone on. */
export const hearOfPairing = (event: HubEvent): void => {
  const { id } = current();
  if (event.kind !== "pairing.changed" || event.pairing !== id || isAtWork.peek()) return;
  void hub.call("readPairing", { id }).then(
    (now) => {
      if (current().id === id) pairing.value = now;
    },
    () => undefined,
  );
};

/** "-61 dBm, far": where it may be. */
export const distanceWords = ({ rssi, weak }: Candidate): string =>
  rssi === undefined ? "" : `${rssi} dBm${weak ? ", far away" : ""}`;
