import type { CivilDate, MonthDay, WallTime, Weekday } from "./civil.ts";
import type { LightTargetId } from "./home.ts";
import type { DeviceId, PersonId, RoomId, RuleId, SceneId, SensorId } from "./ids.ts";
import type { LightCommand } from "./light.ts";
import type { Degrees } from "./place.ts";
import type { SunEventKind } from "./sun-event.ts";
import type { Duration, Instant, Percent } from "./units.ts";

/** What stands in for a sun event on a solar day that does not have it. */
export type PolarPolicy =
  /** Nothing: the day has no such moment. */
  | { readonly kind: "none" }
  | { readonly kind: "clock"; readonly at: WallTime }
  /** Where the vanishing event was going: solar midnight in polar day, solar noon in polar night. */
  | { readonly kind: "culmination" };

/** A moment that comes once a day. */
export type Moment =
  | { readonly kind: "time"; readonly at: WallTime }
  | {
      readonly kind: "sun";
      readonly event: SunEventKind;
      /** Added to the event; milliseconds, negative is earlier; within a day either way. */
      readonly offset: number;
      /** Clamps in civil time, by the solar date. */
      readonly notBefore?: WallTime;
      readonly notAfter?: WallTime;
      readonly polar: PolarPolicy;
    };

/** Which days. All that is given must hold; nothing given: every day. Of a sun moment it is the solar date that counts. */
export interface Days {
  readonly weekdays?: readonly Weekday[];
  readonly dates?: readonly MonthDay[];
}

/** What sets a rule off. */
export type Trigger =
  /** Once a day; with `until`, at an instant between the two that is drawn once for each day. */
  | { readonly kind: "daily"; readonly at: Moment; readonly until?: Moment; readonly days: Days }
  /** Holds from one moment to the next; empty where `to` does not come after `from`. Both edges count. */
  | { readonly kind: "range"; readonly from: Moment; readonly to: Moment; readonly days: Days }
  /** Once, at a civil time; the rule is spent afterwards. */
  | { readonly kind: "once"; readonly date: CivilDate; readonly at: WallTime }
  /** Once, so long after `since`, by the monotonic clock as long as the hub runs; the rule is spent afterwards. */
  | { readonly kind: "timer"; readonly after: Duration; readonly since: Instant }
  | { readonly kind: "presence"; readonly event: "first-arrives" | "last-leaves" }
  | { readonly kind: "presence"; readonly event: "arrives" | "leaves"; readonly person: PersonId }
  /** A phone says that its owner will be home within `ahead`. */
  | {
      readonly kind: "presence";
      readonly event: "approaches";
      readonly ahead: Duration;
      readonly person?: PersonId;
    }
  | { readonly kind: "motion"; readonly sensor: SensorId | RoomId; readonly event: "detected" | "cleared" }
  | { readonly kind: "illuminance"; readonly sensor: SensorId; readonly below: number }
  | { readonly kind: "illuminance"; readonly sensor: SensorId; readonly above: number }
  | { readonly kind: "contact"; readonly sensor: SensorId; readonly event: "opened" | "closed" }
  | { readonly kind: "button"; readonly sensor: SensorId; readonly action: string }
  | {
      readonly kind: "device";
      readonly device: DeviceId;
      readonly event: "online" | "offline" | "on" | "off";
    };

/** Whether a rule may act; all of a rule's must hold. */
export type Condition =
  /** Between two moments; where `to` is earlier, over midnight. */
  | { readonly kind: "time"; readonly from: Moment; readonly to: Moment; readonly days: Days }
  | { readonly kind: "sun"; readonly is: "up" | "down" }
  | { readonly kind: "elevation"; readonly below?: Degrees; readonly above?: Degrees }
  | { readonly kind: "presence"; readonly is: "anybody-home" | "nobody-home" }
  | { readonly kind: "presence"; readonly person: PersonId; readonly is: "home" | "away" }
  | {
      readonly kind: "illuminance";
      readonly sensor: SensorId;
      readonly below?: number;
      readonly above?: number;
    }
  | { readonly kind: "mode"; readonly is: readonly HomeMode[] }
  | { readonly kind: "light"; readonly target: LightTargetId; readonly is: "on" | "off" }
  | { readonly kind: "not"; readonly condition: Condition }
  | { readonly kind: "any"; readonly of: readonly Condition[] };

/** What the home is in now; one at a time. `vacation` also makes it look lived in. */
export const homeModes = ["home", "night", "away", "vacation"] as const;
export type HomeMode = (typeof homeModes)[number];

/** What a rule does, in order. */
export type Action =
  /** State, fade and effect. `hold`: off again so long after the rule was last set off, unless a person took the lamp over. */
  | {
      readonly kind: "light";
      readonly target: LightTargetId;
      readonly command: LightCommand;
      readonly hold?: Duration;
    }
  | { readonly kind: "scene"; readonly scene: SceneId; readonly transition?: Duration }
  /** From dark and warm to `brightness` within `over`. */
  | {
      readonly kind: "wake-up";
      readonly target: LightTargetId;
      readonly over: Duration;
      readonly brightness: Percent;
    }
  | { readonly kind: "off-after"; readonly target: LightTargetId; readonly after: Duration }
  | { readonly kind: "circadian"; readonly target: LightTargetId }
  | { readonly kind: "mode"; readonly mode: HomeMode };

/** What becomes of an occurrence that was missed: the power was away, or the clock was not to be believed. */
export type CatchUp =
  | { readonly kind: "skip" }
  /** Done all the same, when it is no older than this. */
  | { readonly kind: "late"; readonly within: Duration }
  /** Its lamps are brought to what they should show now, once, unless somebody changed them since. */
  | { readonly kind: "now" };

/** Anything in `triggers` sets it off; it acts when all `conditions` hold. */
export interface Rule {
  readonly id: RuleId;
  readonly name: string;
  readonly enabled: boolean;
  readonly triggers: readonly Trigger[];
  readonly conditions: readonly Condition[];
  readonly actions: readonly Action[];
  /** At the end of a range; absent: the lamps of `actions` are switched off. */
  readonly endActions?: readonly Action[];
  readonly catchUp: CatchUp;
  /** It rests until then. */
  readonly pausedUntil?: Instant;
}

/** Which edge of a trigger an occurrence is. Only ranges have an `end`. */
export type Edge = "start" | "end";

/**
 * One time that a rule falls due by clock or sun. `id` = rule, trigger, date and edge: what makes it fire exactly once,
 * whatever the clock does.
 */
export interface Occurrence {
  readonly id: string;
  readonly rule: RuleId;
  /** Index in `Rule.triggers`. */
  readonly trigger: number;
  readonly edge: Edge;
  /** The solar date of a sun moment, the civil date of a clock time. */
  readonly date: CivilDate;
  readonly at: Instant;
}
