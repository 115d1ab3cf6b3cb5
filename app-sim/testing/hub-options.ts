import type { BlePeripheral } from "../../devices/sim/ble/peripheral.ts";
import type { Recording } from "../../devices/sim/ble/recorded/recording.ts";
import { type Duration, Hours, Instant, Millis, Minutes, Seconds } from "../../hub/domain/units.ts";
import { TestUsageError } from "./test-usage-error.ts";

/** A length of time as people say it; parts add up. A bare number is milliseconds. */
export type TimeSpan =
  | number
  | {
      readonly days?: number;
      readonly hours?: number;
      readonly minutes?: number;
      readonly seconds?: number;
      readonly ms?: number;
    };

export interface ClockOptions {
  /** Civil time at which the hub is ready. A text without offset is UTC. Default 2026-06-21T20:00:00Z. */
  readonly now?: string | number | Date;
  /** `manual`: moves only when told to (default). `scaled`: `speed` times as fast as ours. `real`: as ours. */
  readonly mode?: "manual" | "scaled" | "real";
  /** Simulated seconds per second with `scaled`. Default 60. */
  readonly speed?: number;
}

export interface HubOptions {
  /** Simulated lamps. Default 5. */
  readonly bulbs?: number;
  /** Colour bulbs among them that the hub reaches over Bluetooth as well, as far as there are so many. Default 0. */
  readonly twoRadios?: number;
  /** Simulated sensors. Default 2. */
  readonly sensors?: number;
  /**
   * Bluetooth devices within reach of the hub, beside two new lamps that wait for a network; `hub.ether` moves them. A recording
   * of a lamp, the first of the list, is at 02:00:00:00:00:01, the second at …:02. Default none.
   */
  readonly bluetooth?: readonly (BlePeripheral | Recording)[];
  /** Simulated people, each with a phone: Ana, Ben, Cleo … They lead a life of their own until `send`. Default 0. */
  readonly people?: number;
  /** Draws the home, its devices and every random choice: the same seed gives the same trace. Default 1. */
  readonly seed?: number;
  readonly clock?: ClockOptions;
  /**
   * `none` (default): the hub listens on loopback and reaches out nowhere; an attempt throws and stands in `egress`.
   * `loopback`: it may also connect to this machine, to your own broker say.
   */
  readonly network?: "none" | "loopback";
  /** Address of your own MQTT 5 broker; needs `network: "loopback"`. */
  readonly broker?: string;
  /** Where the home is, degrees; north and east positive. Default: the largest town of `zone`, Greenwich for UTC. */
  readonly place?: { readonly latitude: number; readonly longitude: number };
  /** Name in the IANA database. Default `Etc/UTC`. */
  readonly zone?: string;
}

export const usualNow = "2026-06-21T20:00:00Z";
export const usualSpeed = 60;

/** @throws TestUsageError when it is not a time */
export const instantOf = (now: string | number | Date): Instant => {
  const hasOffset = typeof now !== "string" || /(Z|[+-]\d\d:?\d\d)$/i.test(now);
  const at = new Date(typeof now === "string" && !hasOffset ? `${now}Z` : now).getTime();
  if (Number.isNaN(at)) throw new TestUsageError(`clock.now is not a time: ${String(now)}`);
  return Instant(at);
};

/** Signed milliseconds. */
export const msOf = (span: TimeSpan): number => {
  if (typeof span === "number") return span;
  const { days = 0, hours = 0, minutes = 0, seconds = 0, ms = 0 } = span;
  return Hours(24) * days + Hours(1) * hours + Minutes(1) * minutes + Seconds(1) * seconds + ms;
};

/** @throws TestUsageError when negative: time does not run backwards, it jumps */
export const durationOf = (span: TimeSpan): Duration => {
  const ms = msOf(span);
  if (!(ms >= 0)) throw new TestUsageError("time does not run backwards; use clock.jump");
  return Millis(ms);
};
