import type { NewRule } from "../../../hub/automation/rule-store.ts";
import { ScheduleService } from "../../../hub/automation/schedule-service.ts";
import type { Lights, Presence, SunSource } from "../../../hub/automation/traits.ts";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import { keyedDraw } from "../../../hub/crypto/keyed-draw.ts";
import { applyCommand } from "../../../hub/domain/apply-command.ts";
import type { Cause, CauseSource } from "../../../hub/domain/cause.ts";
import { parseWallTime, type ZoneName } from "../../../hub/domain/civil.ts";
import type { DomainEvent, EventOf, PresenceHold } from "../../../hub/domain/event.ts";
import type { Device, LightTargetId, Scene } from "../../../hub/domain/home.ts";
import type { CommandId, LampId, PersonId, RoomId, SceneId, SensorId } from "../../../hub/domain/ids.ts";
import type { LightCommand, LightState } from "../../../hub/domain/light.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import type { Moment } from "../../../hub/domain/rule.ts";
import type { SensorReading } from "../../../hub/domain/sensor.ts";
import { Sun } from "../../../hub/domain/sun.ts";
import type { SunEventName } from "../../../hub/domain/sun-event.ts";
import { TimeZone } from "../../../hub/domain/time-zone.ts";
import { type Duration, Instant, Millis, type Monotonic, Percent } from "../../../hub/domain/units.ts";
import { ClockWatch } from "../../../hub/lifecycle/clock-watch.ts";
import { SteeredClock } from "../../../hub/lifecycle/steered-clock.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { MortalClock } from "../../sim/mortal-clock.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

export const lampId = (at: number): LampId => `l-${"abcdefghijklmnopqrstuvwxyz"[at]}aaaaaaaaaaa` as LampId;
export const room = "r-aaaaaaaaaaaa" as RoomId;
export const motion = "s-aaaaaaaaaaaa" as SensorId;
export const scene = "sc-aaaaaaaaaaaa" as SceneId;
export const ana = "p-aaaaaaaaaaaa" as PersonId;

export const at = (text: string): Instant => Instant(Date.parse(text));
export const time = (text: string): Moment => ({ kind: "time", at: parseWallTime(text) });
export const sun = (
  event: SunEventName,
  offset = 0,
  rest: Partial<Extract<Moment, { kind: "sun" }>> = {},
): Moment => ({ kind: "sun", event, offset, polar: { kind: "none" }, ...rest });

export const place = (latitude: number, longitude: number, zone: string) => {
  const timeZone = TimeZone.of(zone as ZoneName);
  const position = { latitude: latitude as Degrees, longitude: longitude as Degrees };
  return { zone: timeZone, sun: new Sun(position, timeZone) };
};

/** Berlin, where most of these homes are. */
export const berlin = place(52.52, 13.405, "Europe/Berlin");

/** A rule with everything that a test does not care about. */
export const ruleOf = (rule: Partial<NewRule>): NewRule => ({
  name: "rule",
  enabled: true,
  triggers: [],
  conditions: [],
  actions: [{ kind: "light", target: lampId(0), command: { on: true } }],
  catchUp: { kind: "now" },
  ...rule,
});

const lamps = Array.from({ length: 20 }, (_, index) => lampId(index));
const capabilities = { brightness: { min: Percent(1) } };

/** Lamps that do as they are told, and that remember it over a restart of the hub. */
class TestLights implements Lights {
  readonly states = new Map<LampId, LightState>();
  readonly causes = new Map<LampId, Cause>();
  /** In this run. */
  readonly changes = new Map<LampId, Monotonic>();
  readonly held: { lamp: LampId; source: CauseSource; reason: string }[] = [];
  readonly #home: RuleHome;
  #commands = 0;

  constructor(home: RuleHome) {
    this.#home = home;
    for (const lamp of lamps) this.states.set(lamp, { on: false, brightness: Percent(100) });
  }

  get(id: LampId) {
    const desired = this.states.get(id);
    const cause = this.causes.get(id) ?? { kind: "device", trigger: "added", at: Instant(0) };
    return desired === undefined ? undefined : { desired, cause };
  }

  changedAt(id: LampId) {
    return this.changes.get(id);
  }

  command(target: LightTargetId | readonly LampId[], command: LightCommand, source: CauseSource) {
    const members = typeof target === "string" ? this.#home.members(target) : target;
    const isAnyOn = members.some((lamp) => this.states.get(lamp)?.on);
    const asked = command.on === "toggle" ? { ...command, on: !isAnyOn } : command;
    return this.#set(
      members.map((lamp) => [
        lamp,
        applyCommand(this.states.get(lamp) as LightState, asked, capabilities).state,
      ]),
      source,
    );
  }

  show(states: Iterable<readonly [LampId, LightState]>, source: CauseSource) {
    return this.#set([...states], source);
  }

  heldBack(ids: readonly LampId[], source: CauseSource, reason: string): void {
    for (const lamp of ids) this.held.push({ lamp, source, reason });
  }

  #set(states: readonly (readonly [LampId, LightState])[], source: CauseSource) {
    const command = `c-${this.#commands++}` as CommandId;
    for (const [lamp, desired] of states) {
      const cause = { ...source, at: this.#home.clock.now(), command };
      this.states.set(lamp, desired);
      this.causes.set(lamp, cause);
      this.changes.set(lamp, this.#home.clock.monotonic());
      this.#home.bus.publish({ kind: "light.desired-changed", lamp, desired, cause, clamped: [] });
    }
    return { command };
  }
}

