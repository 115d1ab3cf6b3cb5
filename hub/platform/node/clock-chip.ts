import { readFileSync } from "node:fs";
import type { Instant } from "../../domain/units.ts";

/** Where Linux shows the first clock chip (Documentation/ABI/testing/sysfs-class-rtc): seconds since 1970. */
const reading = "/sys/class/rtc/rtc0/since_epoch";
/** No chip has lived through less; one that lost its battery starts at 1970 or 2000. */
const earliestMs = Date.UTC(2026, 0, 1);
/** The kernel sets its clock by the chip at boot; further apart than this, one of them is wrong. */
const apartMs = 120_000;

const readChip = (file: string): number => {
  try {
    return Number(readFileSync(file, "utf8")) * 1_000;
  } catch {
    return Number.NaN;
  }
};

/** Whether a clock chip with a plausible time vouches for the system's clock. @param file what to read, in tests */
export const chipAgrees = (now: Instant, file = reading): boolean => {
  const chipMs = readChip(file);
  return chipMs >= earliestMs && Math.abs(chipMs - now) <= apartMs;
};
