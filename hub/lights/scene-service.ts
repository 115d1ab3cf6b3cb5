import type { CauseSource } from "../domain/cause.ts";
import { InvalidInput, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import type { LightTargetId, Palette, Scene } from "../domain/home.ts";
import { idEntropyBytes, idFrom, type LampId, type RoomId, type SceneId } from "../domain/ids.ts";
import type { LightState } from "../domain/light.ts";
import { parseName } from "../domain/name.ts";
import { paletteOffset, paletteState } from "../domain/scene.ts";
import { type Duration, Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";
import type { CommandOutcome } from "./applied-alike.ts";
import type { LampDirectory, LightService } from "./light-service.ts";

export interface NewScene {
  readonly name: string;
  readonly room?: RoomId | null;
  /** What each lamp should show; or `capture` to take it from how things are. */
  readonly states?: Readonly<Record<LampId, LightState>>;
  readonly capture?: LightTargetId;
  readonly palette?: Palette;
}

export interface SceneChange {
  readonly name?: string;
  readonly states?: Readonly<Record<LampId, LightState>>;
  readonly palette?: Palette | null;
}

/** A dynamic scene that is running: the lamps that still follow it. */
interface Playing {
  readonly scene: Scene;
  readonly palette: Palette;
  readonly lamps: Set<LampId>;
  readonly startedAt: number;
  readonly timer: Timer;
}

/** How often the lamps of a dynamic scene get their next place in the palette. */
const steps = 12;
const shortestStepMs = 1_000;

/** Named light for many lamps, still or moving through a palette. */
export class SceneService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"lighting">;
  readonly #directory: LampDirectory;
  readonly #lights: LightService;
  readonly #scenes = new Map<SceneId, Scene>();
  readonly #playing = new Map<SceneId, Playing>();

  constructor(
    clock: Clock,
    entropy: Entropy,
    bus: EventBus,
    store: PurposeStore<"lighting">,
    directory: LampDirectory,
    lights: LightService,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#store = store;
    this.#directory = directory;
    this.#lights = lights;
  }

  start(): void {
    for (const [, scene] of this.#store.collection("scenes").entries()) this.#scenes.set(scene.id, scene);
    // Whoever touches a lamp takes it out of a moving scene.
    this.#bus.subscribe("light.desired-changed", ({ lamp, cause }) => {
      for (const playing of this.#playing.values()) {
        if (cause.actor !== playing.scene.id) this.#leave(playing, lamp);
      }
    });
  }

  close(): void {
    for (const playing of this.#playing.values()) playing.timer.cancel();
    this.#playing.clear();
  }

  list(): readonly Scene[] {
    return [...this.#scenes.values()];
  }

  get(id: SceneId): Scene | undefined {
    return this.#scenes.get(id);
  }

  isPlaying(id: SceneId): boolean {
    return this.#playing.has(id);
  }

  /** @throws InvalidInput neither states nor capture; NotFound unknown lamp or target */
  add(wanted: NewScene): Scene {
    const scene: Scene = {
      id: idFrom("scene", this.#entropy.bytes(idEntropyBytes)),
      name: parseName(wanted.name),
      room: wanted.room ?? null,
      states: this.#statesOf(wanted),
      ...(wanted.palette === undefined ? {} : { palette: wanted.palette }),
    };
    return this.#save(scene, "added");
  }

  /** @throws NotFound */
  change(id: SceneId, change: SceneChange): Scene {
    const { palette: before, ...rest } = this.#need(id);
    const palette = change.palette === undefined ? before : change.palette;
    const scene: Scene = {
      ...rest,
      name: change.name === undefined ? rest.name : parseName(change.name),
      states: change.states === undefined ? rest.states : this.#known(change.states),
      ...(palette === undefined || palette === null ? {} : { palette }),
    };
    this.#stop(id);
    return this.#save(scene, "changed");
  }

  /** @throws NotFound */
  remove(id: SceneId): void {
    this.#need(id);
    this.#stop(id);
    this.#store.collection("scenes").remove(id);
    this.#scenes.delete(id);
    this.#bus.publish({ kind: "home.changed", what: "scene", id, change: "removed", at: this.#clock.now() });
  }

  /**
   * Shows the scene; one with a palette goes on moving until its lamps are commanded otherwise. A rule that recalls it is
   * the cause, else the scene itself is.
   * @throws NotFound
   */
  recall(
    id: SceneId,
    source: Omit<CauseSource, "kind" | "actor"> & Partial<Pick<CauseSource, "kind">>,
    transition?: Duration,
  ): CommandOutcome {
    const scene = this.#need(id);
    this.#stop(id);
    const asked = { kind: "scene" as const, ...source, actor: id };
    const outcome = this.#lights.show(statesOf(scene, 0), asked, transition);
    this.#bus.publish({ kind: "scene.recalled", scene: id, command: outcome.command, at: this.#clock.now() });
    if (scene.palette !== undefined) this.#play(scene, scene.palette);
    return outcome;
  }

  #play(scene: Scene, palette: Palette): void {
    const step = Millis(Math.max(shortestStepMs, palette.period / steps));
    const playing: Playing = {
      scene,
      palette,
      lamps: new Set(Object.keys(scene.states) as LampId[]),
      startedAt: this.#clock.monotonic(),
      timer: this.#clock.every(step, () => this.#move(playing, step)),
    };
    this.#playing.set(scene.id, playing);
  }

  #move(playing: Playing, step: Duration): void {
    const phase = (this.#clock.monotonic() - playing.startedAt) / playing.palette.period;
    const states = [...statesOf(playing.scene, phase)].filter(([lamp]) => playing.lamps.has(lamp));
    this.#lights.show(states, { kind: "scene", actor: playing.scene.id, trigger: "palette" }, step);
  }

  #leave(playing: Playing, lamp: LampId): void {
    if (playing.lamps.delete(lamp) && playing.lamps.size === 0) this.#stop(playing.scene.id);
  }

  #stop(id: SceneId): void {
    this.#playing.get(id)?.timer.cancel();
    this.#playing.delete(id);
  }

  #statesOf(wanted: NewScene): Scene["states"] {
    if (wanted.states !== undefined) return this.#known(wanted.states);
    if (wanted.capture === undefined) throw new InvalidInput("a scene needs states, or a target to capture");
    const members = this.#directory.members(wanted.capture);
    if (members === undefined) throw new NotFound("no such lamp, room, zone or group");
    return Object.fromEntries(members.flatMap((id) => this.#captured(id)));
  }

  #captured(id: LampId): [LampId, LightState][] {
    const view = this.#lights.get(id);
    return view === undefined ? [] : [[id, view.desired]];
  }

  #known(states: Scene["states"]): Scene["states"] {
    for (const id of Object.keys(states) as LampId[]) {
      if (this.#lights.get(id) === undefined) throw new NotFound("no such lamp in the scene");
    }
    return states;
  }

  #save(scene: Scene, change: "added" | "changed"): Scene {
    this.#store.collection("scenes").put(scene.id, scene);
    this.#scenes.set(scene.id, scene);
    this.#bus.publish({ kind: "home.changed", what: "scene", id: scene.id, change, at: this.#clock.now() });
    return scene;
  }

  #need(id: SceneId): Scene {
    const scene = this.#scenes.get(id);
    if (scene === undefined) throw new NotFound("no such scene");
    return scene;
  }
}

/** What each lamp of a scene shows at `phase` of its palette; without one, its own state. */
const statesOf = ({ states, palette }: Scene, phase: number): (readonly [LampId, LightState])[] => {
  const lamps = Object.entries(states) as [LampId, LightState][];
  if (palette === undefined) return lamps;
  return lamps.map(([lamp], index) => [
    lamp,
    paletteState(palette, phase + paletteOffset(index, lamps.length)),
  ]);
};
