import type { NotRunReason } from "../domain/event.ts";
import { type Calendar, isWithin } from "../domain/plan.ts";
import type { Condition, HomeMode } from "../domain/rule.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Directory, Lights, Presence, Sensors, SunSource, Surroundings } from "./traits.ts";

/** Yes, no, or not to be known now. */
export type Truth = boolean | undefined;

type ConditionOf<Kind extends Condition["kind"]> = Extract<Condition, { kind: Kind }>;

/** The first condition that keeps a rule from acting. */
export interface Hindrance {
  readonly condition: number;
  readonly reason: NotRunReason;
}

const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);

/** Whatever is yes decides; else what is not known does. */
const anyOf = (truths: readonly Truth[]): Truth =>
  truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;

/** Whether something that is measured lies between two bounds. */
const isBetween = (value: number | undefined, below = Infinity, above = -Infinity): Truth =>
  value === undefined ? undefined : above < value && value < below;

/** Needs a clock that can be believed: alone, or inside another. */
const needsClock = (condition: Condition): boolean =>
  condition.kind === "not"
    ? needsClock(condition.condition)
    : condition.kind === "any"
      ? condition.of.some(needsClock)
      : ["time", "sun", "elevation"].includes(condition.kind);

const personIn = (condition: ConditionOf<"presence">) =>
  "person" in condition ? condition.person : undefined;

/** Looks whether conditions hold. Those of clock and sun are asked for a time, all others for now. */
export class Conditions {
  readonly #clock: Clock;
  readonly #home: Directory;
  readonly #lights: Lights;
  readonly #sensors: Sensors;
  readonly #presence: Presence;
  readonly #place: SunSource;
  readonly #mode: () => HomeMode;
  readonly #calendar: () => Calendar;

  constructor(clock: Clock, around: Surroundings, mode: () => HomeMode, calendar: () => Calendar) {
    this.#clock = clock;
    this.#home = around.home;
    this.#lights = around.lights;
    this.#sensors = around.sensors;
    this.#presence = around.presence;
    this.#place = around.place;
    this.#mode = mode;
    this.#calendar = calendar;
  }

  /** Undefined: all hold. What cannot be known keeps a rule from acting as what is false does. */
  hindrance(conditions: readonly Condition[], at: Instant): Hindrance | undefined {
    for (const [index, condition] of conditions.entries()) {
      const truth = this.holds(condition, at);
      if (truth !== true) return { condition: index, reason: this.#reason(condition, truth) };
    }
    return undefined;
  }

  holds(condition: Condition, at: Instant): Truth {
    switch (condition.kind) {
      case "time":
      case "sun":
      case "elevation":
        return this.#isTrusted() ? this.#holdsByClock(condition, at) : undefined;
      case "presence":
        return this.#presenceHolds(condition);
      case "illuminance":
        return this.#illuminanceHolds(condition);
      case "mode":
        return condition.is.includes(this.#mode());
      case "light":
        return this.#lightHolds(condition);
      case "not":
        return not(this.holds(condition.condition, at));
      case "any":
        return anyOf(condition.of.map((each) => this.holds(each, at)));
    }
  }

  #holdsByClock(condition: ConditionOf<"time" | "sun" | "elevation">, at: Instant): Truth {
    const calendar = this.#calendar();
    if (condition.kind === "time") return this.#timeHolds(condition, at, calendar);
    const state = calendar.sun?.state(at);
    if (condition.kind === "sun")
      return state === undefined ? undefined : state.isUp === (condition.is === "up");
    return isBetween(state?.elevation, condition.below, condition.above);
  }

  #timeHolds(condition: ConditionOf<"time">, at: Instant, calendar: Calendar): Truth {
    const isBySun = condition.from.kind === "sun" || condition.to.kind === "sun";
    return isBySun && calendar.sun === undefined ? undefined : isWithin(condition, at, calendar);
  }

  #presenceHolds(condition: ConditionOf<"presence">): Truth {
    if (!("person" in condition)) {
      const anybody = this.#presence.anybodyHome();
      return condition.is === "anybody-home" ? anybody : not(anybody);
    }
    const home = this.#presence.isHome(condition.person);
    return condition.is === "home" ? home : not(home);
  }

  #illuminanceHolds({ sensor, below, above }: ConditionOf<"illuminance">): Truth {
    return isBetween(this.#sensors.get(sensor)?.reading.illuminance, below, above);
  }

  #lightHolds({ target, is }: ConditionOf<"light">): Truth {
    const lamps = this.#home.members(target);
    const isOn = lamps?.some((lamp) => this.#lights.get(lamp)?.desired.on === true);
    return isOn === undefined ? undefined : isOn === (is === "on");
  }

  #isTrusted(): boolean {
    return this.#clock.trust().level === "trusted";
  }

  #reason(condition: Condition, truth: Truth): NotRunReason {
    if (truth !== undefined) return "condition-false";
    if (condition.kind === "presence") return this.#presence.held(personIn(condition)) ?? "condition-false";
    if (!needsClock(condition)) return "condition-false";
    return this.#isTrusted() ? (this.#place.held() ?? "condition-false") : "clock-untrusted";
  }
}
