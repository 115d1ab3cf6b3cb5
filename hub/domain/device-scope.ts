import type { DeviceId } from "./ids.ts";

/**
 * What may be done with what a device says. `state`: the newest is kept and shown. `events`: each change is told as it happens, and
 * sets off rules. `history`: what it did is kept for the question why. `sharing`: it is shown on the owner's broker, to Home Assistant and
 * to programs of developers. `assistants`: linked assistants may see and command it.
 */
export const scopeParts = ["state", "events", "history", "sharing", "assistants"] as const;
export type ScopePart = (typeof scopeParts)[number];

export type ScopeSwitches = Readonly<Record<ScopePart, boolean>>;

/** Of a device whose terms nobody has answered: what the hub is for, and no assistant. */
export const usualScope: ScopeSwitches = {
  state: true,
  events: true,
  history: true,
  sharing: true,
  assistants: false,
};

/** Of a device whose terms were declined: it can be commanded from this home, and nothing of it is told, kept or shared. */
export const localOnly: ScopeSwitches = {
  state: true,
  events: false,
  history: false,
  sharing: false,
  assistants: false,
};

/** Whoever takes something from a device, or tells of it, asks here just before. */
export interface DeviceScopes {
  allows(device: DeviceId, part: ScopePart): boolean;
  /** Calls when switches of a device were set, before that is acknowledged: what is kept or told already goes. @returns unsubscribe */
  onChange(call: (device: DeviceId) => void): () => void;
}

/** Where there is no choice to be made. */
export const unlimited: DeviceScopes = { allows: () => true, onChange: () => () => {} };
