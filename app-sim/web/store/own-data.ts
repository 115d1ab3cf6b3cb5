import { signal } from "@preact/signals";
import type { AnswerOf, RouteName, Shape } from "../../../hub/api/contract.ts";
import type { Asked } from "../../client/hub-client.ts";
import { HubProblem } from "../../client/hub-problem.ts";
import { proofBytes } from "../../client/sign-in-bytes.ts";
import { hub } from "./hub.ts";
import { tell } from "./notices.ts";

/** How it stands with one's rights. */
export const ownRights = signal<Shape<"OwnRights"> | undefined>(undefined);
/** Everything that is held of oneself. */
export const ownData = signal<Shape<"DataExport"> | undefined>(undefined);
export const collected = signal<Shape<"RightToKnow"> | undefined>(undefined);
/** What was asked for and waits until somebody has shown who they are. */
export const waiting = signal<(() => Promise<void>) | undefined>(undefined);

/** Asks the hub; where it wants to know who is there, what was asked for waits until they have shown it. */
const asked = async (ask: () => Promise<void>): Promise<void> => {
  try {
    await ask();
    waiting.value = undefined;
  } catch (error) {
    if (error instanceof HubProblem && error.code === "step_up_needed") waiting.value = () => asked(ask);
    else tell(error instanceof Error ? error.message : "That did not work", "danger");
  }
};

type RightsRoute = Extract<
  RouteName,
  | "readOwnRights"
  | "correctOwnData"
  | "confirmOwnData"
  | "restrictOwnData"
  | "announceOwnLift"
  | "liftOwnRestriction"
  | "setOwnObjection"
>;

/** Does something of which the answer is how it stands then. */
export const change = <Name extends RightsRoute>(route: Name, how: Asked<Name> = {}): Promise<void> =>
  asked(async () => {
    ownRights.value = (await hub.call(route, how)) as AnswerOf<"readOwnRights">;
  });

/** Ends a restriction: what is told before is told here. */
export const liftRestriction = async (): Promise<void> => {
  await change("announceOwnLift");
  await change("liftOwnRestriction");
};

export const learnCollected = (): Promise<void> =>
  asked(async () => {
    collected.value = await hub.call("readRightToKnow");
  });

export const learnData = (): Promise<void> =>
  asked(async () => {
    ownData.value = await hub.call("readOwnData");
  });

/** A phone is one's own no longer. */
export const unlinkPhone = (id: string): Promise<void> =>
  asked(async () => {
    await hub.call("unlinkOwnPhone", { id });
    await learnData();
  });

/** Hands a file to the browser; it leaves this machine only if somebody sends it. */
const handed = (name: string, text: string, type: string): void => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
};

export const downloadReport = (): Promise<void> =>
  asked(async () => {
    const text = await new Response(await hub.bytes("readOwnReport")).text();
    handed("my-data.txt", text, "text/plain");
  });

export const downloadData = (): Promise<void> =>
  asked(async () => {
    handed("my-data.json", JSON.stringify(await hub.call("readOwnData"), null, 2), "application/json");
  });

/** Whoever has erased themselves is signed out with that. */
export const eraseMyself = (): Promise<void> =>
  asked(async () => {
    await hub.call("eraseOwnAccount", { body: { sure: true } });
    location.reload();
  });

/** With the password, or a code where the account has an authenticator. */
export const showWhoIAm = async (password: string, code: string): Promise<void> => {
  const encoder = new TextEncoder();
  const shown = { password: encoder.encode(password.normalize("NFC")), code: encoder.encode(code.trim()) };
  const bytes = new Uint8Array(proofBytes(shown));
  const next = waiting.value;
  try {
    await hub.call("stepUp", { bytes });
    await next?.();
  } catch (error) {
    tell(error instanceof Error ? error.message : "That did not work", "danger");
  } finally {
    for (const each of [shown.password, shown.code, bytes]) each.fill(0);
  }
};
