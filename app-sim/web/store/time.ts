import { computed, signal } from "@preact/signals";
import type { HubClock } from "../model/shapes.ts";

const tickMs = 5_000;

const tick = signal(Date.now());

/** How far the hub's clock is ahead of this device's; a simulated home may live in another year. */
const ahead = signal(0);

/** What the hub says about its clock. Undefined until it has said something. */
export const hubClock = signal<HubClock | undefined>(undefined);

/** The hub's time, for "3 min ago"; moves on in steps so that words do not flicker. */
export const now = computed(() => tick.value + ahead.value);

/** Of the home, by IANA name; this device may be elsewhere. Undefined until it is known. */
export const homeZone = signal<string | undefined>(undefined);

export const learnTime = (clock: HubClock): void => {
  hubClock.value = clock;
  tick.value = Date.now();
  ahead.value = Date.parse(clock.now) - tick.value;
};

setInterval(() => {
  tick.value = Date.now();
}, tickMs);
