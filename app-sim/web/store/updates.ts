import { computed, signal } from "@preact/signals";
import type { Shape } from "../../../hub/api/contract.ts";
import { hub } from "./hub.ts";
import { isGuest, me } from "./me.ts";

/** Whether updates come by themselves, and what was found. Undefined: the hub has not said. */
export const updateChoices = signal<Shape<"UpdateChoices"> | undefined>(undefined);
export const updateNotices = signal<Shape<"UpdateNotices">["data"]>([]);

export const mayUpdate = computed(() => me.value?.caller.scopes.includes("admin") ?? false);

/** Nobody has answered yet, and there is something to be asked. */
export const isAsked = computed(
  () =>
    updateChoices.value?.supervised === true &&
    updateChoices.value.source &&
    updateChoices.value.automatic === "unanswered",
);

/** Whoever lives here is told; before anybody has signed in nobody is. */
export const isTold = computed(() => me.value !== undefined && !isGuest.value);

export const loadUpdates = async (): Promise<void> => {
  if (!isTold.value) return;
  if (mayUpdate.value) updateChoices.value = await hub.call("readUpdateChoices");
  updateNotices.value = (await hub.call("listUpdateNotices")).data;
};

export const chooseUpdates = (body: Shape<"NewUpdateChoices">): Promise<unknown> =>
  hub.call("setUpdateChoices", { body });
