import type { Instant } from "./units.ts";

export type ClockSource = "simulator" | "ntp" | "rtc" | "phone" | "person";

/** How far civil time may be believed. Absolute and sun rules run only on a trusted clock. */
export type ClockTrust =
  | { readonly level: "unknown" }
  | { readonly level: "restored"; readonly since: Instant }
  | { readonly level: "trusted"; readonly source: ClockSource; readonly since: Instant };
