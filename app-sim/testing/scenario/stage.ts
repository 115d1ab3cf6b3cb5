import type { Shape } from "../../../hub/api/contract.ts";
import type { HubClient } from "../../client/hub-client.ts";

/** Something that happened, in the API's words; `t`: milliseconds of hub time since the scenario began. */
export type StageEvent = { readonly t: number } & Shape<"Event">;

export interface StageMessage {
  readonly topic: string;
  readonly payload: string;
}

/** A simulated home on which a scenario is played: a fresh one in this process, or one that runs elsewhere. */
export interface Stage {
  readonly api: HubClient;
  /** Everything since the scenario began, in order. */
  readonly events: () => readonly StageEvent[];
  /** Messages at the broker since the scenario began. @throws when there is no way to it */
  readonly messages: () => Promise<readonly StageMessage[]>;
  readonly publish: (topic: string, payload: string) => Promise<void>;
  /** Attempts of the hub to reach out; undefined where nobody counts them. */
  readonly egress: () => readonly unknown[] | undefined;
  /** Lets a moment pass, of hub time and of ours, in which something may happen. At most so many ms of hub time. */
  readonly pass: (ms: number) => Promise<void>;
  close(): Promise<void>;
}
