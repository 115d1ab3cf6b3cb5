import { signal } from "@preact/signals";
import type { NotRunReason } from "../../../hub/domain/event.ts";
import type { Cause, LightState } from "../model/shapes.ts";

/** One thing that a lamp did, or did not, while the page was open. */
export interface Happening {
  readonly id: number;
  readonly lamp: string;
  readonly cause: Cause;
  readonly state?: LightState;
  /** Why it did not run. */
  readonly notRun?: NotRunReason;
}

const most = 200;
let last = 0;

/** Newest first. */
export const happenings = signal<readonly Happening[]>([]);

export const remember = (happening: Omit<Happening, "id">): void => {
  last += 1;
  happenings.value = [{ id: last, ...happening }, ...happenings.value].slice(0, most);
};
