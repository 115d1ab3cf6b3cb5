import { confirms } from "../../hub/domain/apply-command.ts";
import type { EventBus } from "../../hub/domain/event.ts";
import type { LightState } from "../../hub/domain/light.ts";
import type { LampReport } from "../../hub/domain/profile.ts";
import { mergeReport } from "../../hub/domain/report.ts";
import { Seconds } from "../../hub/domain/units.ts";
import type { Lamp } from "../../hub/lights/lamp.ts";
import type { FrameSender, LampWriting, WriterOutcome } from "../../hub/lights/lamp-writer.ts";
import type { Clock, Timer } from "../../hub/ports/clock.ts";

/**
 * The writer one writes first, and that looks right: every command is sent at once and repeated until its own state
 * is reported. Two of them can be under way, and the older one may land last.
 */
export class WritePerCommand implements LampWriting {
  readonly #clock: Clock;
  readonly #sender: FrameSender;
  readonly #bus: EventBus;
  readonly #outcome: WriterOutcome;
  readonly #repeats = new Map<Lamp, Set<Timer>>();

  constructor(clock: Clock, sender: FrameSender, bus: EventBus, outcome: WriterOutcome) {
    this.#clock = clock;
    this.#sender = sender;
    this.#bus = bus;
    this.#outcome = outcome;
  }

  want(lamp: Lamp): void {
    lamp.isNew = false;
    this.#send(lamp, lamp.desired, 1);
  }

  report(lamp: Lamp, { state, online }: LampReport): void {
    if (online !== undefined) this.online(lamp, online);
    if (state === undefined) return;
    this.online(lamp, true);
    lamp.reported = mergeReport(lamp.reported ?? lamp.desired, state);
    if (lamp.isNew) this.#outcome.touched(lamp, lamp.reported);
    lamp.isNew = false;
    const settled = confirms(lamp.desired, lamp.reported, lamp.profile.capabilities);
    this.#bus.publish({
      kind: "light.reported",
      lamp: lamp.id,
      reported: lamp.reported,
      cause: lamp.cause,
      settled: true,
    });
    if (settled) this.#outcome.confirmed(lamp);
  }

  online(lamp: Lamp, online: boolean): void {
    if (lamp.reachable === online) return;
    lamp.reachable = online;
    this.#outcome.reachable(lamp, online);
    if (online && !lamp.isNew) this.#send(lamp, lamp.desired, 1);
  }

  delivered(): void {}

  rerouted(): void {}

  checkUp(lamp: Lamp): boolean {
    this.#sender.send(lamp.address, lamp.profile.query);
    return true;
  }

  release(lamp: Lamp): void {
    for (const timer of this.#repeats.get(lamp) ?? []) timer.cancel();
    this.#repeats.delete(lamp);
  }

  close(): void {}

  #send(lamp: Lamp, wanted: LightState, attempt: number): void {
    this.#sender.send(lamp.address, lamp.profile.encode(wanted));
    const repeats = this.#repeats.get(lamp) ?? new Set<Timer>();
    this.#repeats.set(lamp, repeats);
    const timer = this.#clock.after(Seconds(attempt), () => {
      repeats.delete(timer);
      // Checked before the repetition, as one would: but what is on its way already is on its way.
      const isNewest = lamp.desired === wanted;
      const isShown = lamp.reported !== null && confirms(wanted, lamp.reported, lamp.profile.capabilities);
      if (isNewest && !isShown && attempt < 20) this.#send(lamp, wanted, attempt + 1);
    });
    repeats.add(timer);
  }
}
