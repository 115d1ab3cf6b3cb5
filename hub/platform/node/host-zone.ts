import { readlinkSync } from "node:fs";
import type { ZoneName } from "../../domain/civil.ts";

/**
 * The time zone that this machine is set to: by its link into the zone database (localtime(5)), where that says it. ICU
 * knows it too, and takes a good part of a start to be asked.
 */
export const hostZone = (): ZoneName => (linkedZone() ?? icuZone()) as ZoneName;

const linkedZone = (): string | undefined => {
  if (process.env["TZ"] !== undefined) return undefined;
  try {
    return /\/zoneinfo\/((?:[A-Z][\w+-]*\/)+[A-Z][\w+-]*)$/.exec(readlinkSync("/etc/localtime"))?.[1];
  } catch {
    // No link: a copy of a zone, or a system that keeps it elsewhere.
    return undefined;
  }
};

const icuZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
