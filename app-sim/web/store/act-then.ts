import { HubProblem, HubUnreachable } from "../../client/hub-problem.ts";
import { tell } from "./notices.ts";

/** Does what a card is asked for, and shows how things stand then; whatever the hub refuses is said. */
export const actThen =
  (load: () => Promise<void>) =>
  async (change: () => Promise<unknown>): Promise<void> => {
    try {
      await change();
    } catch (error) {
      if (error instanceof HubUnreachable) return;
      if (!(error instanceof HubProblem)) throw error;
      tell(error.message, "danger", error.code);
    }
    await load();
  };
