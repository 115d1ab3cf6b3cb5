import { clampState } from "../domain/apply-command.ts";
import type { Cause } from "../domain/cause.ts";
import {
  type CircadianCurve,
  type CircadianLight,
  type CircadianTarget,
  circadianLight,
  type TakeOver,
  usualCurve,
} from "../domain/circadian.ts";
import { NotFound } from "../domain/errors.ts";
import type { EventBus, NotRunReason, PlaceHold } from "../domain/event.ts";
import type { LightTargetId } from "../domain/home.ts";
import { isId, type LampId } from "../domain/ids.ts";
import type { LightCapabilities, LightCommand, LightState } from "../domain/light.ts";
import type { Degrees } from "../domain/place.ts";
import { type Duration, type Instant, later, Minutes, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";

/** How the sun stands, for light that others can see: the roof gives the one that has been moved on purpose. */
export interface CircadianSun {
  /** Undefined while it cannot be known; `held` says why. */
  elevation(): Degrees | undefined;
  held(): PlaceHold | "clock-untrusted" | undefined;
  /** At night people want the evening's light whatever the sun does. */
  isNight(): boolean;
}

/** The lamps, as far as the sun leads them; filled by the roof. */
export interface CircadianLamps {
  members(target: LightTargetId): readonly LampId[] | undefined;
  get(lamp: LampId): { readonly desired: LightState; readonly capabilities: LightCapabilities } | undefined;
  show(
    states: readonly (readonly [LampId, LightState])[],
    source: Pick<Cause, "kind" | "trigger">,
    transition: Duration,
  ): void;
}

export interface CircadianView extends CircadianTarget {
  /** What lamps that follow show now; absent while it is not known. */
  readonly light?: CircadianLight;
  readonly held?: NotRunReason;
  readonly takenOver: readonly TakeOver[];
}

const stepEvery = Minutes(1);
/** A step is so small, and so slow, that nobody sees it. */
const stepTransition = Seconds(50);
const leastLevels = 0.5;
const leastMireds = 2;
const leastXy = 0.002;
/** Back to the sun at the end of a take-over: seen, but not startling. */
const returnTransition = Seconds(10);
/** By which everybody knows a step of it. */
export const circadianSource = { kind: "rule", trigger: "circadian" } as const;

/**
 * Leads lamps along the sun's height, and lets go of what people set: of the brightness, of the colour, each for itself,
 * until a time that everybody can see.
 */
export class CircadianService {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"automation">;
  readonly #lamps: CircadianLamps;
  readonly #sun: CircadianSun;
  readonly #targets = new Map<LightTargetId, CircadianTarget>();
  readonly #takeOvers = new Map<LampId, TakeOver>();
  /** What each lamp follows; undefined: to be found out, the home or what follows has changed. */
  #curves: ReadonlyMap<LampId, CircadianCurve> | undefined;
  /** What each lamp was last seen to be asked to show: a change of it tells what somebody touched. */
  readonly #before = new Map<LampId, LightState>();
  #steps: Timer | undefined;

  constructor(
    clock: Clock,
    bus: EventBus,
    store: PurposeStore<"automation">,
    lamps: CircadianLamps,
    sun: CircadianSun,
  ) {
    this.#clock = clock;
    this.#bus = bus;
    this.#store = store;
    this.#lamps = lamps;
    this.#sun = sun;
  }

  start(): void {
    for (const [, each] of this.#store.collection("circadian").entries())
      this.#targets.set(each.target, each);
    for (const [, each] of this.#store.collection("take-overs").entries())
      this.#takeOvers.set(each.lamp, each);
    for (const { target } of this.#targets.values()) this.#remember(target);
    this.#bus.subscribe("light.desired-changed", ({ lamp, desired, cause }) =>
      this.#changed(lamp, desired, cause),
    );
    this.#bus.subscribe("home.changed", ({ id, change }) => {
      this.#curves = undefined;
      if (change === "removed") this.#gone(id);
    });
    this.#bus.subscribe("mode.changed", () => this.#step());
    this.#bus.subscribe("clock.changed", () => this.#step());
    this.#steps = this.#clock.every(stepEvery, () => this.#step());
  }

  close(): void {
    this.#steps?.cancel();
  }

  list(): readonly CircadianView[] {
    return [...this.#targets.keys()].map((target) => this.#view(target));
  }

  /**
   * The lamps of a target follow the sun from now on, also what was taken over of them.
   * @throws NotFound no such lamp, room, zone or group
   */
  follow(target: LightTargetId, curve?: CircadianCurve): CircadianView {
    if (this.#lamps.members(target) === undefined) throw new NotFound("no such lamp, room, zone or group");
    const known = this.#targets.get(target);
    const followed = { target, curve: curve ?? known?.curve ?? usualCurve };
    this.#targets.set(target, followed);
    this.#curves = undefined;
    this.#store.collection("circadian").put(target, followed);
    this.#remember(target);
    for (const lamp of this.#lamps.members(target) ?? []) this.#release(lamp);
    this.#lead(this.#lamps.members(target) ?? [], returnTransition);
    return this.#view(target);
  }

  /** @throws NotFound it does not follow the sun */
  leave(target: LightTargetId): void {
    if (!this.#targets.delete(target)) throw new NotFound("this does not follow the sun");
    this.#curves = undefined;
    this.#store.collection("circadian").remove(target);
    for (const lamp of this.#lamps.members(target) ?? [])
      if (this.#curveOf(lamp) === undefined) this.#gone(lamp);
  }

  /** Ends a take-over before its time. @throws NotFound the lamp does not follow the sun */
  giveBack(lamp: LampId): void {
    if (this.#curveOf(lamp) === undefined) throw new NotFound("this lamp does not follow the sun");
    this.#release(lamp);
    this.#lead([lamp], returnTransition);
  }

  /** Until when each attribute is somebody else's, null: the sun's; undefined: the lamp does not follow the sun. */
  stateOf(lamp: LampId): { readonly brightness: Instant | null; readonly color: Instant | null } | undefined {
    if (this.#curveOf(lamp) === undefined) return undefined;
    const { brightness, color } = this.#takeOvers.get(lamp) ?? {};
    return { brightness: brightness ?? null, color: color ?? null };
  }

  /** What a lamp that follows shows when it is switched on without a word about how. */
  firstLight(lamp: LampId): Pick<LightCommand, "brightness" | "colorTemperature"> | undefined {
    const light = this.#lightOf(lamp);
    if (light === undefined) return undefined;
    const { brightness, color } = this.#takeOvers.get(lamp) ?? {};
    return {
      ...(brightness === undefined ? { brightness: light.brightness } : {}),
      ...(color === undefined ? { colorTemperature: light.colorTemperature } : {}),
    };
  }

  #view(target: LightTargetId): CircadianView {
    const { curve } = this.#targets.get(target) as CircadianTarget;
    const light = this.#light(curve);
    const held = this.#sun.held();
    const takenOver = (this.#lamps.members(target) ?? []).flatMap((lamp) => this.#takeOvers.get(lamp) ?? []);
    return {
      target,
      curve,
      takenOver,
      ...(light === undefined ? {} : { light }),
      ...(held === undefined ? {} : { held }),
    };
  }

  /** Whoever sets an attribute otherwise than the sun has it, a person, a scene or a rule. */
  #changed(id: LampId, desired: LightState, cause: Cause): void {
    // Nothing follows the sun, in most homes; this is asked with every change of each lamp.
    if (this.#targets.size === 0) return;
    const before = this.#before.get(id);
    const curve = this.#curveOf(id);
    if (curve === undefined) return;
    this.#before.set(id, desired);
    if (cause.trigger === circadianSource.trigger || before === undefined || isNobodys(cause)) return;
    const sunny = this.#sunny(id, desired);
    const isDimmed = desired.brightness !== before.brightness && !sameLevel(desired, sunny);
    const isColored = !sameColor(desired, before) && !sameColor(desired, sunny);
    if (!isDimmed && !isColored) return;
    const until = later(this.#clock.now(), curve.takeOver);
    this.#keep({
      ...this.#takeOvers.get(id),
      lamp: id,
      ...(isDimmed ? { brightness: until } : {}),
      ...(isColored ? { color: until } : {}),
    });
  }

  #step(): void {
    this.#endTakeOvers();
    for (const { target } of this.#targets.values()) {
      this.#lead(this.#lamps.members(target) ?? [], stepTransition);
    }
  }

  #endTakeOvers(): void {
    const now = this.#clock.now();
    for (const { lamp, brightness, color } of [...this.#takeOvers.values()]) {
      const isDimmed = brightness !== undefined && brightness > now;
      const isColored = color !== undefined && color > now;
      if (isDimmed === (brightness !== undefined) && isColored === (color !== undefined)) continue;
      if (!isDimmed && !isColored) this.#release(lamp);
      else this.#keep({ lamp, ...(isDimmed ? { brightness } : {}), ...(isColored ? { color } : {}) });
      this.#lead([lamp], returnTransition);
    }
  }

  /** Lamps that are on get the light of now, as far as they follow. */
  #lead(lamps: readonly LampId[], transition: Duration): void {
    const states = lamps.flatMap((lamp) => this.#led(lamp));
    if (states.length > 0) this.#lamps.show(states, circadianSource, transition);
  }

  #led(id: LampId): readonly (readonly [LampId, LightState])[] {
    const desired = this.#lamps.get(id)?.desired;
    if (desired?.on !== true) return [];
    const state = this.#sunny(id, desired);
    return isSeen(desired, state) ? [[id, state]] : [];
  }

  /** A state with what the sun leads of it, as near as the lamp can. */
  #sunny(id: LampId, state: LightState): LightState {
    const capabilities = this.#lamps.get(id)?.capabilities;
    const wanted = this.firstLight(id);
    if (capabilities === undefined || wanted === undefined) return state;
    return clampState(stateWith(state, wanted, capabilities), capabilities);
  }

  #lightOf(lamp: LampId): CircadianLight | undefined {
    const curve = this.#curveOf(lamp);
    return curve === undefined ? undefined : this.#light(curve);
  }

  #light(curve: CircadianCurve): CircadianLight | undefined {
    if (this.#sun.isNight()) return circadianLight(curve.low, curve);
    const elevation = this.#sun.elevation();
    return elevation === undefined ? undefined : circadianLight(elevation, curve);
  }

  #curveOf(lamp: LampId): CircadianCurve | undefined {
    this.#curves ??= this.#curvesNow();
    return this.#curves.get(lamp);
  }

  /** The smaller the target, the more it counts: the lamp itself before anything it belongs to. */
  #curvesNow(): ReadonlyMap<LampId, CircadianCurve> {
    const targets = [...this.#targets.values()].toReversed();
    const lamps = targets.filter(({ target }) => isId("lamp", target));
    const places = targets.filter(({ target }) => !isId("lamp", target));
    return new Map(
      [...places, ...lamps].flatMap(({ target, curve }) =>
        (this.#lamps.members(target) ?? []).map((lamp) => [lamp, curve] as const),
      ),
    );
  }

  #remember(target: LightTargetId): void {
    for (const id of this.#lamps.members(target) ?? []) {
      const lamp = this.#lamps.get(id);
      if (lamp !== undefined) this.#before.set(id, lamp.desired);
    }
  }

  #keep(takeOver: TakeOver): void {
    this.#takeOvers.set(takeOver.lamp, takeOver);
    this.#store.collection("take-overs").put(takeOver.lamp, takeOver);
    this.#tell(takeOver);
  }

  #release(lamp: LampId): void {
    if (!this.#takeOvers.delete(lamp)) return;
    this.#store.collection("take-overs").remove(lamp);
    this.#tell({ lamp });
  }

  #tell({ lamp, brightness, color }: TakeOver): void {
    this.#bus.publish({
      kind: "light.taken-over",
      lamp,
      brightness: brightness ?? null,
      color: color ?? null,
      at: this.#clock.now(),
    });
  }

  #gone(id: string): void {
    if (this.#targets.delete(id as LightTargetId)) this.#store.collection("circadian").remove(id);
    if (!isId("lamp", id)) return;
    this.#release(id);
    this.#before.delete(id);
  }
}

