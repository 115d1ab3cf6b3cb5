import { computed, signal } from "@preact/signals";
import type { Shape } from "../../../hub/api/contract.ts";
import { hub } from "./hub.ts";

interface Me {
  readonly caller: Shape<"Caller">;
  /** Of a person; a one-time code is nobody's. */
  readonly name?: string;
}

/** Who is signed in at this browser. Undefined until the hub has said so. */
export const me = signal<Me | undefined>(undefined);

/** A guest: chosen lamps are all that the hub tells them of. */
export const isGuest = computed(() => me.value?.caller.lamps !== undefined);

/** Whether lamps can be added from here. */
export const mayAddDevices = computed(() => me.value?.caller.scopes.includes("devices:write") ?? false);

/** Whether what the home owes its people can be looked after from here. */
export const mayKeepPrivacy = computed(() => me.value?.caller.scopes.includes("privacy") ?? false);

const roleWords: Readonly<Record<Shape<"Caller">["role"], string>> = {
  owner: "Owner",
  resident: "Resident",
  guest: "Guest",
  installer: "Installer",
  developer: "Developer",
};

/** As whom, in a word. */
export const myName = computed(() =>
  me.value === undefined ? "" : (me.value.name ?? roleWords[me.value.caller.role]),
);

export const learnWhoIAm = async (): Promise<void> => {
  const caller = await hub.call("getSession");
  me.value = caller.person === undefined ? { caller } : { caller, name: (await hub.call("getAccount")).name };
};
