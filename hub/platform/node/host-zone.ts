import type { ZoneName } from "../../domain/civil.ts";

/** The time zone that this machine is set to. */
export const hostZone = (): ZoneName => new Intl.DateTimeFormat().resolvedOptions().timeZone as ZoneName;
