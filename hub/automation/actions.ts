import type { Cause, CauseSource } from "../domain/cause.ts";
import type { EventBus } from "../domain/event.ts";
import type { CommandId, LampId, RuleId } from "../domain/ids.ts";
import type { LightCommand } from "../domain/light.ts";
import type { Action, HomeMode, Rule } from "../domain/rule.ts";
import { type Duration, Millis, Minutes, Mireds, Percent, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { StoredTimer } from "../privacy/data-map.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";
import { circadianSource } from "./circadian-service.ts";
import { RuleTimers } from "./rule-timers.ts";
import type { Circadian, Directory, Lights, Scenes, Surroundings } from "./traits.ts";

type ActionOf<Kind extends Action["kind"]> = Extract<Action, { kind: Kind }>;

/** What is to be done now. */
export interface Errand {
  readonly rule: RuleId;
  readonly actions: readonly Action[];
  readonly source: CauseSource;
  /** Milliseconds since it was due: what it begins has run for so long already. */
  readonly age: number;
  /** Only these lamps; absent: all. */
  readonly only?: ReadonlySet<LampId>;
  /** Whether the mode is left as it is. */
  readonly keepsMode?: boolean;
}

/** Candle light: where a wake-up begins. */
const warmest = Mireds(1e6 / 2_200);
const daylight = Mireds(1e6 / 4_000);
const firstLight = Percent(1);
const holdIsOver = "hold is over";
const wakeUp = "wake-up";
const wakeSteps = 15;
const shortestStep = Seconds(1);
const longestStep = Minutes(2);

/** Whether an action changes a lamp by what it was before: it says nothing about what the lamp should show. */
export const isRelative = (action: Action): boolean =>
  action.kind === "light" && (action.command.on === "toggle" || action.command.brightnessStep !== undefined);

/** What actions ask of the rest of the rules. */
export interface ActionCalls {
  setMode(mode: HomeMode): void;
  /** A timer that is a rule's trigger has run out. */
  triggerOver(timer: StoredTimer): void;
  /** Whether what set a rule off still lasts: nobody is left in the dark who is still there. */
  isStillSet(rule: RuleId): boolean;
}

/** Does what rules say. */
export class Actions {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #home: Directory;
  readonly #lights: Lights;
  readonly #scenes: Scenes;
  readonly #circadian: Circadian | undefined;
  readonly #calls: ActionCalls;
  readonly #timers: RuleTimers;
  readonly #steps = new Map<string, Timer>();

  constructor(
    clock: Clock,
    bus: EventBus,
    store: PurposeStore<"automation">,
    around: Surroundings,
    calls: ActionCalls,
  ) {
    this.#clock = clock;
    this.#bus = bus;
    this.#home = around.home;
    this.#lights = around.lights;
    this.#scenes = around.scenes;
    this.#circadian = around.circadian;
    this.#calls = calls;
    this.#timers = new RuleTimers(clock, store, (timer) =>
      timer.kind === "timer" ? calls.triggerOver(timer) : this.#over(timer),
    );
  }

  start(): void {
    this.#timers.start();
    for (const timer of this.#timers.all()) if (timer.kind === "wake-up") this.#brighten(timer);
    this.#bus.subscribe("light.desired-changed", ({ lamp, cause }) => this.#touched(lamp, cause));
  }

  close(): void {
    for (const timer of this.#steps.values()) timer.cancel();
    this.#steps.clear();
    this.#timers.close();
  }

  get timers(): RuleTimers {
    return this.#timers;
  }

  /** @returns the command of the first action that was one */
  run(errand: Errand): CommandId | undefined {
    const commands = errand.actions.map((action, index) => this.#do(action, errand, index));
    return commands.find((command) => command !== undefined);
  }

  /** The lamps that actions move, each once. */
  lampsOf(actions: readonly Action[]): readonly LampId[] {
    return [...new Set(actions.flatMap((action) => this.#lampsOf(action)))];
  }

  /** What ends a range: its own end, or its lamps go off. */
  endOf({ actions, endActions }: Rule): readonly Action[] {
    return (
      endActions ??
      this.lampsOf(actions).map((target) => ({ kind: "light", target, command: { on: false } }) as const)
    );
  }

  /** The rule is not there, or not in force: nothing gets brighter by it. What it lit still goes off in its time. */
  stopWakeUps(rule: RuleId): void {
    for (const { id, rule: of, kind } of this.#timers.all()) {
      if (of !== rule || kind !== "wake-up") continue;
      this.#stopSteps(id);
      this.#timers.end(id);
    }
  }

  #lampsOf(action: Action): readonly LampId[] {
    if (action.kind === "mode") return [];
    if (action.kind !== "scene") return this.#home.members(action.target) ?? [];
    return Object.keys(this.#scenes.get(action.scene)?.states ?? {}) as LampId[];
  }

  #do(action: Action, errand: Errand, index: number): CommandId | undefined {
    const lamps = this.#lampsOf(action).filter((lamp) => errand.only?.has(lamp) !== false);
    if (lamps.length === 0 && action.kind !== "mode") return undefined;
    switch (action.kind) {
      case "light":
        return this.#light(action, lamps, errand, index);
      case "scene":
        return this.#scene(action, lamps, errand);
      case "wake-up":
        return this.#wakeUp(action, lamps, errand, index);
      case "off-after":
        return this.#offAfter(action, lamps, errand, index);
      case "circadian":
        this.#circadian?.follow(action.target, errand.source);
        return undefined;
      case "mode":
        if (errand.keepsMode !== true) this.#calls.setMode(action.mode);
        return undefined;
    }
  }

  #light(action: ActionOf<"light">, lamps: readonly LampId[], errand: Errand, index: number) {
    const { hold } = action;
    const id = idOf(errand, index);
    if (hold !== undefined && errand.age >= hold) return this.#off(lamps, errand.source);
    const { command } = this.#command(action.target, lamps, action.command, errand);
    if (hold !== undefined) {
      this.#timers.begin({ id, rule: errand.rule, kind: "hold", after: hold, lamps }, errand.age);
    }
    return command;
  }

  #scene({ scene, transition }: ActionOf<"scene">, lamps: readonly LampId[], { only, source }: Errand) {
    if (only === undefined) return this.#scenes.recall(scene, source, transition).command;
    const states = this.#scenes.get(scene)?.states ?? {};
    const chosen = lamps.flatMap((lamp) => {
      const state = states[lamp];
      return state === undefined ? [] : [[lamp, state] as const];
    });
    return this.#lights.show(chosen, { ...source, actor: scene }, transition).command;
  }

  #wakeUp(
    { over, brightness }: ActionOf<"wake-up">,
    lamps: readonly LampId[],
    errand: Errand,
    index: number,
  ) {
    const { rule, age, source } = errand;
    if (age >= over) {
      return this.#lights.command(lamps, { on: true, brightness, colorTemperature: daylight }, source)
        .command;
    }
    const { command } = this.#lights.command(
      lamps,
      { on: true, brightness: firstLight, colorTemperature: warmest },
      source,
    );
    const id = idOf(errand, index);
    this.#timers.begin({ id, rule, kind: "wake-up", after: over, lamps, brightness }, age);
    const timer = this.#timers.get(id);
    if (timer !== undefined) this.#brighten(timer);
    return command;
  }

  #offAfter({ after }: ActionOf<"off-after">, lamps: readonly LampId[], errand: Errand, index: number) {
    if (errand.age >= after) return this.#off(lamps, errand.source);
    const id = idOf(errand, index);
    this.#timers.begin({ id, rule: errand.rule, kind: "off", after, lamps }, errand.age);
    return undefined;
  }

  #command(
    target: ActionOf<"light">["target"],
    lamps: readonly LampId[],
    command: LightCommand,
    { only, source }: Errand,
  ) {
    return this.#lights.command(only === undefined ? target : lamps, command, source);
  }

  #off(lamps: readonly LampId[], source: CauseSource): CommandId {
    return this.#lights.command(lamps, { on: false }, source).command;
  }

  /** From step to step: a lamp's own fade is seldom as long as a morning. */
  #brighten({ id, after }: StoredTimer): void {
    const step = Millis(Math.min(longestStep, Math.max(shortestStep, after / wakeSteps)));
    this.#stopSteps(id);
    this.#steps.set(
      id,
      this.#clock.every(step, () => {
        const timer = this.#timers.get(id);
        if (timer === undefined) this.#stopSteps(id);
        else this.#lightUp(timer, step);
      }),
    );
  }

  #lightUp({ rule, since, after, lamps, brightness = firstLight }: StoredTimer, step: Duration): void {
    const share = Math.min(1, Math.max(0, (this.#clock.now() + step - since) / after));
    this.#lights.command(
      lamps,
      {
        // The eye sees the root of it: twice as bright in the second half looks like a steady rise.
        brightness: Percent(Math.max(firstLight, brightness * share ** 2)),
        colorTemperature: Mireds(warmest + (daylight - warmest) * share),
        transition: step,
      },
      { kind: "rule", rule, trigger: wakeUp },
    );
  }

  #stopSteps(id: string): void {
    this.#steps.get(id)?.cancel();
    this.#steps.delete(id);
  }

  #over(timer: StoredTimer): void {
    this.#stopSteps(timer.id);
    if (timer.kind === "wake-up") return;
    if (timer.kind === "hold" && this.#calls.isStillSet(timer.rule)) {
      this.#timers.begin(timer);
      return;
    }
    const lit = timer.lamps.filter((lamp) => this.#lights.get(lamp)?.desired.on === true);
    const trigger = timer.kind === "hold" ? holdIsOver : "off after a while";
    if (lit.length > 0) this.#off(lit, { kind: "rule", rule: timer.rule, trigger });
  }

  /** Whoever else moves a lamp has taken it over from what holds or brightens it; the sun, which leads all day, has not. */
  #touched(lamp: LampId, { kind: by, rule: other, trigger }: Cause): void {
    if (by === "rule" && trigger === circadianSource.trigger) return;
    const reason = by === "rule" || by === "catch-up" ? "superseded" : "taken-over";
    for (const { id, rule, kind, lamps } of this.#timers.all()) {
      if ((kind !== "hold" && kind !== "wake-up") || rule === other || !lamps.includes(lamp)) continue;
      if (this.#timers.leave(id, lamp)) this.#stopSteps(id);
      const source: CauseSource = { kind: "rule", rule, trigger: kind === "hold" ? holdIsOver : wakeUp };
      this.#lights.heldBack([lamp], source, reason);
    }
  }
}

const idOf = ({ rule }: Errand, action: number): string => `${rule}/${action}`;