/** What the home puts back after a power cut was set by whoever set it before. */
const isNobodys = ({ kind }: Cause): boolean => kind === "restore" || kind === "catch-up";

const sameColor = (a: LightState, b: LightState): boolean =>
  a.colorTemperature === b.colorTemperature &&
  a.color?.x === b.color?.x &&
  a.color?.y === b.color?.y &&
  a.effect === b.effect;

const sameLevel = (a: LightState, b: LightState): boolean => a.brightness === b.brightness;

/** With what the lamp can follow of the sun's light: one of a single white keeps it, an effect is a colour of its own. */
const stateWith = (
  { color, colorTemperature: white, ...state }: LightState,
  { brightness = state.brightness, colorTemperature }: Pick<LightCommand, "brightness" | "colorTemperature">,
  can: LightCapabilities,
): LightState => {
  const isTunable = can.colorTemperature !== undefined || can.color !== undefined;
  const isTuned = isTunable && colorTemperature !== undefined && state.effect === undefined;
  const chroma = color !== undefined ? { color } : white !== undefined ? { colorTemperature: white } : {};
  return { ...state, brightness, ...(isTuned ? { colorTemperature } : chroma) };
};

/** Smaller steps would only make traffic. */
const isSeen = (before: LightState, after: LightState): boolean =>
  Math.abs(before.brightness - after.brightness) >= leastLevels ||
  (before.color === undefined) !== (after.color === undefined) ||
  Math.hypot((before.color?.x ?? 0) - (after.color?.x ?? 0), (before.color?.y ?? 0) - (after.color?.y ?? 0)) >
    leastXy ||
  Math.abs((before.colorTemperature ?? 0) - (after.colorTemperature ?? 0)) >= leastMireds;
