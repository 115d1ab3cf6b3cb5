import type { EventBus } from "../domain/event.ts";
import type { CommandId, LampId } from "../domain/ids.ts";
import type { Monotonic } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Metric } from "./traits.ts";

/** Upper bounds in seconds: from what nobody notices to what everybody minds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Open {
  readonly command: CommandId;
  readonly since: Monotonic;
}

/** How long lamps take from a command to its confirmation, as a histogram. */
export class CommandDurations {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  /** Undefined: it was confirmed. Not taken out then: what comes and goes ten thousand at a time makes a map build itself anew. */
  readonly #open = new Map<LampId, Open | undefined>();
  /** Of many lamps. */
  #newest: Open | undefined;
  readonly #counts = bounds.map(() => 0);
  #count = 0;
  #sum = 0;
  #ends: (() => void)[] = [];

  constructor(clock: Clock, bus: EventBus) {
    this.#clock = clock;
    this.#bus = bus;
  }

  start(): void {
    this.#ends = [
      this.#bus.subscribe("light.desired-changed", ({ lamp, cause }) => {
        // What a lamp did by itself was confirmed before it was known.
        this.#open.set(lamp, cause.kind === "device" ? undefined : this.#opened(cause.command));
      }),
      this.#bus.subscribe("light.reported", ({ lamp, cause, settled }) => {
        const open = settled ? this.#open.get(lamp) : undefined;
        if (open?.command !== cause.command) return;
        this.#open.set(lamp, undefined);
        this.#record((this.#clock.monotonic() - open.since) / 1_000);
      }),
      this.#bus.subscribe("home.changed", ({ id, change }) => {
        if (change === "removed") this.#open.delete(id as LampId);
      }),
    ];
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#open.clear();
  }

  metric(): Metric {
    let below = 0;
    const buckets = bounds.map((bound, index) => {
      below += this.#counts[index] ?? 0;
      return { suffix: "_bucket", labels: { le: `${bound}` }, value: below } as const;
    });
    return {
      name: "lampkeeper_lamp_command_duration_seconds",
      help: "From a command to the confirmation of the lamp",
      type: "histogram",
      samples: [
        ...buckets,
        { suffix: "_bucket", labels: { le: "+Inf" }, value: this.#count },
        { suffix: "_sum", value: this.#sum },
        { suffix: "_count", value: this.#count },
      ],
    };
  }

  #opened(command: CommandId): Open {
    if (this.#newest?.command !== command) this.#newest = { command, since: this.#clock.monotonic() };
    return this.#newest;
  }

  #record(seconds: number): void {
    this.#count++;
    this.#sum += seconds;
    const index = bounds.findIndex((bound) => seconds <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }
}