/** A home whose rules are real and whose rooms are as small as can be. Its hub can be stopped, killed and started. */
export class RuleHome {
  readonly world: VirtualClock;
  readonly store = new MemoryGuardedStore();
  readonly log = new MemoryLog();
  readonly lights = new TestLights(this);
  readonly events: DomainEvent[] = [];
  readonly readings = new Map<SensorId, SensorReading>();
  readonly scenes = new Map<SceneId, Scene>();
  readonly people = new Map<PersonId, boolean>();
  /** Why rules about people rest. */
  presenceHeld: PresenceHold | undefined;
  place: { zone: TimeZone; sun: Sun | undefined } = berlin;
  bus = new SyncEventBus();
  clock: SteeredClock;
  watch: ClockWatch;
  rules: ScheduleService;
  readonly #seed: Buffer;
  #hands: MortalClock;
  #starts = 0;

  /** @param seed of the draws in random windows */
  constructor(start: string, seed = "seed") {
    this.#seed = Buffer.from(seed);
    this.world = new VirtualClock(at(start));
    ({ clock: this.clock, watch: this.watch, rules: this.rules, hands: this.#hands } = this.#build());
    this.#begin();
  }

  /** The power goes: nothing is said goodbye to. */
  cut(): void {
    this.#hands.kill();
  }

  /** The power is back, so much later. @param clockIs what the hub's clock shows then, and nobody vouches for it */
  async restart(after: Duration = Millis(0), clockIs?: string): Promise<void> {
    this.cut();
    await this.world.advance(after);
    if (clockIs !== undefined) {
      this.world.setTrust({ level: "unknown" });
      this.world.step(at(clockIs) - this.world.now());
    }
    this.bus = new SyncEventBus();
    ({ clock: this.clock, watch: this.watch, rules: this.rules, hands: this.#hands } = this.#build());
    this.#begin();
  }

  /** NTP finds the time. */
  async trustTime(now: string): Promise<void> {
    this.world.step(at(now) - this.world.now());
    this.world.setTrust({ level: "trusted", source: "ntp", since: this.world.now() });
    await this.world.advance(Millis(1_000));
  }

  async liveUntil(time: string): Promise<void> {
    await this.world.advance(Millis(at(time) - this.world.now()));
  }

  touch(lamp: LampId, command: LightCommand): void {
    this.lights.command(lamp, command, { kind: "person", actor: ana });
  }

  sense(sensor: SensorId, reading: SensorReading): void {
    this.readings.set(sensor, { ...this.readings.get(sensor), ...reading });
    this.bus.publish({ kind: "sensor.reported", sensor, reading, at: this.clock.now() });
  }

  isOn(lamp: LampId = lampId(0)): boolean {
    return this.lights.states.get(lamp)?.on === true;
  }

  of<Kind extends DomainEvent["kind"]>(kind: Kind): EventOf<Kind>[] {
    return this.events.filter((event): event is EventOf<Kind> => event.kind === kind);
  }

  fired(): readonly string[] {
    return this.of("rule.fired").map(
      ({ at, isCatchUp }) => `${new Date(at).toISOString()}${isCatchUp ? " late" : ""}`,
    );
  }

  notRun(): readonly string[] {
    return this.of("rule.not-run").map(({ reason }) => reason);
  }

  members(target: LightTargetId): readonly LampId[] {
    return target === room ? lamps : lamps.filter((lamp) => lamp === target);
  }

  #begin(): void {
    this.bus.subscribeAll((event) => this.events.push(event));
    this.watch.start();
    this.lights.changes.clear();
    this.rules.start();
  }

  #build() {
    const hands = new MortalClock(this.world);
    const clock = new SteeredClock(hands);
    const log = new AuditedLog(this.log);
    const watch = new ClockWatch(clock, log, this.bus, this.store);
    const entropy = new SeededEntropy(new SeededRandom(++this.#starts));
    const rules = new ScheduleService(clock, entropy, log, this.bus, this.store, {
      home: {
        members: (target) => {
          const found = this.members(target);
          return found.length === 0 ? undefined : found;
        },
        device: (id) => this.#devices().find((device) => device.id === id),
        devices: () => this.#devices(),
        room: (id) => (id === room ? { id, name: "room" } : undefined),
      },
      lights: this.lights,
      scenes: {
        get: (id) => this.scenes.get(id),
        recall: (id, source) =>
          this.lights.show(Object.entries(this.scenes.get(id)?.states ?? {}) as [LampId, LightState][], {
            ...source,
            actor: id,
          }),
      },
      sensors: { get: (id) => ({ reading: this.readings.get(id) ?? {} }) },
      presence: this.#presence(),
      place: this.#sunSource(),
      draws: { of: (id) => keyedDraw(this.#seed, id) },
      watch,
    });
    return { clock, watch, rules, hands };
  }

  #devices(): readonly Device[] {
    const rest = { profile: "test", address: "a", name: "n", room };
    return [
      ...lamps.map((id): Device => ({ id, kind: "lamp", ...rest })),
      { id: motion, kind: "sensor", ...rest },
    ];
  }

  #presence(): Presence {
    return {
      isHome: (person) => this.people.get(person),
      anybodyHome: () => (this.people.size === 0 ? undefined : [...this.people.values()].includes(true)),
      held: () => this.presenceHeld,
      knows: (person) => person === ana || this.people.has(person),
    };
  }

  #sunSource(): SunSource {
    return {
      sun: () => this.place.sun,
      held: () => (this.place.sun === undefined ? "no-place" : undefined),
      zone: () => this.place.zone,
      isMoved: () => false,
    };
  }
}
