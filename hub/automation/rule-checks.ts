import { applyCommand } from "../domain/apply-command.ts";
import { parseCivilDate, parseMonthDay, type WallTime, weekdays } from "../domain/civil.ts";
import { InvalidInput, NotFound } from "../domain/errors.ts";
import type { LightTargetId } from "../domain/home.ts";
import { isId, type PersonId, type RoomId, type SensorId } from "../domain/ids.ts";
import type { LightState } from "../domain/light.ts";
import { parseName } from "../domain/name.ts";
import type { Trigger } from "../domain/rule.ts";
import { type Action, type Condition, type Days, homeModes, type Moment, type Rule } from "../domain/rule.ts";
import type { SunEventKind } from "../domain/sun-event.ts";
import { sunEventNames } from "../domain/sun-event.ts";
import { Percent } from "../domain/units.ts";
import type { Surroundings } from "./traits.ts";

const msPerDay = 86_400_000;
const most = { triggers: 50, conditions: 50, actions: 50, depth: 4 };
const dark: LightState = { on: false, brightness: Percent(100) };

const refuse = (message: string, path: string): never => {
  throw new InvalidInput(message, { path });
};

const assert = (isSo: boolean, message: string, path: string): void => {
  if (!isSo) refuse(message, path);
};

const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;

const checkTime = (time: WallTime | undefined, path: string): void => {
  if (time === undefined) return;
  const isTime = Number.isInteger(time) && time >= 0 && time < msPerDay / 1_000;
  assert(isTime, "a time of day lies between 00:00 and 23:59:59", path);
};

const checkSunEvent = (kind: SunEventKind, path: string): void => {
  if (typeof kind === "string") {
    assert(sunEventNames.includes(kind), `the sun has ${sunEventNames.join(", ")}`, path);
    return;
  }
  assert(Math.abs(kind.elevation) <= 90, "an elevation lies between -90 and 90 degrees", path);
  assert(["rising", "setting"].includes(kind.direction), "the sun passes rising or setting", path);
};

const checkMoment = (moment: Moment, path: string): void => {
  if (moment.kind === "time") {
    checkTime(moment.at, `${path}.at`);
    return;
  }
  checkSunEvent(moment.event, `${path}.event`);
  assert(Math.abs(moment.offset) <= msPerDay, "an offset is at most a day, either way", `${path}.offset`);
  checkTime(moment.notBefore, `${path}.notBefore`);
  checkTime(moment.notAfter, `${path}.notAfter`);
  if (moment.polar.kind === "clock") checkTime(moment.polar.at, `${path}.polar.at`);
  const { notBefore = 0, notAfter = Number.POSITIVE_INFINITY } = moment;
  assert(notBefore <= notAfter, "notBefore comes after notAfter: nothing is left", `${path}.notBefore`);
};

const checkDays = ({ weekdays: named, dates }: Days, path: string): void => {
  assert(named?.length !== 0 && dates?.length !== 0, "no day is left: leave it out for every day", path);
  for (const day of named ?? [])
    assert(weekdays.includes(day), `weekdays are ${weekdays.join(", ")}`, `${path}.weekdays`);
  for (const date of dates ?? []) parseMonthDay(date);
};

const sameEvent = (a: SunEventKind, b: SunEventKind): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A window between two clock times that are the same, or from an event to the same one or before it. */
const checkWindow = (from: Moment, to: Moment, path: string): void => {
  checkMoment(from, `${path}.from`);
  checkMoment(to, `${path}.to`);
  const isEmpty =
    from.kind === "time"
      ? to.kind === "time" && from.at === to.at
      : to.kind === "sun" && sameEvent(from.event, to.event) && to.offset <= from.offset;
  assert(!isEmpty, "the window is empty: its end does not come after its beginning", path);
};

const checkBounds = (below: number | undefined, above: number | undefined, path: string): void => {
  assert(below !== undefined || above !== undefined, "give below, above or both", path);
  for (const bound of [below, above]) assert(Number.isFinite(bound ?? 0), "a bound is a number", path);
  assert((above ?? -Infinity) < (below ?? Infinity), "nothing lies between these bounds", path);
};

/** Refuses rules that nobody could mean, or that name what is not there. */
export class RuleChecks {
  readonly #known: Pick<Surroundings, "home" | "scenes" | "presence" | "circadian">;

  constructor(known: Surroundings) {
    this.#known = known;
  }

  /** @returns the rule as it is kept @throws InvalidInput, RangeViolation with the path; NotFound for what it names */
  check(rule: Rule): Rule {
    const { triggers, conditions, actions, endActions, catchUp } = rule;
    this.#checkSizes(rule);
    for (const [at, trigger] of triggers.entries()) this.#checkTrigger(trigger, `triggers.${at}`);
    for (const [at, each] of conditions.entries()) this.#checkCondition(each, `conditions.${at}`, 1);
    for (const [at, action] of actions.entries()) this.#checkAction(action, `actions.${at}`);
    for (const [at, action] of endActions?.entries() ?? []) this.#checkAction(action, `endActions.${at}`);
    if (catchUp.kind === "late") assert(isPositive(catchUp.within), "late by how much?", "catchUp.within");
    return { ...rule, name: parseName(rule.name) };
  }

