import type { EventBus } from "../domain/event.ts";
import type { Metric } from "./traits.ts";

/** Upper bounds in seconds: from what nobody notices to what everybody minds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long lamps take from a command to its confirmation, as a histogram. */
export class CommandDurations {
  readonly #bus: EventBus;
  readonly #counts = bounds.map(() => 0);
  #count = 0;
  #sum = 0;
  #end = () => {};

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  start(): void {
    this.#end = this.#bus.subscribe("light.reported", ({ took }) => {
      if (took !== undefined) this.#record(took / 1_000);
    });
  }

  close(): void {
    this.#end();
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

  #record(seconds: number): void {
    this.#count++;
    this.#sum += seconds;
    const index = bounds.findIndex((bound) => seconds <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }
}
