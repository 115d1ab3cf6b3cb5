import { signal } from "@preact/signals";

const tickMs = 15_000;

/** This device's clock, for "3 min ago"; moves on slowly so that words do not flicker. */
export const now = signal(Date.now());

setInterval(() => {
  now.value = Date.now();
}, tickMs);
