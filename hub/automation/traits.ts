import type { CauseSource } from "../domain/cause.ts";
import type { DeviceScopes } from "../domain/device-scope.ts";
import type { NotRunReason, PlaceHold, PresenceHold } from "../domain/event.ts";
import type { Device, LightTargetId, Room, Scene } from "../domain/home.ts";
import type { CommandId, DeviceId, LampId, PersonId, RoomId, SceneId, SensorId } from "../domain/ids.ts";
import type { LightCommand, LightState } from "../domain/light.ts";
import type { SensorReading } from "../domain/sensor.ts";
import type { Sun } from "../domain/sun.ts";
import type { TimeZone } from "../domain/time-zone.ts";
import type { Duration, Instant, Monotonic } from "../domain/units.ts";

/** What rules need of the other rooms; filled by the roof. */

/** Everything here can be observed from outside, so this is the sun of the veiled place (docs/adr: the location veil). */
export interface SunSource {
  /** Undefined: `held` says why. */
  sun(): Sun | undefined;
  held(): PlaceHold | undefined;
  zone(): TimeZone;
  /** Whether that sun stands elsewhere than the home, on purpose. */
  isMoved(): boolean;
}

/** Who is at home. Undefined where it is not known. */
export interface Presence {
  isHome(person: PersonId): boolean | undefined;
  anybodyHome(): boolean | undefined;
  /**
   * Why nothing is recorded of this person, so that rules about them rest. Without one: why it cannot be told who was the
   * first, or the last, of all.
   */
  held(person?: PersonId): PresenceHold | undefined;
  /** Whether there is such a person. */
  knows(person: PersonId): boolean;
}

/** Light that follows the day by itself. */
export interface Circadian {
  follow(target: LightTargetId, source: CauseSource): void;
}

export interface Lights {
  get(id: LampId): LightOf | undefined;
  /** On the monotonic clock; undefined: not in this run. */
  changedAt(id: LampId): Monotonic | undefined;
  command(
    target: LightTargetId | readonly LampId[],
    command: LightCommand,
    source: CauseSource,
  ): { readonly command: CommandId };
  show(
    states: Iterable<readonly [LampId, LightState]>,
    source: CauseSource,
    transition?: Duration,
  ): { readonly command: CommandId };
  /** A rule would have moved them and did not: the answer to "why not?". */
  heldBack(lamps: readonly LampId[], source: CauseSource, reason: NotRunReason): void;
}

/** What rules look at of a lamp. */
export interface LightOf {
  readonly desired: LightState;
  readonly cause: CauseSource & { readonly at: Instant };
}

export interface Scenes {
  get(id: SceneId): Scene | undefined;
  recall(
    id: SceneId,
    source: Omit<CauseSource, "actor">,
    transition?: Duration,
  ): { readonly command: CommandId };
}

export interface Directory {
  members(target: LightTargetId): readonly LampId[] | undefined;
  device(id: DeviceId): Device | undefined;
  devices(): readonly Device[];
  room(id: RoomId): Room | undefined;
}

export interface Sensors {
  get(id: SensorId): { readonly reading: SensorReading } | undefined;
}

/** Draws that nobody can guess and that are always the same; filled from the vault by the roof. */
export interface Draws {
  /** 0 <= x < 1 */
  of(id: string): number;
}

/** Looks at the clock before anything is done by it. */
export interface ClockCheck {
  /** @returns whether it stepped or its trust changed; everybody has heard of it then */
  check(): boolean;
}

/** The rooms that rules look at and move; the roof fills them in. */
export interface Surroundings {
  readonly home: Directory;
  readonly lights: Lights;
  readonly scenes: Scenes;
  readonly sensors: Sensors;
  readonly presence: Presence;
  readonly place: SunSource;
  readonly draws: Draws;
  readonly watch: ClockCheck;
  /** Absent: every device may tell of everything. */
  readonly scopes?: Pick<DeviceScopes, "allows">;
  /** Absent: this hub has none. */
  readonly circadian?: Circadian;
}