  #checkSizes({ triggers, conditions, actions, endActions }: Rule): void {
    assert(triggers.length > 0, "a rule needs something that sets it off", "triggers");
    assert(actions.length > 0, "a rule needs something to do", "actions");
    assert(triggers.length <= most.triggers, `at most ${most.triggers} triggers`, "triggers");
    assert(conditions.length <= most.conditions, `at most ${most.conditions} conditions`, "conditions");
    const longest = Math.max(actions.length, endActions?.length ?? 0);
    assert(longest <= most.actions, `at most ${most.actions} actions`, "actions");
    const hasEnd = triggers.some(({ kind }) => kind === "range");
    assert(endActions === undefined || hasEnd, "only a range has an end", "endActions");
  }

  #checkTrigger(trigger: Trigger, path: string): void {
    if ("days" in trigger) checkDays(trigger.days, `${path}.days`);
    switch (trigger.kind) {
      case "daily":
        if (trigger.until === undefined) checkMoment(trigger.at, `${path}.at`);
        else checkWindow(trigger.at, trigger.until, path);
        return;
      case "range":
        checkWindow(trigger.from, trigger.to, path);
        return;
      case "once":
        parseCivilDate(trigger.date);
        checkTime(trigger.at, `${path}.at`);
        return;
      case "timer":
        assert(isPositive(trigger.after), "a timer runs for longer than nothing", `${path}.after`);
        return;
      default:
        this.#checkEventTrigger(trigger, path);
    }
  }

  #checkEventTrigger(
    trigger: Exclude<Trigger, { kind: "daily" | "range" | "once" | "timer" }>,
    path: string,
  ) {
    switch (trigger.kind) {
      case "presence":
        if ("person" in trigger) this.#checkPerson(trigger.person, `${path}.person`);
        if (trigger.event === "approaches")
          assert(isPositive(trigger.ahead), "how long ahead?", `${path}.ahead`);
        return;
      case "illuminance":
        this.#checkSensor(trigger.sensor, `${path}.sensor`);
        checkBounds(
          "below" in trigger ? trigger.below : undefined,
          "above" in trigger ? trigger.above : undefined,
          path,
        );
        return;
      case "device":
        this.#assertThere(this.#known.home.device(trigger.device), "device", `${path}.device`);
        return;
      default:
        this.#checkSensor(trigger.sensor, `${path}.sensor`);
    }
  }

  #checkCondition(condition: Condition, path: string, depth: number): void {
    assert(depth <= most.depth, "conditions are nested too deep", path);
    switch (condition.kind) {
      case "time":
        checkDays(condition.days, `${path}.days`);
        checkWindow(condition.from, condition.to, path);
        return;
      case "elevation":
        checkBounds(condition.below, condition.above, path);
        return;
      case "illuminance":
        this.#checkSensor(condition.sensor, `${path}.sensor`);
        checkBounds(condition.below, condition.above, path);
        return;
      case "presence":
        if ("person" in condition) this.#checkPerson(condition.person, `${path}.person`);
        return;
      case "mode":
        assert(condition.is.length > 0, `modes are ${homeModes.join(", ")}`, `${path}.is`);
        return;
      case "light":
        this.#checkTarget(condition.target, `${path}.target`);
        return;
      case "not":
        this.#checkCondition(condition.condition, `${path}.condition`, depth + 1);
        return;
      case "any":
        assert(condition.of.length > 0, "any of what?", `${path}.of`);
        for (const [at, each] of condition.of.entries())
          this.#checkCondition(each, `${path}.of.${at}`, depth + 1);
        return;
      case "sun":
    }
  }

  #checkAction(action: Action, path: string): void {
    if ("target" in action) this.#checkTarget(action.target, `${path}.target`);
    switch (action.kind) {
      case "light":
        // Refuses what no lamp could mean.
        applyCommand(dark, action.command, {});
        assert(isPositive(action.hold ?? 1), "a lamp is held for longer than nothing", `${path}.hold`);
        return;
      case "scene":
        this.#assertThere(this.#known.scenes.get(action.scene), "scene", `${path}.scene`);
        return;
      case "wake-up":
        assert(isPositive(action.over), "a wake-up takes time", `${path}.over`);
        assert(action.brightness > 0, "a wake-up ends with light", `${path}.brightness`);
        return;
      case "off-after":
        assert(isPositive(action.after), "off after longer than nothing", `${path}.after`);
        return;
      case "circadian":
        assert(this.#known.circadian !== undefined, "this hub has no light that follows the day", path);
        return;
      case "mode":
        assert(homeModes.includes(action.mode), `modes are ${homeModes.join(", ")}`, `${path}.mode`);
    }
  }

  #checkTarget(target: LightTargetId, path: string): void {
    this.#assertThere(this.#known.home.members(target), "lamp, room, zone or group", path);
  }

  #checkSensor(sensor: SensorId | RoomId, path: string): void {
    const { home } = this.#known;
    const isRoom = isId("room", sensor);
    this.#assertThere(isRoom ? home.room(sensor) : home.device(sensor), isRoom ? "room" : "sensor", path);
  }

  #checkPerson(person: PersonId | undefined, path: string): void {
    if (person === undefined) return;
    this.#assertThere(this.#known.presence.knows(person) || undefined, "person", path);
  }

  #assertThere(found: unknown, what: string, path: string): void {
    if (found === undefined) throw new NotFound(`the rule names a ${what} that is not there`, { path });
  }
}
